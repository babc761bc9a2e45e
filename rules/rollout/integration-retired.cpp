#include "core/field_rules.h"

namespace backout {
namespace {

bool is_own(const argo::FieldProblem& problem) {
  return problem.kind == argo::FieldProblem::Kind::retired;
}

// The provider's version is 1 also when it is not given.
void check_datadog(const argo::Object& object, Report& report) {
  const yaml::Node* const metrics = object.node->find({"spec", "metrics"});
  if (metrics == nullptr) return;
  for (const yaml::Node& metric : metrics->items) {
    const yaml::Node* const provider = metric.find("provider");
    const yaml::Entry* const datadog = provider == nullptr ? nullptr : provider->entry("datadog");
    if (datadog == nullptr) continue;
    const yaml::Node* const version = datadog->value.find("apiVersion");
    if (version == nullptr || version->text == "v1")
      report(object, version == nullptr ? datadog->key : *version,
             "version 1 of Datadog's API, the default, is on its way out; `apiVersion: v2` is the "
             "other one");
  }
}

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (!is_of_rollouts(object.kind)) return;
  report_fields(object, context, report, is_own);
  check_datadog(object, report);
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_integration_retired{
    .id = "rollout/integration-retired",
    .summary = "traffic or metrics depend on something that is no longer developed",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "Argo Rollouts still has the integration, but what it talks to is archived or has an end: "
        "the Service Mesh Interface since 2023, AWS App Mesh on 2026-09-30, version 1 of Datadog's "
        "API at a date to come. An abort needs the router to obey on the day it happens.",
    .instead =
        "1. Plan the move: the Gateway API plugin, Istio or an ingress for traffic, "
        "`apiVersion: v2` for Datadog.\n"
        "2. Do it in a release of its own, so that a rollback does not cross it.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
