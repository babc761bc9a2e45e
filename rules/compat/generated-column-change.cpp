#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const sql::ColumnDifference& column, const NetContext& context, Report& report) {
  const sql::Column *before = column.before, *after = column.after;
  if (!before || !before->known || !after) return;
  const bool was = before->generated != sql::Generated::no,
             is = after->generated != sql::Generated::no;
  ReportOptions options;
  options.cause = context.catalog.cause(after->id, sql::Aspect::generated);
  if (!was && is) {
    report(column,
           fmt::format("column `{}` is dropped and computed now: its values are lost and writes of "
                       "the previous release that name it fail; add a column under a new name",
                       column.object.name),
           std::move(options));
  } else if (was && !is) {
    report(column,
           fmt::format(
               "column `{}` is no longer computed: the previous release does not write it, so it "
               "stays NULL or goes stale; keep the expression until the rollback window has passed",
               column.object.name),
           std::move(options));
  } else if (was && is && !sql::same(before->generated_as, after->generated_as)) {
    report(column,
           fmt::format("column `{}` is computed otherwise: the previous release reads other "
                       "values; add a column under a new name",
                       column.object.name),
           std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_generated_column_change{
    .id = "compat/generated-column-change",
    .summary = "a column changes between stored and computed, or is computed otherwise",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "A plain column becomes a computed one only by being dropped and added again: its values "
        "are gone, and since writes to a generated column fail it refuses what the previous "
        "release sends. DROP EXPRESSION leaves the column to writers that do not know of "
        "it: it stays NULL or goes stale. SET EXPRESSION (17) changes what every reader sees.",
    .instead =
        "1. Add a new column of the new kind under a new name.\n2. Release code that uses it.\n3. "
        "After the rollback window drop the old one.",
    .references = "https://www.postgresql.org/docs/15/ddl-generated-columns.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
