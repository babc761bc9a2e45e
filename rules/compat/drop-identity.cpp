#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const sql::ColumnDifference& column, const NetContext& context, Report& report) {
  const sql::Column *before = column.before, *after = column.after;
  if (!before || !after || before->id != after->id || before->identity == sql::Identity::no ||
      after->identity != sql::Identity::no)
    return;
  if (after->default_value) return;
  ReportOptions options;
  options.cause = context.catalog.cause(after->id, sql::Aspect::identity);
  if (!after->not_null) options.at_most = Severity::warning;
  report(column,
         fmt::format("column `{}` loses its identity: an INSERT of the previous release that "
                     "leaves it out {}; first release code that always sends a value",
                     column.object.name, after->not_null ? "fails on NOT NULL" : "stores NULL"),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_identity{
    .id = "compat/drop-identity",
    .summary = "a column is no longer filled by its identity",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "The previous release leaves the column to its identity. Without one the INSERT stores "
        "NULL, or fails when the column is NOT NULL. The counter goes with the identity.",
    .instead =
        "1. Release code that always sends a value.\n2. After the rollback window drop the "
        "identity.\nTo replace it, give the column a default from a sequence in the same "
        "transaction.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
