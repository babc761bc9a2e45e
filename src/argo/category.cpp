#include "argo/category.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "promql/selectors.h"
#include "promql/shape.h"

namespace backout::argo {
namespace {

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

bool is_of_business(std::string_view name) {
  return contains_any(name, {"order", "payment", "checkout_", "cart", "login", "signup", "revenue",
                             "purchase", "conversion", "booking", "transaction_value"});
}
bool is_of_resources(std::string_view name) {
  return contains_any(name, {"cpu", "memory", "restart", "oom", "heap", "gc_pause", "goroutines",
                             "threads", "connections", "queue_", "saturation", "disk", "throttl",
                             "kube_", "container_", "node_", "file_descriptors", "pool_"});
}
bool is_of_latency(std::string_view name) {
  return contains_any(
      name, {"latency", "duration", "response_time", "_seconds_bucket", "p95", "p99", "apdex"});
}
bool is_of_errors(std::string_view name) {
  return contains_any(name, {"error", "fail", "success", "5xx", "exception", "availability"});
}

}  // namespace

Category category_of(const promql::Query& query) {
  const promql::Shape shape = shape_of(query);
  const promql::SeriesOf series = promql::series_of(query.root);
  bool latency = !shape.quantiles.empty(), outcome = false, known = false, business = false;
  std::string_view name;
  for (const promql::Expr* selector : shape.selectors) {
    const promql::Series& one = series.at(selector);
    outcome = outcome || one.events || one.only_bad() || one.only_good() || one.unsure;
    name = selector->selector.metric.text;
    known = known || !name.empty();
    if (is_of_resources(name)) return Category::resources;
    business = business || is_of_business(name);
    latency = latency || one.kind == promql::Series::Kind::bucket || name.ends_with("_seconds_sum");
  }
  if (!known) return Category::unknown;
  if (latency) return Category::latency;
  if (business) return Category::business;
  if (outcome) return Category::errors;
  if (shape.ratio || shape.selectors.size() != 1) return Category::unknown;
  // what is left: one counter, whole
  const promql::Series& one = series.at(shape.selectors.front());
  const bool counts = one.kind == promql::Series::Kind::counter;
  return counts && contains_any(name, {"request", "_rq", "_count"}) ? Category::traffic
                                                                    : Category::unknown;
}

namespace {

Category of_words(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (is_of_business(lower)) return Category::business;
  if (is_of_latency(lower)) return Category::latency;
  if (is_of_errors(lower)) return Category::errors;
  if (is_of_resources(lower)) return Category::resources;
  return Category::unknown;
}

}  // namespace

std::string_view to_string(Category category) {
  switch (category) {
    case Category::unknown:
      return "unknown";
    case Category::errors:
      return "errors";
    case Category::latency:
      return "latency";
    case Category::traffic:
      return "traffic";
    case Category::resources:
      return "resources";
    case Category::business:
      return "business";
    case Category::synthetic:
      return "synthetic requests";
  }
  return "unknown";
}

Category category_of(const MetricSubject& subject) {
  switch (subject.metric.provider) {
    case Provider::web:
    case Provider::job:
      return Category::synthetic;
    case Provider::none:
    case Provider::several:
    case Provider::kayenta:
    case Provider::plugin:
      return Category::unknown;
    case Provider::prometheus: {
      if (!subject.conclusions.query) return Category::unknown;
      const Category category = category_of(*subject.conclusions.query);
      return category == Category::unknown ? of_words(subject.metric.name) : category;
    }
    default: {
      const Category category = of_words(subject.metric.query.value);
      return category == Category::unknown ? of_words(subject.metric.name) : category;
    }
  }
}

}  // namespace backout::argo
