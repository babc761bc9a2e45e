// The other half of dropping a column: new code no longer writes it, and until the migration has
// run the old schema demands a value.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/required.h"

namespace backout {
namespace {

void check(const sql::ColumnDifference& d, const NetContext& context, Report& report) {
  if (!d.before || d.after || d.moved || d.table_before->id != d.table_after->id) return;
  if (!sql::required(*d.before, context.catalog, true)) return;
  report(d, fmt::format("column `{}` is NOT NULL without default up to the moment it is dropped: "
                        "code that no longer writes it cannot insert before that; first drop the "
                        "NOT NULL, one release earlier",
                        d.object.name));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_required_column_without_relax{
    .id = "compat/drop-required-column-without-relax",
    .summary = "a required column is dropped that no earlier release relaxed",
    .letters = "b, a",
    .severity = Severity::error,
    .why =
        "Code that stopped writing the column must run before the column can go, and while both "
        "exist the column still demands a value: every INSERT of the new code, of the first "
        "canary pod too, fails with a NOT NULL violation until the migration has run. If the "
        "migration runs first, it is the old code that fails. No order of the two works.",
    .instead =
        "1. ALTER COLUMN … DROP NOT NULL, or SET DEFAULT, while all code still writes it.\n"
        "2. Release code that neither reads nor writes it.\n"
        "3. After the rollback window drop the column in a migration of its own.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
