#include "promql_golden.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "promql/literal.h"
#include "promql/regex.h"
#include "repo.h"

namespace backout::test {
namespace {

const std::string folder = std::string(BACKOUT_SOURCE_DIR) + "/fixtures/promql/";

// `{series: 'up{job="a"}', values: '1x480'}`, a line each.
struct SeriesLine {
  std::string name, values;
};
std::vector<SeriesLine> series_of(const std::string& data_set) {
  std::vector<SeriesLine> out;
  std::istringstream lines(read_file(folder + data_set + ".test.yml"));
  for (std::string line; std::getline(lines, line);) {
    const std::string before = "{series: '", between = "', values: '", after = "'}";
    const std::size_t begin = line.find(before), middle = line.find(between);
    if (begin == std::string::npos || middle == std::string::npos) continue;
    const std::size_t name = begin + before.size(), values = middle + between.size();
    out.push_back(
        {line.substr(name, middle - name), line.substr(values, line.rfind(after) - values)});
  }
  return out;
}

// promtool's notation: `1000+30x480`, `0x480`, `_x480`, `1000`; no sample for `_`.
std::vector<std::string> samples(const std::string& notation) {
  std::vector<std::string> out;
  std::istringstream parts(notation);
  for (std::string part; parts >> part;) {
    const std::size_t times = part.rfind('x');
    const int count = times == std::string::npos ? 0 : std::stoi(part.substr(times + 1));
    const std::string value = part.substr(0, times);
    if (value == "_") {
      out.insert(out.end(), static_cast<std::size_t>(count), "");
    } else if (value == "NaN") {
      out.insert(out.end(), static_cast<std::size_t>(count) + 1, value);
    } else {
      const std::size_t plus = value.find('+', 1);
      const double first = std::stod(value.substr(0, plus));
      const double step = plus == std::string::npos ? 0 : std::stod(value.substr(plus + 1));
      for (int i = 0; i <= count; ++i) out.push_back(fmt::format("{}", first + step * i));
    }
  }
  return out;
}

using LabelMap = std::map<std::string, std::string, std::less<>>;
LabelMap labels_of(const SeriesLine& series) {
  const auto query = promql::parse(series.name);
  LabelMap out;
  out["__name__"] = query->root.selector.metric.text;
  for (const promql::Matcher& matcher : query->root.selector.matchers)
    out[matcher.label.text] = matcher.value.text;
  return out;
}

bool matches(const promql::Matcher& matcher, const LabelMap& labels) {
  const auto found = labels.find(matcher.label.text);
  const std::string value = found == labels.end() ? "" : found->second;
  using Op = promql::Matcher::Op;
  switch (matcher.op) {
    case Op::equal:
      return value == matcher.value.text;
    case Op::not_equal:
      return value != matcher.value.text;
    case Op::matches:
      return promql::Regex(matcher.value.text).matches(value);
    case Op::not_matches:
      return !promql::Regex(matcher.value.text).matches(value);
  }
  return false;
}

Answered answer_of(const nlohmann::json& line) {
  Answered out;
  out.type = line["result_type"];
  out.error = line["error"];
  out.refused = line["error_kind"] == "parse";
  const auto add = [&](const nlohmann::json& value) {
    out.values.push_back(value.is_string() ? std::strtod(value.get<std::string>().c_str(), nullptr)
                                           : value.get<double>());
  };
  for (const nlohmann::json& value : line["values"]) {
    if (value.is_array()) {
      for (const nlohmann::json& each : value) add(each);
    } else if (out.type != "string") {
      add(value);
    }
  }
  return out;
}

}  // namespace

const std::vector<GoldenLine>& golden_lines() {
  static const std::vector<GoldenLine> lines = [] {
    std::vector<GoldenLine> out;
    std::ifstream file(folder + "promql-dev.jsonl");
    for (std::string text; std::getline(file, text);) {
      const nlohmann::json line = nlohmann::json::parse(text);
      out.push_back({line["id"], line["query"], line["dataset"], answer_of(line)});
    }
    return out;
  }();
  return lines;
}

const std::vector<std::string>& data_sets() {
  static const std::vector<std::string> names{"S1", "S2", "S3a", "S3b", "S4", "S5"};
  return names;
}

std::string open_metrics(const std::string& data_set) {
  constexpr long interval = 15, before_the_query = 4;
  std::vector<SeriesLine> all = series_of(data_set);
  const auto metric = [](const SeriesLine& each) {
    return each.name.substr(0, each.name.find('{'));
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const SeriesLine& a, const SeriesLine& b) { return metric(a) < metric(b); });
  std::string out, last;
  for (const SeriesLine& each : all) {
    if (metric(each) != last) out += fmt::format("# TYPE {} unknown\n", last = metric(each));
    const std::vector<std::string> values = samples(each.values);
    long time = golden_time - before_the_query - interval * (std::ssize(values) - 1);
    for (const std::string& value : values) {
      if (!value.empty()) out += fmt::format("{} {} {}\n", each.name, value, time);
      time += interval;
    }
  }
  return out + "# EOF\n";
}

bool finds_series(const promql::Query& query) {
  static const std::vector<LabelMap> all = [] {
    std::vector<LabelMap> out;
    for (const SeriesLine& each : series_of("S5")) out.push_back(labels_of(each));
    return out;
  }();
  bool found = true;
  promql::walk(query.root, [&](const promql::Expr& expr) {
    if (expr.kind != promql::Expr::Kind::selector) return;
    const promql::Selector& selector = expr.selector;
    found = found && std::any_of(all.begin(), all.end(), [&](const LabelMap& labels) {
              return (selector.metric.text.empty() ||
                      selector.metric.text == labels.find("__name__")->second) &&
                     std::all_of(selector.matchers.begin(), selector.matchers.end(),
                                 [&](const auto& each) { return matches(each, labels); });
            });
  });
  return found;
}

bool admits(const promql::Outcome& outcome, const Answered& answer) {
  using V = promql::Values;
  const V& values = outcome.values;
  if (!answer.error.empty()) return outcome.fails;
  if (answer.type == "string") return values.has(V::text);
  if (answer.values.empty()) return outcome.empty;
  if (answer.values.size() > 1 && !outcome.several) return false;
  return std::all_of(answer.values.begin(), answer.values.end(), [&](double value) {
    if (std::isnan(value)) return values.has(V::nan);
    if (value == 0) return values.has(V::zero | V::minus_zero);
    if (std::isinf(value)) return values.has(value > 0 ? V::plus_infinity : V::minus_infinity);
    if (values.has(value > 0 ? V::positive : V::negative)) return true;
    return std::any_of(values.constants().begin(), values.constants().end(), [&](double constant) {
      return std::fabs(constant - value) <= 1e-12 * std::fabs(value);
    });
  });
}

std::string show(const promql::Outcome& outcome) {
  std::string out;
  for (const std::string& each : outcome.classes()) out += (out.empty() ? "" : " ") + each;
  return out + (outcome.several ? " …" : "");
}

std::string show(const Answered& answer) {
  if (!answer.error.empty()) return "error: " + answer.error;
  std::string out = answer.type + " [";
  for (const double value : answer.values) out += promql::number_text(value) + " ";
  return out + "]";
}

}  // namespace backout::test
