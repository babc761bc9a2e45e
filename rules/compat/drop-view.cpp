// A released view that is gone for good; created again it is judged by its columns
// (replace-view-drops-columns).
#include <fmt/format.h>

#include "core/rule.h"
#include "core/words.h"
#include "sql/schema_fate.h"

namespace backout {
namespace {

void check(const sql::ViewDifference& d, const NetContext& context, Report& report) {
  if (!d.before || d.before->materialized || d.after || d.moved) return;
  if (sql::schema_dropped(context.differences, d.before->name.schema)) return;
  if (!d.table_after) {
    report(d, fmt::format("view `{}` is dropped: code of the previous release that selects from "
                          "it fails at once; first release code that no longer names it",
                          d.object.name));
    return;
  }
  std::vector<std::string> missing;
  for (const sql::ViewColumn& column : d.before->columns)
    if (!d.table_after->column(column.name)) missing.push_back(column.name);
  if (!missing.empty())
    report(d, fmt::format("view `{}` gives way to a table without {}: code of the previous "
                          "release that names them fails at once; give the table these columns",
                          d.object.name, quoted_list(missing)));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_view{
    .id = "compat/drop-view",
    .summary = "a view that the previous release knows is dropped",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "A view is part of the interface that code compiles against as much as a table is: "
        "during a deploy and after a rollback the previous release selects from it and gets "
        "\"relation does not exist\". Its grants and INSTEAD OF triggers go with it.",
    .instead =
        "1. Release code that no longer names the view.\n"
        "2. After the rollback window drop it.\n"
        "To change a view, use CREATE OR REPLACE VIEW, or drop and create it in one "
        "transaction with all its old columns and grants.",
    .references =
        "https://www.postgresql.org/docs/15/sql-dropview.html\n"
        "https://www.postgresql.org/docs/15/sql-createview.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
