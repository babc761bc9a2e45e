#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const sql::TableDifference& table, const NetContext&, Report& report) {
  if (!table.before || !table.before->known || !table.after || table.before->id == table.after->id)
    return;
  if (table.before->partition_strategy == table.after->partition_strategy &&
      table.before->partition_columns == table.after->partition_columns)
    return;
  if (table.after->partition_strategy.empty()) return;  // an ordinary table takes every key
  report(table,
         fmt::format(
             "table `{}` is replaced by one partitioned by {}: upserts of the previous release on "
             "keys without that column fail; keep both tables in step for a release",
             table.object.name, fmt::join(table.after->partition_columns, ", ")));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_change_partition_key{
    .id = "compat/change-partition-key",
    .summary = "a table is replaced by one that is partitioned otherwise",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "The primary key and every unique key of a partitioned table must contain the partition "
        "key: upserts of the previous release on the old key fail (\"no unique or exclusion "
        "constraint matching\"), and foreign keys to the table need all columns.",
    .instead =
        "1. Build the partitioned table beside the old one and keep both in step.\n2. Release code "
        "that uses the new key.\n3. After the rollback window drop the old table.",
    .references = "https://www.postgresql.org/docs/15/ddl-partitioning.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
