#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

bool is_zero(const yaml::Node& canary) {
  const yaml::Node* const node = canary.find("maxSurge");
  if (!node) return false;
  const auto text = yaml::as_string(*node);
  return yaml::as_int(*node) == 0 || text == "0" || text == "0%";
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged) return;
  const argo::Amount unavailable = subject.rollout.max_unavailable;
  if (subject.rollout.routed || !is_zero(*canary) || unavailable.value == 0) return;
  report(
      subject.object, *canary->find("maxSurge"),
      fmt::format("no surge: an abort first stops canary pods (`maxUnavailable` {}{} at a time), "
                  "then starts stable ones",
                  unavailable.value, unavailable.percent ? " %" : ""));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_max_surge_zero{
    .id = "rollout/max-surge-zero",
    .summary = "an abort must stop pods before it may start any",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Without a surge pods are exchanged within `replicas`: on an abort the controller "
        "removes canary pods first and starts stable ones in their place, so capacity is "
        "missing just when it is needed.",
    .instead = "1. Set `maxSurge` to 1 or more; 25% is the default.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
