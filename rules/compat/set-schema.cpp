// An object that moved to another schema: the qualified name is gone, and the bare one works only
// where search_path has both schemas.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/schema_fate.h"
#include "sql/stand_in.h"

namespace backout {
namespace {

const sql::QualifiedName& name_of(const sql::Function& function) {
  return function.definition.name;
}
template <class T>
const sql::QualifiedName& name_of(const T& object) {
  return object.name;
}

template <class T>
bool only_schema_differs(const sql::Difference<T>& d, const sql::Differences& all) {
  if (!d.before || !d.moved || d.after) return false;
  const sql::QualifiedName &was = name_of(*d.before), &is = name_of(*d.moved);
  return was.name == is.name && was.schema != is.schema && !sql::schema_renamed(all, was.schema);
}

template <class T>
void moved(const sql::Difference<T>& d, std::string_view remedy, Report& report) {
  report(d, fmt::format("{} `{}` moves to schema `{}`: code of the previous release that "
                        "qualifies it, or searches the old schema alone, fails at once; {}",
                        d.object.kind, d.object.name, name_of(*d.moved).schema, remedy));
}

// Triggers find their function by identity.
bool for_triggers(const sql::Function& function) {
  return function.definition.returns && function.definition.returns->name.name == "trigger";
}

void check(const NetContext& context, Report& report) {
  const sql::Differences& all = context.differences;
  for (const auto& d : all.tables) {
    if (!only_schema_differs(d, all)) continue;
    if (d.view_after && sql::stand_in(*d.before, *d.view_after).complete()) continue;
    moved(d, "leave a simple view under the old name in the same transaction", report);
  }
  for (const auto& d : all.views)
    if (only_schema_differs(d, all)) moved(d, "create a view under the old name", report);
  for (const auto& d : all.sequences)
    if (only_schema_differs(d, all) &&
        d.before->owner_table == 0)  // owned ones go with their table
      moved(d, "leave it where it is until no release names it", report);
  for (const auto& d : all.functions)
    if (only_schema_differs(d, all) && !for_triggers(*d.before))
      moved(d, "leave a function under the old name that calls it", report);
  for (const auto& d : all.types)
    if (only_schema_differs(d, all))
      moved(d, "leave it where it is until no release names it", report);
  for (const auto& d : all.extensions)
    if (d.before && d.after && d.before->schema != d.after->schema)
      report(d, fmt::format("extension `{}` moves to schema `{}`: calls of its functions by code "
                            "and function bodies that search the old schema fail at once; first "
                            "put the new schema on every role's search_path",
                            d.object.name, d.after->schema));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_set_schema{
    .id = "compat/set-schema",
    .summary = "an object moves to another schema",
    .letters = "a, b",
    .severity = Severity::error,
    .why =
        "SET SCHEMA is a rename of the qualified name. Statements of the previous release that "
        "qualify the object fail, and bare names fail for every role whose search_path lacks "
        "the new schema, settings that no migration shows. Bodies of functions, and defaults "
        "and trigger bodies that call a function by text, fail too.",
    .instead =
        "1. Move the object and in the same transaction leave a view (table, view) or a "
        "calling function under the old qualified name, with the grants.\n"
        "2. Release code that uses the new name.\n"
        "3. After the rollback window drop what was left behind.",
    .references = "https://www.postgresql.org/docs/15/ddl-schemas.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
