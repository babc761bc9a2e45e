#include <fmt/format.h>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  if (!subject.rollout || !subject.gate.complete() || !subject.gate.node) return;
  if (is_ambiguous(subject, context.head)) return;
  for (const argo::Argument& argument : subject.gate.arguments) {
    if (argument.value || argument.has_source || argument.name.empty()) continue;
    report(
        subject.object, *subject.gate.node,
        fmt::format("{} gives no value for argument `{}`, which its template declares without a "
                    "default: {} `{}` is refused",
                    argo::words(subject.gate), argument.name,
                    subject.object.kind == argo::ObjectKind::experiment ? "experiment" : "rollout",
                    subject.object.name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_arg_unset{
    .id = "analysis/arg-unset",
    .summary = "an argument that nobody gives a value",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Every argument that a template declares must have a value, also one that no metric uses. "
        "Without, Argo Rollouts refuses the rollout (\"args.NAME was not resolved\").",
    .instead =
        "1. Pass the argument under `args` of the analysis, or give it a default in the template.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
