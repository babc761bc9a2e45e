#include <fmt/format.h>

#include <string>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

bool counts_requests(const argo::Metric& metric) {
  if (metric.provider != argo::Provider::prometheus) return false;
  for (const char* word : {"request", "http_", "istio_", "nginx_ingress", "grpc_"})
    if (metric.query.value.find(word) != std::string::npos) return true;
  return false;
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!blue_green_of(subject)) return;
  for (const argo::Gate& gate : subject.gates) {
    if (gate.kind != argo::Gate::Kind::pre_promotion || !gate.complete()) continue;
    const argo::Metric* first = nullptr;
    bool makes_traffic = false;
    for (const argo::Metric& metric : gate.metrics) {
      makes_traffic = makes_traffic || metric.provider == argo::Provider::job ||
                      metric.provider == argo::Provider::web ||
                      metric.provider == argo::Provider::plugin;
      if (!first && !metric.dry_run && counts_requests(metric)) first = &metric;
    }
    if (!first || makes_traffic) continue;
    report(
        subject.object, argo::place_of(*gate.node, {"templates"}),
        fmt::format("metric `{}` counts requests before the switch, when no user reaches the new "
                    "version: it has no samples",
                    first->name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_bluegreen_pre_promotion_user_traffic{
    .id = "rollout/bluegreen-pre-promotion-user-traffic",
    .summary = "metrics of users before any user is there",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Before the switch no user reaches the preview. A metric over its requests has no "
        "samples by construction; whether that passes or aborts, it says nothing about "
        "the release.",
    .instead =
        "1. Before the switch use a Job or a web metric that calls the preview service.\n"
        "2. Move the request metrics to `postPromotionAnalysis`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
