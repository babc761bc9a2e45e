// Add a required column with a default, then drop the default: what several object mappers
// generate. The lock is short, the statement works on full tables, and the end is a column that old
// code cannot fill.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/required.h"
#include "sql/trigger_body.h"

namespace backout {
namespace {

void check(const sql::ColumnDifference& d, const NetContext& context, Report& report) {
  if (d.before || !d.after || !sql::required(*d.after, context.catalog)) return;
  if (!context.catalog.touched(d.after->id, sql::Aspect::default_value)) return;
  const auto fills = sql::filled_on_insert(context.catalog, *d.table_after, d.after->name);
  if (fills == sql::Fills::always) return;
  report(d,
         fmt::format("new column `{}` is NOT NULL and its default is dropped in the same change: "
                     "every INSERT of the previous release fails; keep the default until no "
                     "release leaves the column out",
                     d.object.name),
         {.at_most = fills == sql::Fills::maybe ? Severity::note : Severity::error,
          .cause = context.catalog.cause(d.after->id, sql::Aspect::default_value)});
}

}  // namespace

namespace rules {
extern constinit const Rule compat_add_column_drop_default{
    .id = "compat/add-column-drop-default",
    .summary = "a new NOT NULL column loses its default in the same change",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "The default fills the rows that exist and is then taken away, so that only the "
        "application supplies values (Django's migrations do so unless told otherwise). The "
        "previous release does not know the column: once the default is gone its INSERTs fail "
        "with a NOT NULL violation. Checks for locks see nothing wrong, since each statement "
        "is quick.",
    .instead =
        "1. Add the column with its default and keep the default (Django 5: db_default).\n"
        "2. Release code that writes the column.\n"
        "3. After the rollback window drop the default, if it is in the way.",
    .references = "https://www.postgresql.org/docs/15/ddl-alter.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
