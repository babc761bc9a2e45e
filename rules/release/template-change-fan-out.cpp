#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "argo/pair.h"
#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

bool uses(const argo::RolloutSubject& rollout, const argo::Object& object) {
  return std::any_of(rollout.gates.begin(), rollout.gates.end(), [&](const argo::Gate& gate) {
    return std::find(gate.templates.begin(), gate.templates.end(), object.node) !=
           gate.templates.end();
  });
}

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  constexpr std::size_t shown = 5;
  const bool is_template = object.kind == argo::ObjectKind::analysis_template ||
                           object.kind == argo::ObjectKind::cluster_analysis_template;
  if (!is_template || !context.base) return;
  const argo::Object* const before = argo::counterpart(object, *context.base);
  if (!before || argo::same(before->node->find("spec"), object.node->find("spec"))) return;
  std::vector<std::string> names;
  for (const argo::RolloutSubject& rollout : context.subjects.rollouts)
    if (uses(rollout, object)) names.push_back(fmt::format("`{}`", rollout.object.name));
  if (names.size() < 2) return;
  const std::size_t count = names.size();
  if (count > shown) {
    names.resize(shown - 1);
    names.push_back(fmt::format("{} others", count - names.size()));
  }
  const yaml::Node* const name = object.node->find({"metadata", "name"});
  report(object, name ? *name : *object.node,
         fmt::format("this change of `{}` changes the gates of {} rollouts: {}", object.name, count,
                     fmt::join(names, ", ")));
}

}  // namespace

namespace rules {
extern constinit const Rule release_template_change_fan_out{
    .id = "release/template-change-fan-out",
    .summary = "a change of one analysis template reaches several rollouts",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "An AnalysisTemplate is read anew at every analysis: one edit changes the gate of every "
        "rollout that names it, of other teams too and also of the one that is halfway through its "
        "steps. The diff shows one file.",
    .instead =
        "1. Tell the owners of the rollouts that are named.\n"
        "2. Where the change is for one of them, give it a template or an argument of its own.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
