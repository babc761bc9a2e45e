#include "argo/conclude.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "expr/result_value.h"
#include "yaml/value.h"

namespace backout::argo {
namespace {

using Kind = Situation::Kind;
using expr::Phase;

std::string show_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{:g}", value);
}

Witness witness(const Conclusions& of, std::string shown, const expr::Value& value) {
  const expr::Measurement measured = evaluate(of.success, of.failure, value);
  return {std::move(shown), measured.phase, measured.problem ? measured.problem->message : ""};
}

constexpr std::array prometheus_kinds = {Kind::no_data,     Kind::no_traffic, Kind::no_failures,
                                         Kind::all_failing, Kind::one_sample, Kind::traffic};
static_assert(prometheus_kinds.size() == promql::situation_count);

expr::Value list_of(const std::vector<double>& numbers) {
  std::vector<expr::Value> items;
  for (const double number : numbers) items.push_back(expr::number(number));
  return expr::list(std::move(items), expr::Elements::number);
}

void conclude_prometheus(const Metric& metric, Conclusions& out) {
  if (!metric.query.given()) {
    out.unknown = "it has no query";
    return;
  }
  auto parsed = promql::parse(metric.query.value);
  if (!parsed) {
    out.query_problem = parsed.error();
    out.unknown = "its query cannot be read";
    return;
  }
  out.query = std::move(*parsed);
  const promql::Outcomes outcomes = promql::outcomes(*out.query);
  const std::vector<double> numbers = boundaries(out.success, out.failure);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const promql::Outcome& outcome = outcomes[i];
    if (outcome.unknown) {
      out.situations.clear();
      out.unknown = "its query is an argument without a known value";
      return;
    }
    Situation situation;
    situation.kind = prometheus_kinds[i];
    situation.lacks_series = outcome.lacks_series;
    situation.words = promql::in_words(static_cast<promql::Situation>(i));
    for (const std::vector<double>& result : outcome.witnesses(numbers)) {
      if (outcome.type == promql::Type::scalar && result.size() == 1)
        situation.witnesses.push_back(
            witness(out, show_number(result[0]), expr::number(result[0])));
      else
        situation.witnesses.push_back(witness(out, show(result), list_of(result)));
      if (out.empty_as_zero && result.empty())
        situation.witnesses.push_back(witness(out, "[] taken for [0]", list_of({0})));
    }
    if (outcome.fails)
      situation.witnesses.push_back({"an error of the server", Phase::error, "the query fails"});
    out.situations.push_back(std::move(situation));
  }
}

// An answer of another provider, as expr/result_value.h reads it.
struct Shape {
  Provider provider;
  Kind kind;
  std::string_view words, value_kind, json;
};
constexpr std::array shapes = {
    Shape{Provider::datadog, Kind::no_data, "no points", "datadog", R"("nil")"},
    Shape{Provider::wavefront, Kind::no_data, "a series without points", "wavefront", "0"},
    Shape{Provider::cloud_watch, Kind::no_data, "no values", "cloudwatch",
          R"([{"Id":"","Values":[]}])"},
    Shape{Provider::graphite, Kind::no_data, "points that are all null", "graphite", "[]"},
    Shape{Provider::influxdb, Kind::no_data, "a row without a value", "influxdb", "[null]"},
    Shape{Provider::skywalking, Kind::no_data, "an empty list", "skywalking", "[]"},
};

void add_shape(Conclusions& out, Kind kind, std::string_view words, std::string_view value_kind,
               std::string_view json) {
  const auto value = expr::result_value(value_kind, json);
  if (!value) return;
  Situation situation;
  situation.kind = kind;
  situation.words = words;
  situation.witnesses = {witness(out, expr::plain_text(*value), *value)};
  out.situations.push_back(std::move(situation));
}

