#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "argo/lookup.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

using argo::Step;

// Whether a person has to let every weight below 100 % pass.
bool held_by_people(const argo::Rollout& rollout) {
  bool waiting = false;
  for (const Step& step : rollout.steps) {
    if (step.kind == Step::Kind::pause && !step.duration) waiting = false;
    if (step.kind != Step::Kind::set_weight) continue;
    if (waiting) return false;
    waiting = step.weight > 0 && step.weight < rollout.max_weight;
  }
  return !waiting;
}

// What a plugin does at a step nobody knows; it may well measure.
bool asks_plugin(const argo::Rollout& rollout) {
  return std::any_of(rollout.steps.begin(), rollout.steps.end(), [](const Step& step) {
    if (step.kind != Step::Kind::plugin) return false;
    const yaml::Node* const disabled = step.node->find({"plugin", "disabled"});
    return !disabled || !yaml::as_bool(*disabled).value_or(false);
  });
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  const argo::Rollout& rollout = subject.rollout;
  if (!canary || !subject.object.judged || rollout.steps.empty() || !subject.gates.empty()) return;
  if (!is_whole(subject) || asks_plugin(rollout)) return;
  const bool weighs = std::any_of(rollout.steps.begin(), rollout.steps.end(), [](const Step& step) {
    return step.kind == Step::Kind::set_weight;
  });
  const bool people = weighs && held_by_people(rollout);
  ReportOptions options;
  if (people) options.at_most = Severity::warning;
  report(subject.object, argo::place_of(*canary, {"steps"}),
         people
             ? std::string("no analysis judges this canary: a person at a pause is the only gate")
             : fmt::format(
                   "no analysis judges this canary: {}whatever the new version does gets "
                   "all traffic",
                   subject.line.floor > 0
                       ? fmt::format("after {} of steps ", argo::show_duration(subject.line.floor))
                       : ""),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_no_analysis{
    .id = "rollout/no-analysis",
    .summary = "a canary that nothing measures",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Without an analysis a canary is only a slow rollout: nobody but a person who "
        "happens to look stops it, and every pause ends in the next weight. A pause "
        "without a duration is a gate held by a person; where each weight has one, this "
        "is a warning.",
    .instead =
        "1. Add a background analysis, `strategy.canary.analysis`, that can fail while "
        "the canary has traffic.\n"
        "2. Or add an `analysis` step after each pause; it blocks until its metrics have "
        "concluded.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
