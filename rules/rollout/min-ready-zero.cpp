#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

// What happens the moment the pods are ready, with nothing in between that would see them crash: no
// pause, no analysis, nobody who promotes. Empty: something waits.
std::string goes_on(const argo::RolloutSubject& subject) {
  using Kind = argo::Step::Kind;
  if (!subject.rollout.canary) {
    if (!subject.rollout.auto_promotion || subject.rollout.auto_promotion_delay > 0) return {};
    if (std::any_of(subject.gates.begin(), subject.gates.end(), [](const argo::Gate& gate) {
          return gate.kind == argo::Gate::Kind::pre_promotion;
        }))
      return {};
    return "all traffic is switched to them";
  }
  int weight = 0;
  bool open = false;  // a weight that nothing has waited behind
  for (const argo::Step& step : subject.rollout.steps) {
    if (step.kind == Kind::set_weight && open && step.weight > weight)
      return fmt::format("the rollout goes from {} % to {} %", weight, step.weight);
    if (step.kind == Kind::set_weight) weight = step.weight;
    if (step.kind == Kind::set_weight) open = weight > 0;
    if (step.kind == Kind::pause || step.kind == Kind::analysis || step.kind == Kind::experiment ||
        step.kind == Kind::plugin)
      open = false;
  }
  if (open && weight < 100) return fmt::format("the rollout goes from {} % to 100 %", weight);
  return {};
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  if (!is_whole(subject)) return;
  const yaml::Node* const node = object.node->find({"spec", "minReadySeconds"});
  if (node && argo::int_at(*object.node, {"spec", "minReadySeconds"}) != 0) return;
  const std::string next = goes_on(subject);
  if (next.empty()) return;
  report(object, argo::place_of(*object.node, {"spec", "minReadySeconds"}),
         fmt::format("`minReadySeconds` is {}: {} the moment the new pods are ready, and those "
                     "that crash soon after their start have counted",
                     node ? "0" : "not given", next));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_min_ready_zero{
    .id = "rollout/min-ready-zero",
    .summary = "a pod counts as available the moment it is ready",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "With minReadySeconds 0, the default, a pod that gets ready and crashes after ten "
        "seconds counts as available. Where no pause and no analysis follows, the "
        "controller takes the next step or switches over at once.",
    .instead = "1. Set `minReadySeconds` to what a crash at start takes to show, 10 to 30.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
