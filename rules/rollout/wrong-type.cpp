#include "core/field_rules.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (!is_of_rollouts(object.kind)) return;
  report_fields(object, context, report, is_wrong_type);
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_wrong_type{
    .id = "rollout/wrong-type",
    .summary = "a value of a type that the API server refuses",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The API server holds each value against the CRD's type and refuses the whole "
        "object. The change does not arrive, and neither does its revert as long as the "
        "wrong value stands in it. YAML hides the type: yes and off are booleans, 5 is a "
        "number and \"5\" a string.",
    .instead =
        "1. Quote what must be a string.\n"
        "2. Take the quotes off numbers and booleans.\n"
        "3. Write a list where the field holds several entries.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
