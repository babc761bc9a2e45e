#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"

namespace backout {
namespace {

// Another index that serves the same look-ups: the same leading keys, as wide a predicate.
bool is_covered(const sql::Index& gone, const sql::Table& table) {
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const auto& other) {
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

void check(const sql::IndexDifference& index, const NetContext&, Report& report) {
  if (!index.before || index.before->unique || index.after || index.moved || index.replacement)
    return;  // unique: drop-unique
  for (const sql::IndexKey& key : index.before->keys)
    if (!key.column.empty() && !index.table_after->column(key.column))
      return;  // went with its column
  if (is_covered(*index.before, *index.table_after)) return;
  report(index,
         fmt::format("index `{}` on `{}` is dropped: queries of the previous release that need it "
                     "scan the table; drop it one rollback window after the last such query",
                     index.before->name.name, to_string(index.table_before->name)));
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
