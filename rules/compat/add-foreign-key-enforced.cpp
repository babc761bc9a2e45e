// A new foreign key binds both ends: the child's writes must find a parent, the parent's deletes
// must find no child.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/rule.h"
#include "core/words.h"
#include "sql/candidate.h"

namespace backout {
namespace {

using sql::Constraint;
using sql::FkAction;

bool is_key(const Constraint& c) {
  return c.kind == sql::ConstraintKind::foreign_key && c.enforced;
}

// Deleting a parent takes its children along or lets them go: old code's delete works as before.
bool yields(const Constraint& c) {
  return c.on_delete == FkAction::cascade || c.on_delete == FkAction::set_null ||
         c.on_delete == FkAction::set_default;
}

bool held_before(const sql::Table& before, const Constraint& key) {
  return std::any_of(before.constraints.begin(), before.constraints.end(), [&](const auto& held) {
    return is_key(*held) && held->columns == key.columns &&
           held->referenced_id == key.referenced_id &&
           held->referenced_columns == key.referenced_columns;
  });
}

bool all_new(const sql::Table& before, const sql::Table& after,
             const std::vector<std::string>& columns) {
  return std::all_of(columns.begin(), columns.end(), [&](const std::string& name) {
    const sql::Column* column = after.column(name);
    return column && !before.column(column->id) && !before.column(name);
  });
}

std::string parent_blocked(const std::string& parent, const std::string& child) {
  return fmt::format(
      "rows of `{}` that new code stores keep the previous release from deleting the "
      "rows of `{}` they refer to; ON DELETE CASCADE or SET NULL would not",
      child, parent);
}

void added(const sql::ConstraintDifference& d, const NetContext& context, Report& report) {
  if (!d.table_before) return;
  const std::string table = sql::to_string(d.table_before->name);
  std::vector<const Constraint*> fresh = sql::brought_in(d);
  if (d.before && d.after && d.before->id == d.after->id && !d.before->enforced)
    fresh.push_back(d.after);
  for (const Constraint* key : fresh) {
    if (!is_key(*key) || held_before(*d.table_before, *key)) continue;
    const sql::Cause* cause = context.catalog.cause(key->id, sql::Aspect::existence);
    const std::string parent = sql::to_string(key->referenced);
    if (!all_new(*d.table_before, *d.table_after, key->columns))
      report(d,
             fmt::format("foreign key `{}` from `{}` ({}) to `{}` is new: writes of the previous "
                         "release without a parent row fail, and so do its deletes of parents; "
                         "first release code that keeps the order",
                         key->name, table, quoted_list(key->columns), parent),
             {.cause = cause});
    else if (!yields(*key))
      report(d, parent_blocked(parent, table), {.at_most = Severity::note, .cause = cause});
  }
}

// A new table that refers to a released one; one note a parent.
void new_table(const sql::TableDifference& d, const NetContext& context, Report& report) {
  if (d.before || !d.after || d.after->is_partition) return;
  std::set<sql::Id> said;
  for (const auto& key : d.after->constraints) {
    if (!is_key(*key) || yields(*key) || key->inherited) continue;
    const std::string parent = sql::to_string(key->referenced);
    const sql::Table* released = context.catalog.tables.find_before(parent);
    if (!released || released->id != key->referenced_id || !said.insert(released->id).second)
      continue;
    sql::TableDifference of_parent = d;
    of_parent.object = {"table", parent};
    report(of_parent, parent_blocked(parent, d.object.name), {.at_most = Severity::note});
  }
}

void check(const NetContext& context, Report& report) {
  for (const auto& d : context.differences.constraints) added(d, context, report);
  for (const auto& d : context.differences.tables) new_table(d, context, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_add_foreign_key_enforced{
    .id = "compat/add-foreign-key-enforced",
    .summary = "a new foreign key binds writes of the previous release",
    .letters = "a, a2",
    .severity = Severity::warning,
    .why =
        "From the moment it exists, NOT VALID or not, the key refuses child rows without parent: "
        "code that inserts in another order, or keeps the id of something that lives elsewhere, "
        "fails. On the other end it refuses to delete or renumber parents that have children. "
        "Code of the previous release was never tested against either.",
    .instead =
        "1. Release code that writes parents before children and deletes children before "
        "parents.\n"
        "2. After the rollback window ADD CONSTRAINT … FOREIGN KEY … NOT VALID.\n"
        "3. Repair orphans, then VALIDATE CONSTRAINT in another transaction.",
    .references = "https://www.postgresql.org/docs/15/ddl-constraints.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
