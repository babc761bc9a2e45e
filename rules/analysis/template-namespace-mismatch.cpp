#include <fmt/format.h>

#include "argo/missing_template.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  for (const argo::MissingTemplate& missing : missing_templates(subject, context.head)) {
    if (missing.why != argo::MissingTemplate::Why::other_namespace) continue;
    report(
        *missing.holder, *missing.ref->node,
        fmt::format("AnalysisTemplate `{}` is in namespace `{}`, rollout `{}` in `{}`: it is not "
                    "found and the rollout refused",
                    missing.ref->name, missing.other->namespace_name, subject.object.name,
                    subject.object.namespace_name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_template_namespace_mismatch{
    .id = "analysis/template-namespace-mismatch",
    .summary = "a template in another namespace",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An AnalysisTemplate is looked for in the namespace of the rollout alone; one of that name "
        "elsewhere does not help, and the rollout is refused.",
    .instead =
        "1. Put the template into the rollout's namespace, or make it a ClusterAnalysisTemplate.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
