#include "core/field_rules.h"

namespace backout {

using argo::ObjectKind;

bool is_of_rollouts(ObjectKind kind) { return kind <= ObjectKind::experiment; }

bool is_of_argo_cd(ObjectKind kind) {
  return kind >= ObjectKind::application && kind <= ObjectKind::app_project;
}

bool is_wrong_type(const argo::FieldProblem& problem) {
  return problem.kind == argo::FieldProblem::Kind::wrong_type &&
         problem.wanted.of != argo::FieldType::argument &&
         problem.wanted.of != argo::FieldType::condition;
}

void report_fields(const argo::Object& object, const ManifestContext& context, Report& report,
                   bool (*is_own)(const argo::FieldProblem&)) {
  const auto fields = argo::fields_of(to_string(object.kind));
  if (fields.empty()) return;
  for (const argo::FieldProblem& problem :
       argo::check_fields(fields, *object.node, context.config.argo.rollouts))
    if (is_own(problem)) report(object, *problem.node, message_of(problem));
}

}  // namespace backout
