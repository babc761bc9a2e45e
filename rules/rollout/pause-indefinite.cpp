#include <fmt/format.h>

#include <string>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const argo::Step* first = nullptr;
  std::size_t count = 0;
  for (const argo::Step& step : subject.rollout.steps) {
    if (step.kind != argo::Step::Kind::pause || step.duration) continue;
    if (!first) first = &step;
    ++count;
  }
  if (!first) return;
  const bool window = subject.object.node->find({"spec", "rollbackWindow"}) != nullptr;
  report(subject.object, argo::place_of(*first->node, {"pause"}),
         fmt::format(
             "the rollout waits for a person {}{}",
             count == 1 ? std::string("here") : fmt::format("here and {} more times", count - 1),
             window ? "" : ", and so does a rollback by git"));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_pause_indefinite{
    .id = "rollout/pause-indefinite",
    .summary = "a pause that waits for a person",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "`pause: {}` goes on when somebody promotes. A rollback by git outside of "
        "rollbackWindow takes the same steps and stops there too, and no progress "
        "deadline runs meanwhile.",
    .instead =
        "1. Tell who is on call that a rollback has to be promoted, or set "
        "`rollbackWindow`.\n"
        "2. Give the pause a duration where an analysis decides.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
