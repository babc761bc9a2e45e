#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const strategy = blue_green_of(subject);
  if (!strategy || !subject.object.judged) return;
  const std::string_view active = argo::text_at(*strategy, {"activeService"});
  if (active.empty() || active != argo::text_at(*strategy, {"previewService"})) return;
  report(subject.object, *strategy->find("previewService"),
         fmt::format("`activeService` and `previewService` are both `{}`: the rollout is invalid "
                     "and stands still",
                     active));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_bluegreen_same_service{
    .id = "rollout/bluegreen-same-service",
    .summary = "active and preview version behind one service",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The controller writes a pod hash into each service's selector; one service "
        "cannot select both versions. It refuses the Rollout as InvalidSpec, and nothing "
        "is deployed any more, a rollback neither.",
    .instead =
        "1. Create a second Service with the same selector and name it in "
        "`previewService`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
