#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "argo/category.h"
#include "argo/masked.h"
#include "argo/scope.h"
#include "core/condition_rules.h"

namespace backout {
namespace {

bool is_about_requests(argo::Category category) {
  return category == argo::Category::errors || category == argo::Category::latency ||
         category == argo::Category::traffic;
}

struct Blind {
  const argo::MetricSubject* metric;
  double share;  // of the traffic, the least that a rollout gives its canary
};

// What a metric does not see, or nothing.
std::optional<Blind> blind(const argo::MetricSubject& subject) {
  const argo::Metric& metric = subject.metric;
  if (!subject.conclusions.query || metric.dry_run || !metric.query.given()) return std::nullopt;
  const double share = argo::largest_share(subject);
  if (share <= 0 || !is_about_requests(argo::category_of(*subject.conclusions.query)))
    return std::nullopt;
  const argo::Scope scope = scope_of(*subject.conclusions.query, *subject.gate.rollout);
  if (scope == argo::Scope::stable) return Blind{&subject, 0};
  if (scope != argo::Scope::everything || masked_share(subject)) return std::nullopt;
  return Blind{&subject, share};
}

void report_blind(const Blind& found, Report& report) {
  const argo::MetricSubject& subject = *found.metric;
  const std::string& rollout = subject.gate.rollout->rollout.name;
  report(
      subject.object, *subject.metric.query.node,
      found.share == 0
          ? fmt::format("metric `{}` looks at the stable version alone: nothing that the canary "
                        "of `{}` does changes it",
                        subject.metric.name, rollout)
          : fmt::format("metric `{}` counts the requests of both versions: with at most {:.3g} % "
                        "of the traffic on the canary of `{}`, what it does wrong is diluted "
                        "{:.2g} times",
                        subject.metric.name, found.share, rollout, 100 / found.share));
}

void check(const ManifestContext& context, Report& report) {
  std::map<const yaml::Node*, std::size_t> places;  // a template's metric, used by several gates
  std::vector<Blind> all;
  for (const argo::MetricSubject& subject : context.subjects.metrics) {
    if (!subject.gate.rollout || !is_judged(subject)) continue;
    const auto found = blind(subject);
    if (!found) continue;
    const auto [place, is_new] = places.emplace(subject.metric.query.node, all.size());
    if (is_new)
      all.push_back(*found);
    else if (found->share < all[place->second].share)
      all[place->second] = *found;
  }
  for (const Blind& one : all) report_blind(one, report);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_query_not_canary_scoped{
    .id = "analysis/query-not-canary-scoped",
    .summary = "a query that does not tell the canary from the stable version",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "While the canary has part of the traffic, a query over the whole service mostly measures "
        "the old version. A canary that fails one request in ten at 10 % of the traffic shows as "
        "an error rate of 1 %.",
    .instead =
        "1. Pass the pod hash: `args: [{name: canary-hash, valueFrom: {podTemplateHashValue: "
        "Latest}}]`, and select `rollouts_pod_template_hash=\"{{args.canary-hash}}\"`.\n2. Or "
        "select the canary's Service, where metrics carry it.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
