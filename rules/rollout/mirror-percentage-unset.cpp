#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  for (const argo::Step& step : subject.rollout.steps) {
    const yaml::Node* const route = step.node->find("setMirrorRoute");
    if (!route || !route->find("match") || route->find("percentage")) continue;
    report(subject.object, argo::place_of(*step.node, {"setMirrorRoute"}),
           fmt::format("route `{}` mirrors every matching request to the canary: no `percentage`",
                       argo::text_at(*route, {"name"})));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_mirror_percentage_unset{
    .id = "rollout/mirror-percentage-unset",
    .summary = "all requests are mirrored",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "Without `percentage` a mirror route sends a copy of every matching request to "
        "the canary: its load is that of all stable pods together, and what a request "
        "changes it changes twice.",
    .instead = "1. Set `percentage`, and match only requests that change nothing.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
