#include "argo/weaken_metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "argo/pair.h"
#include "promql/shape.h"

namespace backout::argo {
namespace {

using expr::Phase;

// Reports about one metric of the head.
class Reporter {
 public:
  Reporter(const MetricSubject& after, std::vector<Weakening>& out) : after_(after), out_(out) {}

  // `field`: of the metric; when it is gone, the metric itself is shown.
  void operator()(std::string_view field, const std::string& message) const {
    const yaml::Node* node =
        field == "query" ? after_.metric.query.node : after_.metric.node->find(field);
    out_.push_back({&after_.object, node ? node : after_.metric.node,
                    fmt::format("metric `{}`", after_.metric.name),
                    fmt::format("metric `{}`: {}", after_.metric.name, message)});
  }

 private:
  const MetricSubject& after_;
  std::vector<Weakening>& out_;
};

bool of_numbers(Provider provider) {
  return provider == Provider::prometheus || provider == Provider::graphite ||
         provider == Provider::datadog || provider == Provider::wavefront;
}

// Values of the provider's type to try both versions on.
struct Trial {
  std::string shown;
  expr::Value value;
  int telling = 0;  // nothing at all tells most, a short number more than its neighbours
};
std::vector<Trial> trials(const MetricSubject& before, const MetricSubject& after) {
  const Conclusions &old = before.conclusions, &now = after.conclusions;
  std::vector<double> numbers = boundaries(old.success, old.failure);
  const std::vector<double> more = boundaries(now.success, now.failure);
  numbers.insert(numbers.end(), more.begin(), more.end());
  numbers.push_back(std::numeric_limits<double>::infinity());
  numbers.push_back(std::nan(""));
  const Provider provider = after.metric.provider;
  const bool scalar = provider == Provider::datadog || provider == Provider::wavefront ||
                      (provider == Provider::prometheus && now.query &&
                       now.query->root.type == promql::Type::scalar);
  std::vector<Trial> out;
  for (const double number : numbers) {
    const std::string shown = show({number});
    const int telling = std::isnan(number) ? 50 : 20 - static_cast<int>(shown.size());
    if (scalar)
      out.push_back({shown.substr(1, shown.size() - 2), expr::number(number), telling});
    else
      out.push_back({shown, expr::list({expr::number(number)}, expr::Elements::number), telling});
  }
  if (provider == Provider::datadog)
    out.push_back({"nil", {}, 100});
  else if (!scalar)
    out.push_back({"[]", expr::list({}, expr::Elements::number), 100});
  return out;
}

// The constant that a query's result is multiplied by: 100 for percent, 1000 for milliseconds.
double scale_of(const promql::Expr& expr) {
  const promql::Expr& root = promql::bare(expr);
  if (root.kind != promql::Expr::Kind::binary) return 1;
  const promql::Expr &left = promql::bare(root.args[0]), &right = promql::bare(root.args[1]);
  using Kind = promql::Expr::Kind;
  if (root.op == promql::Op::multiply && left.kind == Kind::number)
    return left.number * scale_of(right);
  if (root.op == promql::Op::multiply && right.kind == Kind::number)
    return right.number * scale_of(left);
  if (root.op == promql::Op::divide && right.kind == Kind::number)
    return scale_of(left) / right.number;
  return 1;
}

// Another unit or another question: thresholds cannot be compared.
bool same_unit(const MetricSubject& before, const MetricSubject& after) {
  if (before.metric.provider != after.metric.provider) return false;
  const auto &old = before.conclusions.query, &now = after.conclusions.query;
  if (!old || !now) return !old && !now;
  if (old->root.type != now->root.type || scale_of(old->root) != scale_of(now->root)) return false;
  const promql::Shape was = promql::shape_of(*old), is = promql::shape_of(*now);
  return std::equal(was.selectors.begin(), was.selectors.end(), is.selectors.begin(),
                    is.selectors.end(), [](const promql::Expr* a, const promql::Expr* b) {
                      return a->selector.metric.text == b->selector.metric.text;
                    });
}

void weaken_conditions(const MetricSubject& before, const MetricSubject& after,
                       const Reporter& report) {
  const Metric &old = before.metric, &now = after.metric;
  if (old.success.value == now.success.value && old.failure.value == now.failure.value) return;
  for (const auto& [was, is, field] : {std::tuple(&old.success, &now.success, "successCondition"),
                                       std::tuple(&old.failure, &now.failure, "failureCondition")})
    if (was->given() && !is->given()) {
      report(field, fmt::format("`{}` is removed (`{}`)", field, was->value));
      return;
    }
  if (!of_numbers(now.provider) || !same_unit(before, after)) return;
  if (!old.success.known || !now.success.known || !old.failure.known || !now.failure.known) return;
  const Conclusions &then = before.conclusions, &today = after.conclusions;
  const Trial* witness = nullptr;
  Phase was_phase{};
  bool ever_passed = false;
  const std::vector<Trial> all = trials(before, after);
  for (const Trial& trial : all) {
    const Phase was = evaluate(then.success, then.failure, trial.value).phase;
    const Phase is = evaluate(today.success, today.failure, trial.value).phase;
    ever_passed = ever_passed || was == Phase::successful;
    if (was == Phase::successful || is != Phase::successful) continue;
    if (witness && witness->telling >= trial.telling) continue;
    witness = &trial;
    was_phase = was;
  }
  // What could never pass was no gate; making it one weakens nothing.
  if (!witness || !ever_passed) return;
  report(now.success.given() ? "successCondition" : "failureCondition",
         fmt::format("a result of {} was {} and now is Successful", witness->shown,
                     to_string(was_phase)));
}

// How many bad measurements are let through, of how many.
std::string tolerance(int limit, int count) {
  return count > 0 ? fmt::format("{} of {}", limit, count) : fmt::format("{}", limit);
}
double part(int limit, int count) {
  if (limit < 0) return std::numeric_limits<double>::infinity();
  return count > 0 ? static_cast<double>(limit) / count : limit;
}

void weaken_limits(const Metric& old, const Metric& now, const Reporter& report) {
  if (!old.known || !now.known) return;
  const struct {
    const char* field;
    int was, is;
  } limits[] = {{"failureLimit", old.failure_limit, now.failure_limit},
                {"inconclusiveLimit", old.inconclusive_limit, now.inconclusive_limit}};
  bool reported = false;
  for (const auto& [field, was, is] : limits) {
    if (is <= was && is >= 0) continue;  // only ever compared when the limit itself grows
    if (was < 0 ||
        (part(is, now.count) <= part(was, old.count) && (old.count > 0) == (now.count > 0)))
      continue;
    reported = true;
    report(field, is < 0 ? fmt::format("`{}` is switched off (was {})", field, was)
                         : fmt::format("`{}` tolerates {} instead of {}", field,
                                       tolerance(is, now.count), tolerance(was, old.count)));
  }
  if (now.error_limit > old.error_limit)
    report("consecutiveErrorLimit", fmt::format("{} errors in a row are let through instead of {}",
                                                now.error_limit, old.error_limit));
  const auto was_life = shortest_life(old), is_life = shortest_life(now);
  if (!was_life && is_life && old.interval)
    report("count", fmt::format("measures {} times instead of to the end", now.count));
  else if (was_life && is_life && now.count < old.count && !reported)
    report("count", fmt::format("measures {} times instead of {}", now.count, old.count));
  else if (was_life && is_life && *is_life < *was_life && now.initial_delay >= old.initial_delay)
    report("interval", fmt::format("gathers evidence for {} instead of {}", show_duration(*is_life),
                                   show_duration(*was_life)));
  if (now.initial_delay > old.initial_delay)
    report("initialDelay",
           fmt::format("begins {} after the start instead of {}", show_duration(now.initial_delay),
                       show_duration(old.initial_delay)));
}

// A selector's matchers as text, to tell which are gone.
std::vector<std::string> matchers_of(const promql::Expr& selector) {
  std::vector<std::string> out;
  for (const promql::Matcher& matcher : selector.selector.matchers)
    out.push_back(fmt::format("{} {} {}", matcher.label.text, static_cast<int>(matcher.op),
                              matcher.value.text));
  std::sort(out.begin(), out.end());
  return out;
}

void weaken_query(const MetricSubject& before, const MetricSubject& after, const Reporter& report) {
  const auto &old = before.conclusions.query, &now = after.conclusions.query;
  if (!old || !now || promql::same(old->root, now->root)) return;
  const promql::Shape was = promql::shape_of(*old), is = promql::shape_of(*now);
  if (is.fallback && !was.fallback) {
    report("query", fmt::format("the query now answers {:g} where there is nothing (`or "
                                "vector({:g})`)",
                                is.fallback->value, is.fallback->value));
    return;
  }
  if (was.selectors.size() != is.selectors.size()) return;
  for (std::size_t i = 0; i < is.selectors.size(); ++i) {
    const promql::Expr &a = *was.selectors[i], &b = *is.selectors[i];
    if (a.selector.metric.text != b.selector.metric.text) return;  // another question
    const auto had = matchers_of(a), has = matchers_of(b);
    if (has.size() < had.size() && std::includes(had.begin(), had.end(), has.begin(), has.end())) {
      report("query", fmt::format("the query selects more of `{}`: {} instead of {} matchers",
                                  b.selector.metric.text, has.size(), had.size()));
      return;
    }
  }
  if (was.windows.size() != is.windows.size()) return;
  for (std::size_t i = 0; i < is.windows.size(); ++i) {
    const promql::Duration &a = was.windows[i]->window, &b = is.windows[i]->window;
    if (a.placeholder || b.placeholder || b.milliseconds <= a.milliseconds) continue;
    report(
        "provider",
        fmt::format("the query looks back {} instead of {}: more of it is from before the canary",
                    show_duration(static_cast<double>(b.milliseconds) / 1000),
                    show_duration(static_cast<double>(a.milliseconds) / 1000)));
    return;
  }
}

}  // namespace

bool same_metric(const Metric& a, const Metric& b) {
  return a.provider == b.provider && a.query.value == b.query.value &&
         a.success.value == b.success.value && a.failure.value == b.failure.value &&
         a.count == b.count && a.failure_limit == b.failure_limit;
}

void weaken_metric(const MetricSubject& before, const MetricSubject& after,
                   std::vector<Weakening>& out) {
  const Reporter report(after, out);
  if (before.metric.dry_run) return;  // was none
  if (after.metric.dry_run) {
    report("name", "becomes a dry run, which stops nothing");
    return;
  }
  weaken_conditions(before, after, report);
  weaken_limits(before.metric, after.metric, report);
  weaken_query(before, after, report);
}

void weigh_metric(const MetricSubject& before, const MetricSubject& after,
                  std::vector<Weakening>& out) {
  const Metric &old = before.metric, &now = after.metric;
  if (old.dry_run || now.dry_run) return;
  std::vector<Weakening> weaker;
  weaken_metric(before, after, weaker);
  if (!weaker.empty()) return;
  const Reporter report(after, out);
  const bool conditions =
      old.success.value != now.success.value || old.failure.value != now.failure.value;
  const bool asked = !same(old.node->find("provider"), now.node->find("provider")) ||
                     old.query.value != now.query.value;
  const bool known =
      old.success.known && now.success.known && old.failure.known && now.failure.known;
  if (old.provider != now.provider)
    report("provider", fmt::format("`{}` answers instead of `{}`", to_string(now.provider),
                                   to_string(old.provider)));
  else if (conditions && !known)
    report("successCondition", "a condition holds a placeholder whose value is not known here");
  else if ((conditions || asked) && !of_numbers(now.provider))
    report(asked ? "provider" : "successCondition",
           fmt::format("what `{}` answers is not known here", to_string(now.provider)));
  else if ((conditions || asked) && !same_unit(before, after))
    report("query", "the query asks something else than before");
  else if ((!old.known || !now.known) && !same(old.node, now.node) && !conditions && !asked)
    report("name", "a limit or a time holds a placeholder whose value is not known here");
}

}  // namespace backout::argo
