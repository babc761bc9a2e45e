#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

constexpr std::int64_t fewest = 10, most = 36'000;

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  for (const argo::Step& step : subject.rollout.steps) {
    const yaml::Node* const node = step.node->find({"pause", "duration"});
    if (!node || !step.duration || node->kind != yaml::Kind::scalar) continue;
    const bool bare = node->text.find_first_not_of("0123456789") == std::string_view::npos;
    const auto seconds = static_cast<std::int64_t>(*step.duration);
    if (!bare || seconds <= 0 || (seconds > fewest && seconds < most)) continue;
    report(subject.object, *node,
           seconds <= fewest
               ? fmt::format("`{}` is {} seconds, in which nothing is measured: was `{}m` meant?",
                             node->text, seconds, seconds)
               : fmt::format("`{}` is seconds, {} in all: was a smaller unit meant?", node->text,
                             argo::show_duration(*step.duration)));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_pause_unit_suspect{
    .id = "rollout/pause-unit-suspect",
    .summary = "a pause whose number looks like another unit",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A number without a unit is seconds, quoted or not. `duration: 5` is five "
        "seconds, too short to measure anything; 36000 and more is ten hours, as of "
        "somebody who thinks in milliseconds.",
    .instead = "1. Write the unit: `5m`, `10h`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
