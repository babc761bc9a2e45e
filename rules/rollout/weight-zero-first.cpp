
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

using Kind = argo::Step::Kind;

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const argo::Step* zero = nullptr;
  for (const argo::Step& step : subject.rollout.steps) {
    if (zero && step.kind == Kind::set_weight) break;
    if (step.kind == Kind::experiment || step.kind == Kind::set_header_route ||
        step.kind == Kind::set_mirror_route || step.kind == Kind::set_canary_scale ||
        step.kind == Kind::plugin)
      return;
    if (step.kind != Kind::set_weight) continue;
    if (step.weight != 0 || argo::int_at(*step.node, {"setWeight"}) != 0) return;
    zero = &step;
  }
  if (zero)
    report(subject.object, argo::place_of(*zero->node, {"setWeight"}),
           "a canary begins without traffic: this weight of 0 changes nothing");
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_weight_zero_first{
    .id = "rollout/weight-zero-first",
    .summary = "a first weight of nothing",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "A new canary has no weight anyway, so `setWeight: 0` at the begin is a step "
        "without effect. It has a use before an experiment or a route by header, where it "
        "keeps other traffic away.",
    .instead = "1. Remove the step, or begin with a weight.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
