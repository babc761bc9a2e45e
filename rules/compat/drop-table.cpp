// A released table that is gone, or gave way to a view.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/schema_fate.h"
#include "sql/stand_in.h"

namespace backout {
namespace {

void check(const sql::TableDifference& d, const NetContext& context, Report& report) {
  // Created again: data-loss/drop-and-recreate. A partition: data-loss/drop-partition-data.
  if (!d.before || d.after || d.moved || d.before->is_partition) return;
  if (sql::schema_dropped(context.differences, d.before->name.schema)) return;
  const std::string& name = d.object.name;
  if (d.view_after) {
    const std::string why = sql::shortcoming(sql::stand_in(*d.before, *d.view_after));
    report(d, fmt::format("table `{}` is dropped and a view takes its name: its rows are lost{}{}; "
                          "rename the table and put the view in front of it",
                          name, why.empty() ? "" : ", and ", why));
  } else {
    report(d, fmt::format("{} `{}` is dropped: code of the previous release that names it fails "
                          "at once, and its rows are lost; first release code that no longer "
                          "names it",
                          d.object.kind, name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_table{
    .id = "compat/drop-table",
    .summary = "a table that the previous release knows is dropped",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "During a deploy, and after a rollback, the previous release runs on the new schema: "
        "every statement that names the table fails with \"relation does not exist\". The rows "
        "come back only from a backup. A new table under the same name keeps the statements "
        "going and starts empty. The drop also takes an ACCESS EXCLUSIVE lock on every table "
        "that its foreign keys point to.",
    .instead =
        "1. Release code that no longer names the table.\n"
        "2. Wait until no release inside the rollback window names it; take a copy of the "
        "rows if anyone may ask for them.\n"
        "3. Drop its foreign keys, one a transaction.\n"
        "4. Drop the table in a migration of its own.",
    .references = "https://www.postgresql.org/docs/15/sql-droptable.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
