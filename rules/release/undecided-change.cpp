#include <fmt/format.h>

#include "argo/weaken.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const ManifestContext& context, Report& report) {
  if (!context.base_subjects) return;
  const argo::Subjects &base = *context.base_subjects, &head = context.subjects;
  for (const auto& [before, after] : argo::pairs(base, head))
    for (const argo::Weakening& one : argo::undecided(*before, base, *after, head))
      report(*one.object, *one.node,
             fmt::format("this change may weaken what `{}` has to pass or not: {}",
                         after->object.name, one.message));
}

}  // namespace

namespace rules {
extern constinit const Rule release_undecided_change{
    .id = "release/undecided-change",
    .summary = "a gate changes and nobody can tell whether it is weaker",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "Gates are compared by what their conditions make of the same values. Where a plugin, a "
        "job or a web service answers, where a placeholder has no value in git or the query asks "
        "something else, there is nothing to compare: the change may loosen the gate or tighten "
        "it, "
        "and only a reviewer can tell.",
    .instead =
        "1. Have the new metric read by somebody who knows what it measures.\n"
        "2. Let it run dry beside the old one for one release, then take the old one out.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
