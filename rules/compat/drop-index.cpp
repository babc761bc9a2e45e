#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/rule.h"

namespace backout {
namespace {

using Indexes = std::vector<std::shared_ptr<const sql::Index>>;

// Another index that serves the same look-ups: the same leading keys, as wide a predicate.
bool is_covered(const sql::Index& gone, const Indexes& indexes) {
  return std::any_of(indexes.begin(), indexes.end(), [&](const auto& other) {
    if (!other->valid || other->method != gone.method || other->keys.size() < gone.keys.size())
      return false;
    if (other->predicate && !sql::same(other->predicate, gone.predicate)) return false;
    return std::equal(gone.keys.begin(), gone.keys.end(), other->keys.begin(),
                      [](const sql::IndexKey& a, const sql::IndexKey& b) {
                        return a.column == b.column && sql::same(a.expression, b.expression) &&
                               a.opclass == b.opclass;
                      });
  });
}

// Every column that the index names is there still; else it went with its column.
bool columns_remain(const sql::Index& index, const sql::Table& table) {
  std::vector<std::string> named;
  const auto add = [&](const sql::ExprPtr& expr) {
    if (!expr) return;
    for (std::string& column : sql::columns_of(*expr)) named.push_back(std::move(column));
  };
  add(index.predicate);
  for (const sql::IndexKey& key : index.keys) {
    if (!key.column.empty()) named.push_back(key.column);
    add(key.expression);
  }
  return std::all_of(named.begin(), named.end(),
                     [&](const std::string& column) { return table.column(column) != nullptr; });
}

template <class T>
void report_dropped(const T& difference, std::string_view index, const std::string& of,
                    ReportOptions options, Report& report) {
  report(difference,
         fmt::format("index `{}`{} is dropped: queries of the previous release that need it become "
                     "slow; drop it when no release in the rollback window runs them",
                     index, of),
         std::move(options));
}

void check(const NetContext& context, Report& report) {
  for (const sql::IndexDifference& index : context.differences.indexes) {
    if (!index.before || index.before->unique || index.after || index.moved || index.replacement)
      continue;  // unique: drop-unique
    if (!columns_remain(*index.before, *index.table_after) ||
        is_covered(*index.before, index.table_after->indexes))
      continue;
    report_dropped(index, index.before->name.name,
                   fmt::format(" on `{}`", to_string(index.table_before->name)), {}, report);
  }
  for (const sql::ViewDifference& view : context.differences.views) {
    if (!view.before || !view.after || view.before->id != view.after->id) continue;
    for (const auto& index : view.before->indexes) {
      const auto same_id = [&](const auto& now) { return now->id == index->id; };
      if (std::any_of(view.after->indexes.begin(), view.after->indexes.end(), same_id) ||
          is_covered(*index, view.after->indexes))
        continue;
      ReportOptions options;
      options.cause = context.catalog.cause(index->id, sql::Aspect::existence);
      report_dropped(view, index->name.name, fmt::format(" on `{}`", view.object.name),
                     std::move(options), report);
    }
  }
  // Of tables that no migration made.
  for (const sql::OtherDifference& other : context.differences.others)
    if (other.before && !other.after && other.before->kind == sql::ObjectKind::index)
      report_dropped(other, other.before->name, {}, {}, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_index{
    .id = "compat/drop-index",
    .summary = "an index that queries of the previous release may need is dropped",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "Nothing fails, but a query of the previous release that used the index scans the table: "
        "after a rollback, under full load, that can take the database down. Building the index "
        "again takes as long as it took.",
    .instead =
        "1. Find out whether it is used (pg_stat_user_indexes on every replica).\n2. Release code "
        "whose queries do not need it.\n3. After the rollback window DROP INDEX CONCURRENTLY.",
    .references = "https://www.postgresql.org/docs/15/sql-dropindex.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
