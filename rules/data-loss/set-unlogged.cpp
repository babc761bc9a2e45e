#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const sql::TableDifference& table, const NetContext& context, Report& report) {
  if (!table.before || !table.after || table.before->id != table.after->id ||
      table.before->unlogged || !table.after->unlogged)
    return;
  ReportOptions options;
  options.cause = context.catalog.cause(table.before->id, sql::Aspect::persistence);
  report(table,
         fmt::format("table `{}` becomes UNLOGGED: a crash or a fail-over empties it; keep it "
                     "logged, or use a new table for data that may be lost",
                     table.object.name),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_set_unlogged{
    .id = "data-loss/set-unlogged",
    .summary = "a released table is made UNLOGGED",
    .letters = "c",
    .severity = Severity::error,
    .why =
        "An unlogged table is emptied after a crash and is empty on every standby: fail-over then "
        "loses all its rows. SET UNLOGGED and the way back each rewrite the whole table under "
        "ACCESS EXCLUSIVE.",
    .instead =
        "1. Keep the table logged.\n2. For data that may be lost, create a new unlogged table and "
        "let the new code use that one.",
    .references =
        "https://www.postgresql.org/docs/15/sql-createtable.html#SQL-CREATETABLE-UNLOGGED",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