// The fields of the result that a condition asks for: `result.errors`, `result["errors"]`.
void add_fields(const expr::Condition& condition, std::set<std::string>& out) {
  if (!condition.tree) return;
  for (const expr::Node& node : condition.tree->nodes) {
    if (node.kind != expr::Node::Kind::member || node.children.size() != 2) continue;
    const expr::Node& object = (*condition.tree)[node.children[0]];
    const expr::Node& property = (*condition.tree)[node.children[1]];
    if (object.kind == expr::Node::Kind::name && object.text == "result" &&
        property.kind == expr::Node::Kind::text)
      out.insert(property.text);
  }
}
std::string row_of(const std::set<std::string>& fields, std::string_view value) {
  std::string out = "{";
  for (const std::string& field : fields) {
    if (out.size() > 1) out += ',';
    out += '"';
    for (const char c : field) {
      if (c == '"' || c == '\\') out += '\\';
      if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    out += fmt::format("\":{}", value);
  }
  return out + '}';
}

void conclude_new_relic(Conclusions& out) {
  std::set<std::string> fields;
  add_fields(out.success, fields);
  add_fields(out.failure, fields);
  add_shape(out, Kind::no_data, "a row of nulls", "newrelic", row_of(fields, "null"));
  add_shape(out, Kind::no_traffic, "a row of zeros", "newrelic", row_of(fields, "0"));
}

// What a web answer can lack depends on where in it the metric looks.
void conclude_web(const Metric& metric, Conclusions& out) {
  const yaml::Node* path = metric.node->find({"provider", "web", "jsonPath"});
  const std::string_view where = path ? yaml::as_string(*path).value_or("") : std::string_view();
  const bool whole = where.empty() || where == "{$}" || where == "{}";
  if (whole) {
    add_shape(out, Kind::no_data, "an empty object", "web", "{}");
    add_shape(out, Kind::no_data, "an empty list", "web", "[]");
  }
  add_shape(out, Kind::no_data, "null", "web", "null");
}

void conclude_datadog(const Metric& metric, Conclusions& out) {
  const yaml::Node* version = metric.node->find({"provider", "datadog", "apiVersion"});
  if (!version || yaml::as_string(*version).value_or("") != "v2")
    add_shape(out, Kind::no_data, "a null as the last point, which API v1 reads as 0", "datadog",
              "0");
}

void conclude_nothing(const Metric& metric, Conclusions& out) {
  switch (metric.provider) {
    case Provider::prometheus:
      conclude_prometheus(metric, out);
      return;
    case Provider::new_relic:
      conclude_new_relic(out);
      return;
    case Provider::web:
      conclude_web(metric, out);
      return;
    case Provider::datadog:
      conclude_datadog(metric, out);
      break;
    case Provider::kayenta:
      out.unknown = "kayenta scores by itself";
      return;
    case Provider::job:
      out.unknown = "the job decides";
      return;
    case Provider::plugin:
      out.unknown = "the plugin decides";
      return;
    case Provider::none:
      out.unknown = "it has no provider";
      return;
    case Provider::several:
      out.unknown = "it has several providers";
      return;
    default:
      break;
  }
  for (const Shape& shape : shapes)
    if (shape.provider == metric.provider)
      add_shape(out, shape.kind, shape.words, shape.value_kind, shape.json);
}

}  // namespace

bool Situation::can(Phase phase) const { return first(phase) != nullptr; }
bool Situation::always(Phase phase) const {
  return !witnesses.empty() && std::all_of(witnesses.begin(), witnesses.end(),
                                           [&](const Witness& one) { return one.phase == phase; });
}
const Witness* Situation::first(Phase phase) const {
  const auto found = std::find_if(witnesses.begin(), witnesses.end(),
                                  [&](const Witness& one) { return one.phase == phase; });
  return found == witnesses.end() ? nullptr : &*found;
}

bool without_samples(Kind kind) {
  return kind == Kind::no_data || kind == Kind::no_traffic || kind == Kind::one_sample;
}

std::string show(const std::vector<double>& vector) {
  std::string out = "[";
  for (const double value : vector) {
    if (out.size() > 1) out += ", ";
    out += show_number(value);
  }
  return out + ']';
}

std::vector<double> boundaries(const expr::Condition& success, const expr::Condition& failure) {
  std::vector<double> out = {0, 1, -1, 1e6};
  for (const expr::Condition* condition : {&success, &failure}) {
    if (!condition->tree) continue;
    for (const expr::Node& node : condition->tree->nodes) {
      const bool integer = node.kind == expr::Node::Kind::integer;
      if (!integer && node.kind != expr::Node::Kind::number) continue;
      const double value = integer ? static_cast<double>(node.integer) : node.number;
      const double step = value == 0 ? 1e-9 : std::fabs(value) * 1e-6;
      out.insert(out.end(), {value, value - step, value + step});
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Conclusions conclude(const Metric& metric, expr::Engine engine, bool empty_as_zero) {
  Conclusions out;
  out.empty_as_zero = empty_as_zero;
  out.success = expr::read_condition(metric.success.value, engine);
  out.failure = expr::read_condition(metric.failure.value, engine);
  conclude_nothing(metric, out);
  try_data(metric, out);
  return out;
}

}  // namespace backout::argo
