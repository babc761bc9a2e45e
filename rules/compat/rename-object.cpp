// Renames of everything that is neither table nor column: schemas, types, functions, sequences,
// views and the rest.
#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

template <class T>
void renamed(const sql::Difference<T>& d, std::string_view new_name, Report& report,
             ReportOptions options = {}) {
  report(d,
         fmt::format("{} `{}` is renamed to `{}`: code of the previous release that uses the old "
                     "name fails at once; keep the old name until no release uses it",
                     d.object.kind, d.object.name, new_name),
         std::move(options));
}

// Nobody calls a trigger function by name, and triggers follow a rename.
bool for_triggers(const sql::Function& function) {
  const auto& returns = function.definition.returns;
  return returns && (returns->name.name == "trigger" || returns->name.name == "event_trigger");
}

void check(const NetContext& context, Report& report) {
  const sql::Differences& all = context.differences;
  for (const auto& d : all.schemas)
    if (d.before && d.moved && !d.after)
      report(d, fmt::format("schema `{}` is renamed to `{}`: every name of the previous release "
                            "that is qualified with it, or found through search_path, fails at "
                            "once; create a second schema and move object by object",
                            d.object.name, d.moved->name));
  for (const auto& d : all.types)
    if (d.before && d.moved && !d.after && d.moved->name.name != d.before->name.name)
      renamed(d, d.moved->name.name, report);
  for (const auto& d : all.functions) {
    if (!d.before || !d.moved || d.after || for_triggers(*d.before)) continue;
    if (d.moved->definition.name.name != d.before->definition.name.name)
      renamed(d, d.moved->definition.name.name, report);
  }
  for (const auto& d : all.sequences) {
    if (!d.before || !d.moved || d.after || d.moved->name.name == d.before->name.name) continue;
    // Defaults follow the rename; only code that calls nextval or currval by name notices.
    const bool serial = d.before->owner_column != 0;
    renamed(d, d.moved->name.name, report,
            {.at_most = serial ? Severity::warning : Severity::error});
  }
  for (const auto& d : all.views)
    if (d.before && !d.before->materialized && d.moved && !d.after && !d.table_after &&
        d.moved->name.name != d.before->name.name)
      renamed(d, d.moved->name.name, report);
  for (const auto& d : all.others)
    if (d.before && d.moved && !d.after) renamed(d, d.moved->name, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_rename_object{
    .id = "compat/rename-object",
    .summary = "a schema, type, function, sequence or view is renamed",
    .letters = "a, b",
    .severity = Severity::error,
    .why =
        "What the database itself holds follows a rename, by identity: columns keep their type, "
        "defaults their sequence, views their functions. Text does not: SQL in the code of the "
        "previous release, casts to the type, drivers that look a type up by name, and bodies "
        "of PL/pgSQL and SQL functions all fail with the old name.",
    .instead =
        "1. Create the new object beside the old one: a function that calls the other, a "
        "view on the view, a domain on the type.\n"
        "2. Release code that uses the new name.\n"
        "3. After the rollback window drop the old name.",
    .references =
        "https://www.postgresql.org/docs/15/sql-altertype.html\n"
        "https://www.postgresql.org/docs/15/sql-alterfunction.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
