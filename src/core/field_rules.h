// What the rules about fields have in common: argo/fields.h finds the problems, a rule takes those
// that are its own.
#pragma once

#include "argo/fields.h"
#include "argo/manifest.h"
#include "core/rule.h"

namespace backout {

[[nodiscard]] bool is_of_rollouts(argo::ObjectKind kind);  // Rollout to Experiment
[[nodiscard]] bool is_of_argo_cd(argo::ObjectKind kind);   // Application to AppProject

// Conditions and arguments have rules of their own.
[[nodiscard]] bool is_wrong_type(const argo::FieldProblem& problem);

// Reports the problems of an object that `is_own` accepts; none of objects that are not Argo's.
void report_fields(const argo::Object& object, const ManifestContext& context, Report& report,
                   bool (*is_own)(const argo::FieldProblem&));

}  // namespace backout
