// A default that old code relied on by leaving the column out of its INSERTs; of a column, or of a
// domain for all its columns.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/trigger_body.h"

namespace backout {
namespace {

void column(const sql::ColumnDifference& d, const NetContext& context, Report& report) {
  if (!d.before || !d.after || d.moved || !d.before->default_value || d.after->default_value)
    return;
  // Identity takes over the default's work; a generated column has its own rule.
  if (d.after->identity != sql::Identity::no || d.after->generated != sql::Generated::no) return;
  const auto fills = sql::filled_on_insert(context.catalog, *d.table_after, d.after->name);
  if (fills == sql::Fills::always) return;
  const sql::Cause* cause = context.catalog.cause(d.after->id, sql::Aspect::default_value);
  if (d.after->not_null)
    report(
        d,
        fmt::format("column `{}` is NOT NULL and loses its default: INSERTs of the previous "
                    "release that leave it out fail; first release code that always names it",
                    d.object.name),
        {.at_most = fills == sql::Fills::maybe ? Severity::note : Severity::error, .cause = cause});
  else
    report(d,
           fmt::format("column `{}` loses its default: INSERTs of the previous release that leave "
                       "it out now store NULL; first release code that always names it",
                       d.object.name),
           {.at_most = Severity::warning, .cause = cause});
}

void domain(const sql::TypeDifference& d, Report& report) {
  if (!d.before || !d.after || !d.before->default_value || d.after->default_value) return;
  report(d,
         fmt::format("domain `{}` loses its default: INSERTs of the previous release that leave "
                     "out a column of it store NULL, or fail where it is NOT NULL; give the "
                     "columns defaults of their own",
                     d.object.name),
         {.at_most = d.after->not_null ? Severity::error : Severity::warning});
}

void check(const NetContext& context, Report& report) {
  for (const auto& d : context.differences.columns) column(d, context, report);
  for (const auto& d : context.differences.types) domain(d, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_default{
    .id = "compat/drop-default",
    .summary = "a column loses the default that the previous release relies on",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "An INSERT that leaves a column out asks for its default. Without one it gets NULL: an "
        "error where the column is NOT NULL, and a value that the previous release never saw "
        "where it is not. Whether a release names the column in every INSERT shows only in "
        "its code, and object mappers leave columns out depending on the row.",
    .instead =
        "1. Release code that names the column in every INSERT.\n"
        "2. After the rollback window drop the default.\n"
        "A trigger or identity that supplies the value may take its place at once.",
    .references = "https://www.postgresql.org/docs/15/ddl-default.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
