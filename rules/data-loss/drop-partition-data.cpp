#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const sql::TableDifference& table, const NetContext&, Report& report) {
  if (!table.before || table.after || table.moved || !table.before->is_partition) return;
  report(table,
         fmt::format(
             "partition `{}` is dropped with its rows: they vanish from the parent table and a "
             "rollback cannot bring them back; detach it now and drop it after the rollback window",
             table.object.name));
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_drop_partition_data{
    .id = "data-loss/drop-partition-data",
    .summary = "a partition is dropped with its rows",
    .letters = "c",
    .severity = Severity::error,
    .why =
        "Dropping a partition removes its rows from the parent table at once. The previous release "
        "finds them gone, and nothing in the database brings them back. Detaching first and "
        "dropping in the same release comes to the same.",
    .instead =
        "1. DETACH the partition (CONCURRENTLY from PostgreSQL 14 on) and leave the table where it "
        "is.\n2. Drop it after the rollback window, or move it to an archive schema.\n3. Retention "
        "that is meant: state it in an ignore comment.",
    .references = "https://www.postgresql.org/docs/15/ddl-partitioning.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
