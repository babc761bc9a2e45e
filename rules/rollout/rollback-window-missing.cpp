#include <fmt/format.h>

#include <string>
#include <utility>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged) return;
  if (!is_whole(subject) || subject.object.node->find({"spec", "rollbackWindow"})) return;
  if (subject.rollout.steps.empty()) return;
  const argo::Timeline& line = subject.line;
  ReportOptions options;
  if (line.floor <= context.config.thresholds.slow_rollback) options.at_most = Severity::note;
  std::string cost = line.floor > 0 ? fmt::format("{} at least", argo::show_duration(line.floor))
                                    : std::string("all of them");
  if (line.waits_for_human) cost += " and a person at each pause without a duration";
  report(subject.object, argo::place_of(*subject.object.node, {"spec", "rollbackWindow"}),
         fmt::format("no `rollbackWindow`: a rollback takes the steps again, {}", cost),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_rollback_window_missing{
    .id = "rollout/rollback-window-missing",
    .summary = "a rollback takes every step again",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A rollback in git or by `undo` is an update like any other: all weights, pauses "
        "and analyses run again, while users wait. Within `rollbackWindow.revisions` the "
        "controller skips them. A note where the steps take little time.",
    .instead = "1. Set `rollbackWindow: {revisions: 3}`, not above revisionHistoryLimit.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/rollback/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
