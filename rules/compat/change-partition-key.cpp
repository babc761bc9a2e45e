#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/rule.h"
#include "sql/unique_key.h"

namespace backout {
namespace {

// "range of `at`", "list of an expression": the model keeps no text of expressions.
std::string key_of(const sql::Table& table) {
  std::vector<std::string> parts;
  for (const std::string& column : table.partition_columns)
    parts.push_back(column.empty() ? "an expression" : fmt::format("`{}`", column));
  return fmt::format("{} of {}", table.partition_strategy, fmt::join(parts, ", "));
}

void check(const sql::TableDifference& table, const NetContext& context, Report& report) {
  if (!table.before || !table.after || table.before->id == table.after->id) return;
  const std::vector<sql::UniqueKey> keys = sql::unique_keys(*table.before);
  const auto lost = std::find_if(keys.begin(), keys.end(), [&](const sql::UniqueKey& key) {
    return key.arbiter && !sql::may_hold(*table.after, key);
  });
  if (lost == keys.end()) return;  // upserts find every key that the partitions have
  ReportOptions options;
  options.cause = context.catalog.cause(table.after->id, sql::Aspect::existence);
  report(
      table,
      fmt::format("table `{}` is replaced by one partitioned by {}, which takes no unique key on "
                  "({}): upserts of the previous release on that fail; keep both tables in step "
                  "for a release",
                  table.object.name, key_of(*table.after), fmt::join(lost->parts, ", ")),
      std::move(options));
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
