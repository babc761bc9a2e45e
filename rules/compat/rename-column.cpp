// A rename is a drop to everyone who still uses the old name. A generated column under the old name
// saves the reads and breaks the writes.
#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const sql::ColumnDifference& d, const NetContext&, Report& report) {
  if (!d.before || !d.moved) return;
  if (!d.after)
    report(d, fmt::format("column `{}` is renamed to `{}`: code of the previous release that uses "
                          "the old name fails at once; keep the name and rename in the code's "
                          "mapping, or add a new column and write both",
                          d.object.name, d.moved->name));
  else if (d.after->generated != sql::Generated::no)
    report(d, fmt::format("column `{}` is renamed to `{}` and a generated column takes the old "
                          "name: reads of the previous release work, its writes fail; add a new "
                          "column and write both",
                          d.object.name, d.moved->name));
  // Any other column under the old name: reuse-column-name.
}

}  // namespace

namespace rules {
extern constinit const Rule compat_rename_column{
    .id = "compat/rename-column",
    .summary = "a column that the previous release knows is renamed",
    .letters = "a, b",
    .severity = Severity::error,
    .why =
        "There is no moment at which both names exist: code of the previous release fails on "
        "the new schema, code of the new release on the old one, and a deploy and a rollback "
        "run them side by side. Views and BEGIN ATOMIC functions follow the rename; bodies "
        "written as strings (PL/pgSQL, SQL) do not and fail at their next call.",
    .instead =
        "1. Keep the column's name and rename it in the code's mapping alone, if you can. Else add "
        "the new column; release code, or a trigger, that writes both.\n"
        "2. Back-fill the new column in batches.\n"
        "3. Release code that reads the new column.\n"
        "4. Release code that no longer writes the old one.\n"
        "5. After the rollback window drop the old one.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
