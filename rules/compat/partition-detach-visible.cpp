#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const sql::TableDifference& table, const NetContext& context, Report& report) {
  const sql::Table* now = table.after ? table.after : table.moved;
  if (!table.before || !table.before->is_partition || !now || now->id != table.before->id ||
      now->is_partition)
    return;
  ReportOptions options;
  options.cause = context.catalog.cause(now->id, sql::Aspect::partitioning);
  report(table,
         fmt::format("partition `{}` is detached: its rows vanish from the parent table for the "
                     "previous release; keep it so that ATTACH can bring them back",
                     table.object.name),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_partition_detach_visible{
    .id = "compat/partition-detach-visible",
    .summary = "rows vanish from a partitioned table",
    .letters = "a, c",
    .severity = Severity::warning,
    .why =
        "A detached partition keeps its rows, but queries on the parent no longer find them: the "
        "previous release sees data disappear without an error.",
    .instead =
        "1. Make sure that no release in the rollback window reads rows of that range through the "
        "parent.\n2. Keep the detached table until then: ATTACH brings the rows back.",
    .references = "https://www.postgresql.org/docs/15/ddl-partitioning.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
