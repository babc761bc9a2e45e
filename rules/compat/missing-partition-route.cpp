#include <fmt/format.h>

#include <string>

#include "core/rule.h"

namespace backout {
namespace {

void check(const sql::TableDifference& table, const NetContext& context, Report& report) {
  const sql::Table* now = table.after && table.before && table.after->id == table.before->id
                              ? table.after
                              : table.moved;
  if (!table.before || !table.before->is_partition || (now && now->is_partition) ||
      table.before->parents.empty())
    return;
  const std::string parent_key = context.catalog.relation_with(table.before->parents.front());
  const sql::Table* parent = context.catalog.tables.find(parent_key);
  if (!parent) return;  // gone as a whole: drop-table
  const bool was_default = table.before->partition_bound == "default";
  if (!was_default && !parent->children.empty()) return;
  for (const sql::Id child : parent->children)
    if (const sql::Table* partition =
            context.catalog.tables.find(context.catalog.relation_with(child));
        partition && partition->partition_bound == "default")
      return;
  report(table,
         fmt::format(
             "`{}` has no {}partition any more: {}; keep it until the rollback window has passed",
             parent_key, was_default ? "default " : "",
             was_default ? "an INSERT of the previous release that fits no other one fails"
                         : "every INSERT of the previous release fails"));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_missing_partition_route{
    .id = "compat/missing-partition-route",
    .summary = "rows of the previous release have no partition to go to",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "Without a default partition, an INSERT outside every partition's bounds fails (\"no "
        "partition of relation found for row\"). The previous release may still write such rows.",
    .instead =
        "1. Keep the default partition until no release in the rollback window writes rows that "
        "need it.\n2. Create partitions for the ranges to come before dropping it.",
    .references = "https://www.postgresql.org/docs/15/ddl-partitioning.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
