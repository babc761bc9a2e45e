#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "argo/weaken.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const ManifestContext& context, Report& report) {
  if (!context.base_subjects) return;
  const argo::Subjects &base = *context.base_subjects, &head = context.subjects;
  for (const auto& [before, after] : argo::pairs(base, head)) {
    std::vector<std::string> aspects;
    for (argo::Weakening& one : argo::weakenings(*after, head, *before, base))
      if (std::find(aspects.begin(), aspects.end(), one.aspect) == aspects.end())
        aspects.push_back(std::move(one.aspect));
    if (aspects.empty()) continue;
    const yaml::Node* const strategy = after->object.node->find({"spec", "strategy"});
    report(after->object, strategy ? *strategy : *after->object.node,
           fmt::format("this change makes what `{}` has to pass stricter: {}", after->object.name,
                       fmt::join(aspects, ", ")));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_gate_strengthened{
    .id = "release/gate-strengthened",
    .summary = "a change makes a rollout's own gate harder to pass",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "A stricter gate judges the release that brings it first: a threshold that the stable "
        "version itself would not pass aborts a good canary, and at night somebody loosens it in a "
        "hurry. What became stricter is named so that the reader of an abort finds it. The "
        "comparison is that of release/gate-weakened, the other way round.",
    .instead =
        "1. Run the new condition against the stable version's last week before merging it.\n"
        "2. Let the new metric run dry for one release, then let it decide.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
