// A table, or materialized view, under a new name. A simple view under the old name carries old
// code over, within limits.
#include <fmt/format.h>

#include "core/rule.h"
#include "core/transaction.h"
#include "sql/stand_in.h"

namespace backout {
namespace {

bool in_one_transaction(const sql::TableDifference& d, const NetContext& context) {
  const sql::Cause* view = context.catalog.cause(d.view_after->id, sql::Aspect::existence);
  return d.cause && view && same_transaction(context.change, *d.cause, *view);
}

void table(const sql::TableDifference& d, const NetContext& context, Report& report) {
  const std::string renamed =
      fmt::format("table `{}` is renamed to `{}`", d.object.name, sql::to_string(d.moved->name));
  if (!d.view_after) {
    report(d, renamed +
                  ": code of the previous release that uses the old name fails at once; "
                  "leave a simple view under the old name, with the table's grants, in the "
                  "same transaction");
    return;
  }
  const std::string why = sql::shortcoming(sql::stand_in(*d.before, *d.view_after));
  if (!why.empty())
    report(d, fmt::format("{}, and {}: statements of the previous release fail; select every "
                          "column of the table, as it is, in the view",
                          renamed, why));
  else if (!in_one_transaction(d, context))
    report(d,
           renamed +
               " and the view takes the old name in a later transaction: between the two, "
               "code of the previous release fails; put both into one transaction",
           {.at_most = Severity::warning});
  else
    report(d,
           renamed +
               " behind a view: TRUNCATE, COPY FROM and foreign keys to the old name do not "
               "work through it",
           {.at_most = Severity::note});
}

void check(const NetContext& context, Report& report) {
  for (const sql::TableDifference& d : context.differences.tables)
    if (d.before && d.moved && !d.after && d.moved->name.name != d.before->name.name)
      table(d, context, report);
  for (const sql::ViewDifference& d : context.differences.views)
    if (d.before && d.before->materialized && d.moved && !d.after &&
        d.moved->name.name != d.before->name.name)
      report(d, fmt::format("materialized view `{}` is renamed to `{}`: code of the previous "
                            "release that uses the old name fails at once; leave a view under the "
                            "old name in the same transaction",
                            d.object.name, sql::to_string(d.moved->name)));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_rename_table{
    .id = "compat/rename-table",
    .summary = "a table that the previous release knows is renamed",
    .letters = "a, b",
    .severity = Severity::error,
    .why =
        "Code of the previous release fails on the old name, code of the new release fails on "
        "the new name until the migration has run. A view under the old name that selects "
        "every column as it is takes reads and writes, but no TRUNCATE, no COPY FROM and no "
        "foreign key; grants stay with the renamed table, so the view needs its own.",
    .instead =
        "1. In one transaction rename the table, create a view under the old name that "
        "selects every column, and grant on it what was granted on the table.\n"
        "2. Release code that uses the new name; leave the table as it is meanwhile.\n"
        "3. After the rollback window drop the view.",
    .references =
        "https://www.postgresql.org/docs/15/sql-altertable.html\n"
        "https://www.postgresql.org/docs/15/sql-createview.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
