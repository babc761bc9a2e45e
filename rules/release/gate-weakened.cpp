#include <fmt/format.h>

#include <string>

#include "argo/weaken.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const ManifestContext& context, Report& report) {
  if (!context.base_subjects) return;
  const argo::Subjects &base = *context.base_subjects, &head = context.subjects;
  for (const auto& [before, after] : argo::pairs(base, head))
    for (const argo::Weakening& one : argo::weakenings(*before, base, *after, head))
      report(*one.object, *one.node,
             fmt::format("this change weakens what `{}` has to pass: {}", after->object.name,
                         one.message));
}

}  // namespace

namespace rules {
extern constinit const Rule release_gate_weakened{
    .id = "release/gate-weakened",
    .summary = "a change makes the gate it has to pass easier to pass",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The release that a gate would have stopped is often the one that loosens it: a threshold "
        "raised in the same pull request, a metric turned into a dry run, a pause taken out to "
        "save time. Each file is right by itself, so only the comparison with what is deployed "
        "shows it. All analyses that reach the rollout are compared, with their templates and "
        "arguments, and conditions by what they make of the same values. The same goes for this "
        "tool: `.backout.yaml` is read from the base, but what the change does to it counts from "
        "the next change on, and an ignore in a manifest silences its rule for good. Also the list "
        "of signers is compared, where the configuration names one.",
    .instead =
        "1. Change gates in a change of their own, with the reason, reviewed by who is on "
        "call.\n2. "
        "Release the code afterwards, through the gate as it then is.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
