// Typical answers of each provider: numbers around the conditions' own, of the type that the
// provider gives them. What every one of them turns into an Error cannot be right.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "argo/conclude.h"
#include "argo/quantity.h"
#include "expr/result_value.h"
#include "yaml/value.h"

namespace backout::argo {
namespace {

void add(Conclusions& out, std::string shown, std::optional<double> number, expr::Value value,
         std::vector<expr::Value>& values) {
  out.trials.push_back({std::move(shown), number, evaluate(out.success, out.failure, value)});
  values.push_back(std::move(value));
}

expr::Value list_of(const std::vector<double>& numbers) {
  std::vector<expr::Value> items;
  for (const double number : numbers) items.push_back(expr::number(number));
  return expr::list(std::move(items), expr::Elements::number);
}

// One result a query, each with so many points: `number` in one of them, 1 in the others.
std::string cloud_watch_json(std::size_t queries, std::size_t which, double number,
                             std::size_t points) {
  std::string out = "[";
  for (std::size_t i = 0; i < queries; ++i) {
    out += fmt::format(R"({}{{"Id":"q{}","Label":"q{}","StatusCode":"Complete","Values":[)",
                       i == 0 ? "" : ",", i, i);
    for (std::size_t point = 0; point < points; ++point)
      out += fmt::format("{}{}", point == 0 ? "" : ",", i == which ? number : 1);
    out += "]}";
  }
  return out + ']';
}

void try_cloud_watch(const Metric& metric, Conclusions& out, const std::vector<double>& numbers,
                     std::vector<expr::Value>& values) {
  const yaml::Node* list = metric.node->find({"provider", "cloudWatch", "metricDataQueries"});
  const std::size_t queries = std::clamp<std::size_t>(list ? list->items.size() : 0, 1, 8);
  for (std::size_t which = 0; which < queries; ++which)
    for (const double number : numbers)
      for (const std::size_t points : {std::size_t{1}, std::size_t{30}})
        if (auto value =
                expr::result_value("cloudwatch", cloud_watch_json(queries, which, number, points)))
          add(out, fmt::format("Values: [{:g}]", number), number, std::move(*value), values);
}

// Whether a number is among those that the query can return when there is traffic.
bool can_return(const promql::Outcomes& outcomes, double number) {
  using V = promql::Values;
  const std::uint8_t sign = number > 0 ? V::positive : number < 0 ? V::negative : V::zero;
  for (const auto situation : {promql::Situation::traffic, promql::Situation::no_failures_yet,
                               promql::Situation::only_failures}) {
    const V& values = outcomes[static_cast<std::size_t>(situation)].values;
    const auto& constants = values.constants();
    if (values.has(sign) ||
        std::find(constants.begin(), constants.end(), number) != constants.end())
      return true;
  }
  return false;
}

void try_prometheus(Conclusions& out, std::vector<double> numbers,
                    std::vector<expr::Value>& values) {
  promql::Type type = promql::Type::unknown;
  bool several = false;
  if (out.query) {
    const promql::Outcomes outcomes = promql::outcomes(*out.query);
    const promql::Outcome& traffic = outcomes[static_cast<std::size_t>(promql::Situation::traffic)];
    type = traffic.type;
    several = traffic.several;
    if (type == promql::Type::string) return;
    const Quantity::Range range = quantity_of(*out.query).range;
    if (range != Quantity::Range::unknown) {
      const double most = range == Quantity::Range::fraction ? 1 : 100;
      std::erase_if(numbers, [&](double number) { return number > most; });
    }
    if (!traffic.unknown)
      std::erase_if(numbers, [&](double number) { return !can_return(outcomes, number); });
  }
  for (const double number : numbers) {
    if (type != promql::Type::scalar) add(out, show({number}), number, list_of({number}), values);
    if (type == promql::Type::scalar || type == promql::Type::unknown)
      add(out, fmt::format("{:g}", number), number, expr::number(number), values);
    if (several || type == promql::Type::matrix || type == promql::Type::unknown)
      for (const auto& pair : {std::pair{numbers.front(), number}, {number, numbers.front()}})
        add(out, show({pair.first, pair.second}), std::nullopt, list_of({pair.first, pair.second}),
            values);
  }
  if (several && !numbers.empty())
    add(out, "a hundred series", std::nullopt, list_of(std::vector<double>(100, numbers.front())),
        values);
}

bool is_grouped(const Metric& metric) {
  return metric.query.value.find(" by ") != std::string::npos ||
         metric.query.value.find("by{") != std::string::npos || !metric.query.given();
}

// The conditions' numbers and their neighbours with either sign, and some of each size, as a
// condition may calculate.
std::vector<double> numbers_to_try(const Conclusions& of) {
  std::vector<double> out = boundaries(of.success, of.failure);
  for (const double size : {1e-6, 1e-3, 0.5, 0.999, 10.0, 50.0, 99.9, 1e3, 1e9, 1e15})
    out.push_back(size);
  for (std::size_t i = 0, end = out.size(); i < end; ++i)
    if (out[i] != 0) out.push_back(-out[i]);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// What holds for any result: the text alone decides.
void add_problem_of_text(const expr::Condition& condition, bool of_failure, Conclusions& out) {
  if (condition.problem && condition.problem->stage == expr::Stage::parse)
    out.futile.push_back({of_failure, false, *condition.problem});
}

// A condition with arguments that nobody has given yet: whatever they will be, a number, a name or
// an operator, the rest of the text decides when none of them makes it a condition.
void add_problem_of_template(const Text& text, expr::Engine engine, bool of_failure,
                             Conclusions& out) {
  std::optional<expr::Problem> problem;
  for (const std::string_view neutral : {"1", ">=", "result", "result[0] > 1"}) {
    std::string tried;
    std::size_t from = 0;
    while (true) {
      const std::size_t open = text.value.find("{{", from);
      const std::size_t close = text.value.find("}}", open);
      if (open == std::string::npos || close == std::string::npos) break;
      tried += text.value.substr(from, open - from);
      tried += neutral;
      from = close + 2;
    }
    tried += text.value.substr(from);
    const expr::Condition condition = expr::read_condition(tried, engine);
    if (!condition.problem || condition.problem->stage != expr::Stage::parse) return;
    if (!problem) problem = condition.problem;
  }
  problem->span = {0, static_cast<std::uint32_t>(text.value.size())};  // offsets are of `tried`
  out.futile.push_back({of_failure, false, *problem});
}

// What holds decoded JSON. Its elements may be anything, so that nobody knows what a condition
// makes of them; but the outermost type is certain, and what the language refuses for each of these
// before it looks at an element is refused always.
struct Json {
  Provider provider;
  std::string_view kind, json;
};
constexpr std::array json_answers = {
    Json{Provider::web, "web", "1"},
    Json{Provider::web, "web", "\"ok\""},
    Json{Provider::web, "web", "true"},
    Json{Provider::web, "web", "{}"},
    Json{Provider::web, "web", "[]"},
    Json{Provider::web, "web", "null"},
    Json{Provider::new_relic, "newrelic", "{}"},       // one row
    Json{Provider::new_relic, "newrelic-rows", "[]"},  // several
    Json{Provider::influxdb, "influxdb", "[]"},
    Json{Provider::skywalking, "skywalking", "{}"},
};
std::vector<expr::Value> json_of(Provider provider) {
  std::vector<expr::Value> out;
  for (const Json& one : json_answers)
    if (one.provider == provider)
      if (auto value = expr::result_value(one.kind, one.json)) out.push_back(std::move(*value));
  return out;
}

// What each of the values runs into.
std::optional<expr::Problem> common_problem(const expr::Condition& condition,
                                            const std::vector<expr::Value>& values, bool dynamic) {
  if (condition.problem) return std::nullopt;
  std::optional<expr::Problem> first;
  for (const expr::Value& value : values) {
    const expr::Measurement alone = evaluate(condition, {}, value);
    if (!alone.problem || alone.problem->stage == expr::Stage::limit) return std::nullopt;
    if (dynamic && alone.problem->stage != expr::Stage::check) return std::nullopt;
    if (!first) first = alone.problem;
  }
  return first;
}

}  // namespace

void try_data(const Metric& metric, Conclusions& out) {
  const bool known = metric.success.known && metric.failure.known;
  std::vector<expr::Value> values;
  const std::vector<double> numbers = numbers_to_try(out);
  bool dynamic = false;
  switch (metric.provider) {
    case Provider::none:
    case Provider::several:
    case Provider::kayenta:
    case Provider::job:
    case Provider::plugin:
      return;
    case Provider::prometheus:
      if (known) try_prometheus(out, numbers, values);
      break;
    case Provider::datadog:
      if (!known || is_grouped(metric)) break;
      for (const double number : numbers)
        add(out, fmt::format("{:g}", number), number, expr::number(number), values);
      break;
    case Provider::wavefront:
    case Provider::graphite:
      for (const double number : numbers) {
        if (!known) break;
        add(out, show({number}), number, list_of({number}), values);
        if (metric.provider == Provider::wavefront)
          add(out, fmt::format("{:g}", number), number, expr::number(number), values);
      }
      break;
    case Provider::cloud_watch:
      if (known) try_cloud_watch(metric, out, numbers, values);
      break;
    default:
      values = json_of(metric.provider);
      dynamic = true;
      break;
  }
  for (const bool of_failure : {false, true}) {
    const expr::Condition& condition = of_failure ? out.failure : out.success;
    const Text& text = of_failure ? metric.failure : metric.success;
    if (!text.known) add_problem_of_template(text, condition.engine, of_failure, out);
    if (condition.text.empty() || !text.known) continue;
    add_problem_of_text(condition, of_failure, out);
    if (const auto problem = common_problem(condition, values, dynamic))
      out.futile.push_back({of_failure, false, *problem});
    if (out.futile.empty() || out.futile.back().of_failure_condition != of_failure) continue;
    const expr::Engine other =
        modern(condition.engine) ? expr::Engine::expr_1_15 : expr::Engine::expr_1_17;
    const expr::Condition there = expr::read_condition(condition.text, other);
    out.futile.back().only_here = !there.problem && !common_problem(there, values, dynamic);
  }
}

}  // namespace backout::argo
