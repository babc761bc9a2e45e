// A new column that demands a value: code that does not know it cannot insert any more.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/required.h"
#include "sql/trigger_body.h"

namespace backout {
namespace {

void check(const sql::ColumnDifference& d, const NetContext& context, Report& report) {
  if (d.before || !d.after || !sql::required(*d.after, context.catalog)) return;
  // A default that came and went is another rule's: add-column-drop-default.
  if (context.catalog.touched(d.after->id, sql::Aspect::default_value)) return;
  switch (sql::filled_on_insert(context.catalog, *d.table_after, d.after->name)) {
    case sql::Fills::always:
      return;
    case sql::Fills::maybe:
      report(d,
             fmt::format("new column `{}` is NOT NULL without default; a BEFORE INSERT trigger "
                         "assigns it, in a way that does not show whether it always does",
                         d.object.name),
             {.at_most = Severity::note});
      return;
    case sql::Fills::no:
      break;
  }
  const sql::Cause* tightened = context.catalog.cause(d.after->id, sql::Aspect::nullability);
  report(d,
         fmt::format("new column `{}` is NOT NULL without default: every INSERT of the previous "
                     "release fails, it does not name the column; first add it nullable or with "
                     "a default that stays",
                     d.object.name),
         {.cause = tightened});
}

}  // namespace

namespace rules {
extern constinit const Rule compat_add_required_column{
    .id = "compat/add-required-column",
    .summary = "a new column is NOT NULL without default",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "Code of the previous release does not know the column and leaves it out of its "
        "INSERTs; without a default that means NULL, and each of them fails with a NOT NULL "
        "violation, for the length of the deploy and again after a rollback. Adding such a "
        "column in one statement also fails on any table that has rows.",
    .instead =
        "1. Add the column nullable, or with a default that stays.\n"
        "2. Release code that writes it in every INSERT.\n"
        "3. Back-fill old rows in batches.\n"
        "4. After the rollback window set NOT NULL by way of a validated CHECK (see "
        "compat/set-not-null), and drop the default if it is not wanted.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
