// A released materialized view that is gone for good.
#include <fmt/format.h>

#include "core/rule.h"
#include "core/words.h"
#include "sql/schema_fate.h"

namespace backout {
namespace {

void check(const sql::ViewDifference& d, const NetContext& context, Report& report) {
  if (!d.before || !d.before->materialized || d.after || d.moved) return;
  if (sql::schema_dropped(context.differences, d.before->name.schema)) return;
  if (!d.table_after) {
    report(d, fmt::format("materialized view `{}` is dropped: code of the previous release that "
                          "selects from it or refreshes it fails at once; first release code "
                          "that no longer names it",
                          d.object.name));
    return;
  }
  std::vector<std::string> missing;
  for (const sql::ViewColumn& column : d.before->columns)
    if (!d.table_after->column(column.name)) missing.push_back(column.name);
  report(d, fmt::format("materialized view `{}` gives way to a table{}{}: code of the previous "
                        "release that {} fails at once; keep a materialized view of this name "
                        "until no release uses it",
                        d.object.name, missing.empty() ? "" : " without ",
                        missing.empty() ? "" : quoted_list(missing),
                        missing.empty() ? "refreshes it" : "names them or refreshes it"));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_matview{
    .id = "compat/drop-matview",
    .summary = "a materialized view that the previous release knows is dropped",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "During a deploy and after a rollback the previous release selects from the view, and "
        "its jobs run REFRESH MATERIALIZED VIEW: both fail with \"relation does not exist\". "
        "The stored rows and the indexes have to be computed again when it is restored, which "
        "may take long while the rollback waits.",
    .instead =
        "1. Release code and jobs that neither read nor refresh it.\n"
        "2. After the rollback window drop it.\n"
        "To change its query, create the new one under a new name, fill it, release code "
        "that reads it, and drop the old one after the window.",
    .references = "https://www.postgresql.org/docs/15/sql-dropmaterializedview.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
