// See unique_key.h.
#include "sql/unique_key.h"

#include <algorithm>

#include "sql/expr.h"

namespace backout::sql {
namespace {

void finish(UniqueKey& key) {
  std::sort(key.parts.begin(), key.parts.end());
  std::sort(key.columns.begin(), key.columns.end());
  key.columns.erase(std::unique(key.columns.begin(), key.columns.end()), key.columns.end());
}

// Rows of `narrow` are among those of `wide`: sure only where one of its conditions is the other.
// (That a CHECK follows from another is not enough: a CHECK lets NULL pass, a predicate does not.)
bool within(const ExprPtr& narrow, const ExprPtr& wide) {
  if (!wide) return true;
  if (!narrow) return false;
  if (same(narrow, wide)) return true;
  return narrow->kind == Expr::Kind::and_ &&
         std::any_of(narrow->args.begin(), narrow->args.end(), [&](const Expr& part) {
           return part == *wide || to_text(part) == to_text(*wide);
         });
}

}  // namespace

UniqueKey unique_key(const Constraint& constraint) {
  UniqueKey key{.id = constraint.id,
                .name = constraint.name,
                .constraint = true,
                .primary = constraint.kind == ConstraintKind::primary_key,
                .parts = constraint.columns,
                .columns = constraint.columns,
                .predicate = nullptr,
                .nulls_not_distinct = constraint.nulls_not_distinct,
                .arbiter = !constraint.deferrable};
  finish(key);
  return key;
}

UniqueKey unique_key(const Index& index) {
  UniqueKey key{.id = index.id,
                .name = index.name.name,
                .constraint = false,
                .primary = false,
                .parts = {},
                .columns = {},
                .predicate = index.predicate,
                .nulls_not_distinct = index.nulls_not_distinct,
                .arbiter = index.valid};
  for (const IndexKey& part : index.keys) {
    if (!part.expression) {
      key.parts.push_back(part.column);
      key.columns.push_back(part.column);
      continue;
    }
    key.parts.push_back("(" + to_text(*part.expression) + ")");
    for (std::string& column : columns_of(*part.expression))
      key.columns.push_back(std::move(column));
  }
  finish(key);
  return key;
}

std::vector<UniqueKey> unique_keys(const Table& table) {
  std::vector<UniqueKey> keys;
  for (const auto& constraint : table.constraints)
    if (constraint->kind == ConstraintKind::unique ||
        constraint->kind == ConstraintKind::primary_key)
      keys.push_back(unique_key(*constraint));
  for (const auto& index : table.indexes)
    if (index->unique && index->constraint == 0) keys.push_back(unique_key(*index));
  return keys;
}

bool may_hold(const Table& table, const UniqueKey& key) {
  return std::all_of(table.partition_columns.begin(), table.partition_columns.end(),
                     [&](const std::string& column) {
                       return std::find(key.parts.begin(), key.parts.end(), column) !=
                              key.parts.end();
                     });
}

bool serves(const UniqueKey& offered, const UniqueKey& wanted) {
  return offered.arbiter && offered.parts == wanted.parts &&
         within(wanted.predicate, offered.predicate);
}

bool guarantees(const UniqueKey& held, const UniqueKey& wanted, const Table& table) {
  if (!std::includes(wanted.parts.begin(), wanted.parts.end(), held.parts.begin(),
                     held.parts.end()))
    return false;
  if (!within(wanted.predicate, held.predicate)) return false;
  if (!wanted.nulls_not_distinct || held.nulls_not_distinct) return true;
  return std::all_of(held.parts.begin(), held.parts.end(), [&](const std::string& part) {
    const Column* column = table.column(part);
    return column && column->not_null;
  });
}

}  // namespace backout::sql
