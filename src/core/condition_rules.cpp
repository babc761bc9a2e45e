#include "core/condition_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "argo/quantity.h"
#include "yaml/fragment.h"

namespace backout {
namespace {

std::string_view describe_result(const argo::Metric& metric, const argo::Conclusions& conclusions) {
  switch (metric.provider) {
    case argo::Provider::prometheus:
      if (!conclusions.trials.empty() && !conclusions.trials.front().value.starts_with('['))
        return "the query gives a scalar, so `result` is one number";
      return "`result` is a list of numbers, one for each series; `result[0]` is the first";
    case argo::Provider::graphite:
      return "`result` is a list of numbers, one for each point; `result[0]` is the first";
    case argo::Provider::datadog:
      return "`result` is one number, or nil when there is no data";
    case argo::Provider::wavefront:
      return "`result` is one number, or a list of them for several series";
    case argo::Provider::cloud_watch:
      return "`result` is a list with a record for each query; its numbers are "
             "`result[0].Values`";
    case argo::Provider::new_relic:
      return "`result` is a row with the names of the query, `result.count`; of several rows a "
             "list of them";
    case argo::Provider::influxdb:
      return "`result` is a list of values; `result[0]` is the first";
    case argo::Provider::skywalking:
      return "`result` is an object with the names of the query";
    default:
      return "the answer of the provider is `result`";
  }
}

}  // namespace

ReportOptions range_note(const argo::Conclusions& of) {
  ReportOptions options;
  using Range = argo::Quantity::Range;
  const Range range = of.query ? argo::quantity_of(*of.query).range : Range::unknown;
  if (range == Range::fraction)
    options.notes.push_back({std::nullopt, "the query divides some requests by all: 0 to 1"});
  if (range == Range::percent)
    options.notes.push_back({std::nullopt, "the query divides some requests by all: 0 to 100"});
  return options;
}

void report_part(Report& report, const argo::Object& object, const argo::Text& text, Span part,
                 std::string message, ReportOptions options) {
  Span place = text.node->span;
  const auto size = static_cast<std::uint32_t>(text.value.size());
  if (text.verbatim && part.end <= size && size > 0) {
    // An end has no byte of its own: the one before it stands for it.
    if (part.begin == part.end)
      part = part.end == size ? Span{size - 1, size} : Span{part.begin, part.end + 1};
    place = yaml::fragment(object.source->text, *text.node).span(part.begin, part.end);
  }
  report.at({object.source, place},
            {std::string(to_string(object.kind)), object.full_name(), object.path(*text.node)},
            std::move(message), std::move(options));
}

bool is_cut_by_yaml(const argo::Object& object, const yaml::Node& text) {
  if (!text.tag.empty()) return true;
  if (text.style != yaml::Style::plain) return false;
  const std::string_view rest = std::string_view(object.source->text).substr(text.span.end);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  return line.find_first_not_of(' ') != std::string_view::npos &&
         line[line.find_first_not_of(' ')] == '#';
}

void report_futile(const argo::MetricSubject& subject, Report& report,
                   bool (*is_own)(const argo::Futility&)) {
  const argo::Metric& metric = subject.metric;
  for (const argo::Futility& one : subject.conclusions.futile) {
    const argo::Text& text = one.of_failure_condition ? metric.failure : metric.success;
    if (one.only_here || !is_own(one) || is_cut_by_yaml(subject.object, *text.node)) continue;
    const expr::Problem& problem = one.problem;
    ReportOptions options;
    if (metric.dry_run) options.at_most = Severity::warning;
    if (problem.stage != expr::Stage::parse)
      options.notes.push_back(
          {std::nullopt, std::string(describe_result(metric, subject.conclusions))});
    report_part(
        report, subject.object, text, problem.span,
        fmt::format(
            "the {} of metric `{}` can only give Error: {}{}; the analysis ends as Error "
            "after {} in a row",
            key_of(one.of_failure_condition), metric.name, problem.message,
            problem.nearest.empty() ? "" : fmt::format(" (did you mean `{}`?)", problem.nearest),
            metric.error_limit + 1),
        std::move(options));
  }
}

bool calls(const expr::Condition& condition, std::string_view name) {
  if (!condition.tree) return false;
  const expr::Tree& tree = *condition.tree;
  return std::any_of(tree.nodes.begin(), tree.nodes.end(), [&](const expr::Node& node) {
    if (node.kind == expr::Node::Kind::builtin) return node.text == name;
    return node.kind == expr::Node::Kind::call && tree[node.children[0]].text == name;
  });
}

}  // namespace backout
