#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/rule.h"
#include "sql/released.h"

namespace backout {
namespace {

// The parent that shows the rows no longer, under the name that the previous release knows; empty:
// none, or it is gone as a whole (drop-table).
std::string parent_without(const sql::Catalog& catalog, const sql::Table& before,
                           const sql::Table& now) {
  const auto is_child_of = [&](const sql::Table& parent) {
    return std::find(now.parents.begin(), now.parents.end(), parent.id) != now.parents.end();
  };
  for (const sql::Id id : before.parents) {
    std::string key = catalog.relation_with(id);
    const sql::Table* parent = catalog.tables.find(key);
    if (!parent || is_child_of(*parent)) continue;
    const sql::Table* released = sql::released(catalog.tables, key).before;
    if (released) key = to_string(released->name);
    const sql::Table* namesake = catalog.tables.find(key);  // took the parent's place
    if (!namesake || !is_child_of(*namesake)) return key;
  }
  return {};
}

void check(const sql::TableDifference& table, const NetContext& context, Report& report) {
  const sql::Table* now = table.moved ? table.moved : table.after;
  if (!table.before || table.before->parents.empty() || !now || now->id != table.before->id) return;
  const std::string parent = parent_without(context.catalog, *table.before, *now);
  if (parent.empty()) return;
  ReportOptions options;
  options.cause = context.catalog.cause(now->id, sql::Aspect::partitioning);
  report(table,
         fmt::format("{} `{}` is detached from `{}`: the previous release no longer finds its rows "
                     "there; keep the table so that they can be brought back",
                     table.before->is_partition ? "partition" : "child table", table.object.name,
                     parent),
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
