#include <fmt/format.h>

#include <string>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged || !argo::is_whole(subject))
    return;
  const argo::Timeline& line = subject.line;
  if (!subject.rollout.canary || line.stretches.empty()) return;
  const argo::Stop* first = nullptr;
  for (const argo::Stop& stop : line.stops)
    if (stop.fails && (!first || *stop.fails < *first->fails)) first = &stop;
  const std::string stop =
      first ? fmt::format(
                  "metric `{}` can stop it after {}, when the canary has had as many "
                  "requests as come in {} in all",
                  subject.gates[first->gate].metrics[first->metric].name,
                  argo::show_duration(*first->fails), argo::show_duration(first->exposure))
            : "no metric can stop it on the way";
  report(object, argo::place_of(*object.node, {"spec", "strategy", "canary", "steps"}),
         fmt::format("rollout `{}` takes at least {}{}; {}", object.name,
                     argo::show_duration(line.floor),
                     line.waits_for_human ? " and the time that people take" : "", stop));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_progress_time_summary{
    .id = "rollout/progress-time-summary",
    .summary = "how long a rollout takes, and when it can stop for the first time",
    .letters = "-",
    .severity = Severity::off,
    .why =
        "What a reviewer wants to know of a change to the steps, in one line: the least time to "
        "full weight, the first moment a gate can stop it, and what users have got by then. It is "
        "no fault, so it is off unless the configuration asks for it.",
    .instead = "1. Look at the picture: `backout simulate`.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
