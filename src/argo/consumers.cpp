#include "argo/consumers.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "argo/neighbours.h"
#include "promql/shape.h"
#include "yaml/value.h"

namespace backout::argo {
namespace {

constexpr std::array<std::string_view, 20> naming_labels = {
    "service",     "svc",
    "app",         "application",
    "job",         "deployment",
    "rollout",     "workload",
    "pod",         "kubernetes_name",
    "ingress",     "service_name",
    "app_name",    "destination_service",
    "container",   "destination_workload",
    "backend",     "destination_service_name",
    "destination", "exported_service"};

}  // namespace

std::vector<std::string_view> names_of(const RolloutSubject& rollout) {
  std::vector<std::string_view> out;
  if (!rollout.object.name.empty()) out.push_back(rollout.object.name);
  for (const NamedService& service : services_of(rollout)) out.push_back(service.name);
  return out;
}

std::vector<SharedMetric> shared_metrics(const Subjects& subjects) {
  std::vector<SharedMetric> out;
  std::unordered_map<const yaml::Node*, std::size_t> places;
  for (const MetricSubject& metric : subjects.metrics) {
    const auto [place, is_new] = places.emplace(metric.metric.node, out.size());
    if (is_new) out.push_back({&metric, {}});
    SharedMetric& shared = out[place->second];
    const RolloutSubject* const rollout = metric.gate.rollout;
    if (rollout &&
        std::find(shared.rollouts.begin(), shared.rollouts.end(), rollout) == shared.rollouts.end())
      shared.rollouts.push_back(rollout);
  }
  return out;
}

std::optional<promql::Query> written_query(const Metric& metric) {
  if (metric.provider != Provider::prometheus || !metric.query.node) return std::nullopt;
  auto query = promql::parse(yaml::as_string(*metric.query.node).value_or(""));
  if (!query) return std::nullopt;
  return std::move(*query);
}

std::vector<NamedInQuery> named_in(const promql::Query& query) {
  std::vector<NamedInQuery> out;
  using Op = promql::Matcher::Op;
  const promql::Shape shape = shape_of(query);
  for (const promql::Expr* selector : shape.selectors)
    for (const promql::Matcher& matcher : selector->selector.matchers) {
      if (matcher.opaque || matcher.label.placeholder || matcher.value.placeholder) continue;
      if (matcher.op == Op::not_equal || matcher.op == Op::not_matches) continue;
      if (std::find(naming_labels.begin(), naming_labels.end(), matcher.label.text) !=
          naming_labels.end())
        out.push_back({matcher.label.text, matcher.value.text, matcher.value.span});
    }
  return out;
}

bool means(std::string_view value, std::string_view name) {
  if (name.empty() || !value.starts_with(name)) return false;
  const std::string_view rest = value.substr(name.size());
  return rest.empty() || rest.starts_with(".") ||
         (rest.starts_with("-") && rest.find_first_of("*+[") != std::string_view::npos);
}

bool goes_by(const RolloutSubject& rollout, std::string_view value) {
  const auto names = names_of(rollout);
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return means(value, name); });
}

RolloutNames::RolloutNames(const Subjects& subjects) {
  for (const RolloutSubject& rollout : subjects.rollouts)
    for (const std::string_view name : names_of(rollout)) by_name_.emplace(name, &rollout);
}

const RolloutSubject* RolloutNames::meant_by(std::string_view value) const {
  // its longest beginning that is a name
  for (std::size_t size = value.size(); size > 0; --size) {
    if (size < value.size() && value[size] != '.' && value[size] != '-') continue;
    const auto found = by_name_.find(value.substr(0, size));
    if (found != by_name_.end() && means(value, found->first)) return found->second;
  }
  return nullptr;
}

}  // namespace backout::argo
