#include "core/field_rules.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (!is_of_argo_cd(object.kind)) return;
  report_fields(object, context, report, is_wrong_type);
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_wrong_type{
    .id = "argocd/wrong-type",
    .summary = "a value of a type that the API server refuses",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The API server holds each value against the CRD's type and refuses the whole "
        "object, so the change does not arrive and the last accepted state goes on to sync. "
        "In a template of an ApplicationSet this holds as well: only strings can be filled "
        "in.",
    .instead =
        "1. Quote what must be a string, such as Helm parameters and annotations.\n"
        "2. Take the quotes off numbers and booleans.\n"
        "3. Fill booleans and numbers in with spec.templatePatch.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
