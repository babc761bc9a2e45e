#include <fmt/format.h>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

// Whether the budget is about the rollout's pods, told as for a Service.
bool is_about(const argo::Object& budget, const argo::Object& rollout) {
  const yaml::Node* const wanted = budget.node->find({"spec", "selector", "matchLabels"});
  const yaml::Node* const labels = rollout.node->find({"spec", "template", "metadata", "labels"});
  if (!wanted || wanted->entries.empty() || !labels) return false;
  for (const yaml::Entry& entry : wanted->entries) {
    const yaml::Node* const label = labels->find(entry.key.text);
    if (!label || label->text != entry.value.text) return false;
  }
  return budget.namespace_name == rollout.namespace_name && argo::is_in_folder_of(budget, rollout);
}

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout) return;
  const auto replicas = argo::replicas_of(subject, context.head);
  if (!replicas || *replicas < 1) return;
  for (const argo::Object* budget : context.head.of(argo::ObjectKind::pod_disruption_budget)) {
    if ((!budget->judged && !object.judged) || !is_about(*budget, object)) continue;
    const auto least = argo::int_at(*budget->node, {"spec", "minAvailable"});
    const bool all = argo::text_at(*budget->node, {"spec", "minAvailable"}) == "100%";
    if (!all && (!least || *least < *replicas)) continue;
    report(
        *budget, *budget->node->find({"spec", "minAvailable"}),
        fmt::format("none of the {} pods of rollout `{}` may be evicted: an abort that needs room "
                    "for stable pods may wait for it",
                    *replicas, subject.rollout.name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_pdb_blocks_abort{
    .id = "rollout/pdb-blocks-abort",
    .summary = "a disruption budget that lets no pod go",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "With minAvailable at all replicas no pod may be evicted. The controller's own "
        "scaling is not held up, but nodes cannot be drained and the autoscaler of the "
        "cluster cannot make room, so an abort that has to start stable pods may wait for "
        "a place to put them.",
    .instead = "1. Let at least one pod go: `maxUnavailable: 1` in place of `minAvailable`.",
    .references = "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
