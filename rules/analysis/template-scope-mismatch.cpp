#include <fmt/format.h>

#include "argo/missing_template.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  for (const argo::MissingTemplate& missing : missing_templates(subject, context.head)) {
    if (missing.why != argo::MissingTemplate::Why::other_scope) continue;
    report(*missing.holder, *missing.ref->node,
           missing.ref->cluster
               ? fmt::format("`{}` is an AnalysisTemplate, not a ClusterAnalysisTemplate: drop "
                             "`clusterScope`; rollout `{}` is refused",
                             missing.ref->name, subject.object.name)
               : fmt::format(
                     "`{}` is a ClusterAnalysisTemplate: without `clusterScope: true` it is not "
                     "found and rollout `{}` is refused",
                     missing.ref->name, subject.object.name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_template_scope_mismatch{
    .id = "analysis/template-scope-mismatch",
    .summary = "a template of the other scope",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "`clusterScope: true` looks for a ClusterAnalysisTemplate, its absence for an "
        "AnalysisTemplate in the rollout's namespace. With the wrong one the template is not found "
        "and the rollout refused.",
    .instead =
        "1. Set `clusterScope: true` for a ClusterAnalysisTemplate, and drop it for an "
        "AnalysisTemplate.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
