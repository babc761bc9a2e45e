#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "argo/application.h"
#include "argo/hook.h"
#include "argo/rollout.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::Object;
using argo::ObjectKind;

// What keeps the health of the object at Suspended, in words; empty: nothing.
std::string suspended(const Object& object) {
  if (object.kind == ObjectKind::job)
    return argo::is_true(object.node->find({"spec", "suspend"})) ? "is suspended" : "";
  if (object.kind != ObjectKind::rollout) return {};
  const argo::Rollout rollout = argo::read_rollout(*object.node);
  if (!rollout.canary) return rollout.auto_promotion ? "" : "waits for its promotion";
  const bool pauses =
      std::any_of(rollout.steps.begin(), rollout.steps.end(), [](const argo::Step& step) {
        return step.kind == argo::Step::Kind::pause && !step.duration &&
               step.node->find({"pause", "duration"}) == nullptr;
      });
  return pauses ? "pauses until somebody promotes it" : "";
}

std::string_view folder_of(const Object& object) {
  const std::string_view path = object.source->path;
  return path.substr(0, path.find_last_of('/') + 1);
}

void check(const Object& object, const ManifestContext& context, Report& report) {
  const std::string why = suspended(object);
  const auto wave = argo::wave_of(object);
  if (why.empty() || !wave || argo::hook_of(object)) return;
  const Object* later = nullptr;
  for (const Object& other : context.head.all()) {
    if (folder_of(other) != folder_of(object) || argo::hook_of(other)) continue;
    const auto theirs = argo::wave_of(other);
    if (theirs && *theirs > *wave && (later == nullptr || theirs < argo::wave_of(*later)))
      later = &other;
  }
  if (later == nullptr) return;
  const yaml::Node* const own = argo::annotation(object, "argocd.argoproj.io/sync-wave");
  const yaml::Node* const name = object.node->find({"metadata", "name"});
  report(
      object,
      own != nullptr    ? *own
      : name != nullptr ? *name
                        : *object.node,
      fmt::format("{} `{}` in wave {} {}: until then the sync stays Running, {} `{}` in wave {} is "
                  "not applied, and a rollback is refused as another operation is in progress",
                  to_string(object.kind), object.full_name(), *wave, why, to_string(later->kind),
                  later->full_name(), *argo::wave_of(*later)));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_wave_deadlock{
    .id = "argocd/wave-deadlock",
    .summary = "a sync waits in an early wave for a person",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A wave begins when all objects of the one before are healthy. A Rollout in a pause "
        "without a duration, a blue-green one without automatic promotion and a suspended Job are "
        "Suspended, which is not healthy: the sync waits in that wave, and with it everything "
        "behind, including the one operation slot that a rollback needs.",
    .instead =
        "1. Put what waits for a person into the last wave.\n"
        "2. Or give the pause a duration and let an analysis decide.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
