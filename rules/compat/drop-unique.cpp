// A unique key that is gone takes every ON CONFLICT that names it along, at once and for every row.
#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"
#include "sql/unique_key.h"

namespace backout {
namespace {

// The columns it stood on are there under their names; else dropping or renaming the column is the
// defect.
bool columns_remain(const sql::UniqueKey& key, const sql::Table& after) {
  const auto there = [&](const std::string& name) { return after.column(name) != nullptr; };
  if (!std::all_of(key.columns.begin(), key.columns.end(), there)) return false;
  if (!key.predicate) return true;
  const std::vector<std::string> named = sql::columns_of(*key.predicate);
  return std::all_of(named.begin(), named.end(), there);
}

template <class T>
void judge(const sql::Difference<T>& d, const sql::UniqueKey& key, Report& report) {
  if (!key.arbiter || !columns_remain(key, *d.table_after)) return;
  if (!sql::may_hold(*d.table_after, key)) return;  // change-partition-key
  const std::vector<sql::UniqueKey> now = sql::unique_keys(*d.table_after);
  if (std::any_of(now.begin(), now.end(),
                  [&](const sql::UniqueKey& k) { return sql::serves(k, key); }))
    return;
  // The same columns, but only for some rows, or checked late: not found by ON CONFLICT.
  const auto like = std::find_if(now.begin(), now.end(),
                                 [&](const sql::UniqueKey& k) { return k.parts == key.parts; });
  const std::string_view how = like == now.end() ? "is dropped"
                               : like->predicate ? "gives way to a partial one"
                               : !like->arbiter  ? "becomes deferrable or invalid"
                                                 : "is dropped";
  report(d,
         fmt::format("unique key `{}` ({}) {}: ON CONFLICT of the previous release on it fails for "
                     "every row; first release code that does not name the key",
                     d.object.name, fmt::join(key.parts, ", "), how));
}

void check(const NetContext& context, Report& report) {
  for (const auto& d : context.differences.constraints)
    if (d.before && d.table_before &&
        (d.before->kind == sql::ConstraintKind::unique ||
         d.before->kind == sql::ConstraintKind::primary_key))
      judge(d, sql::unique_key(*d.before), report);
  for (const auto& d : context.differences.indexes)
    if (d.before && d.table_before && d.before->unique)
      judge(d, sql::unique_key(*d.before), report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_unique{
    .id = "compat/drop-unique",
    .summary = "a unique key that ON CONFLICT may name is gone",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "INSERT … ON CONFLICT (columns) needs a unique index on exactly these columns, not "
        "deferrable, and without a predicate that the statement does not repeat. Without one "
        "PostgreSQL refuses the statement (\"there is no unique or exclusion constraint matching "
        "the ON CONFLICT specification\") whether or not a row conflicts: every upsert of the "
        "previous release fails. What is not an upsert may now store duplicates.",
    .instead =
        "1. Add the new key beside the old one.\n"
        "2. Release code that names the new one, or none.\n"
        "3. After the rollback window drop the old key.",
    .references = "https://www.postgresql.org/docs/15/sql-insert.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
