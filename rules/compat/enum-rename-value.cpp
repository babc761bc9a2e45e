#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"
#include "sql/released.h"

namespace backout {
namespace {

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* rename = std::get_if<sql::RenameEnumValue>(&step.operation.action);
  if (!rename) return;
  const auto& types = context.catalog.types;
  const auto [before, after] = sql::released(types, context.catalog.resolve_type(rename->type));
  if (!before) return;  // made by this change
  const auto has = [](const sql::UserType* type, std::string_view label) {
    return type && std::find(type->labels.begin(), type->labels.end(), label) != type->labels.end();
  };
  if (before->known && !has(before, rename->label)) return;  // added by this change
  if (has(after, rename->label)) return;                     // there and back
  const std::string key = to_string(before->name);
  report(step, {"enum value", key + "." + rename->label},
         fmt::format("label `{}` of enum `{}` is renamed to `{}`: the previous release that sends "
                     "the old one is refused; add the new label beside it",
                     rename->label, key, rename->new_label));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_enum_rename_value{
    .id = "compat/enum-rename-value",
    .summary = "a label of an enum is renamed",
    .letters = "a, b",
    .severity = Severity::error,
    .why =
        "ALTER TYPE … RENAME VALUE takes effect at once for every row. The previous release goes "
        "on sending the old label and gets \"invalid input value for enum\", and it meets the new "
        "label in what it reads. The new release fails the other way round until the migration has "
        "run.",
    .instead =
        "1. Add the new label with ALTER TYPE … ADD VALUE and release code that reads both.\n2. "
        "Release code that writes the new one.\n3. Rewrite old rows in batches.\n4. Leave the old "
        "label where it is: labels cannot be dropped, and an unused one does no harm.",
    .references = "https://www.postgresql.org/docs/15/sql-altertype.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
