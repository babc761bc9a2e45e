#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "argo/consumers.h"
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::RolloutSubject;

// How a value may name a rollout: by its names, or by a label of its pods (`app: shop`).
bool is_own(const RolloutSubject& rollout, std::string_view value) {
  if (argo::goes_by(rollout, value)) return true;
  const yaml::Node* const labels =
      rollout.object.node->find({"spec", "template", "metadata", "labels"});
  return labels &&
         std::any_of(labels->entries.begin(), labels->entries.end(), [&](const yaml::Entry& entry) {
           return argo::means(value, entry.value.text);
         });
}

struct Other {
  std::string value;  // of the label
  const RolloutSubject* rollout = nullptr;
};
// The other rollout that a query names; none when it names its own anywhere, or nobody known.
std::optional<Other> other_in(const argo::MetricSubject& metric,
                              const argo::RolloutNames& rollouts) {
  std::optional<Other> out;
  for (const argo::NamedInQuery& named : argo::named_in(*metric.conclusions.query)) {
    if (is_own(*metric.gate.rollout, named.value)) return std::nullopt;
    if (const RolloutSubject* const other = rollouts.meant_by(named.value))
      out = {std::string(named.value), other};
  }
  return out;
}

void check_rollout(const RolloutSubject& own,
                   const std::vector<const argo::MetricSubject*>& metrics,
                   const argo::RolloutNames& rollouts,
                   const std::set<const yaml::Node*>& hard_coded, Report& report) {
  if (own.object.kind != argo::ObjectKind::rollout || !argo::is_whole(own)) return;
  bool watches_itself = false;
  std::vector<std::pair<const argo::MetricSubject*, Other>> found;
  for (const argo::MetricSubject* one : metrics) {
    const argo::Metric& metric = one->metric;
    auto other = one->conclusions.query ? other_in(*one, rollouts) : std::nullopt;
    if (!other)
      watches_itself = true;
    else if (is_judged(*one) && !metric.dry_run && !hard_coded.contains(metric.node))
      found.emplace_back(one, std::move(*other));
  }
  for (const auto& [one, other] : found) {
    ReportOptions options;
    if (watches_itself) options.at_most = Severity::note;  // and what it depends on
    report(one->object, *one->metric.query.node,
           fmt::format("metric `{}` guards rollout `{}` and asks about `{}`, which is rollout `{}`",
                       one->metric.name, own.object.name, other.value, other.rollout->object.name),
           std::move(options));
  }
}

void check(const ManifestContext& context, Report& report) {
  const argo::RolloutNames rollouts(context.subjects);
  std::set<const yaml::Node*> hard_coded;  // `hard-coded-service` says it of a shared template
  for (const argo::SharedMetric& shared : shared_metrics(context.subjects))
    if (shared.rollouts.size() > 1 && shared.first->metric.query.verbatim)
      hard_coded.insert(shared.first->metric.node);
  for_each_rollout(context.subjects, [&](const RolloutSubject& own, const auto& metrics) {
    check_rollout(own, metrics, rollouts, hard_coded, report);
  });
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_query_wrong_service{
    .id = "analysis/query-wrong-service",
    .summary = "a gate that looks at another service",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A query that was copied from another service and still names it says nothing about the "
        "release that it guards: any release passes while the other service is well.",
    .instead = "1. Name the rollout's own service in the query, best by an argument.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
