// A CHECK, foreign key or exclusion that goes for good: new code may store what old code never
// expects to read.
#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"
#include "sql/candidate.h"
#include "sql/enforced.h"

namespace backout {
namespace {

using sql::Constraint;
using sql::ConstraintKind;

// Its columns went with it: the drop of the column says it.
bool lost_a_column(const sql::ConstraintDifference& d) {
  const std::vector<std::string> names =
      d.before->expression ? sql::columns_of(*d.before->expression) : d.before->columns;
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return !d.table_after->column(name); });
}

// A CHECK that stood for NOT NULL: drop-not-null says it.
bool stood_for_not_null(const sql::ConstraintDifference& d) {
  for (const std::string& name : sql::columns_of(*d.before->expression)) {
    const sql::Column* column = d.table_before->column(name);
    if (column && !column->not_null && sql::enforces(*d.table_before, sql::not_null(name)) &&
        !sql::enforces(*d.table_after, sql::not_null(name)))
      return true;
  }
  return false;
}

std::string_view kind_of(ConstraintKind kind) {
  return kind == ConstraintKind::check         ? "check"
         : kind == ConstraintKind::foreign_key ? "foreign key"
                                               : "exclusion constraint";
}

void check(const sql::ConstraintDifference& d, const NetContext&, Report& report) {
  if (!d.before || !d.table_before || !d.before->enforced) return;
  const Constraint& before = *d.before;
  const bool enforced_no_more = d.after && d.after->id == before.id && !d.after->enforced;
  if (!sql::gone(d) && !enforced_no_more) return;
  std::string_view how = "is dropped";
  switch (before.kind) {
    case ConstraintKind::check:
      if (!before.expression || lost_a_column(d) ||
          sql::enforces(*d.table_after, *before.expression) || stood_for_not_null(d))
        return;
      if (!sql::brought_in(d).empty()) how = "is loosened";
      break;
    case ConstraintKind::foreign_key:
    case ConstraintKind::exclude:
      // One on the same columns in its place: change-fk-action and add-foreign-key-enforced look at
      // it.
      if (lost_a_column(d)) return;
      for (const Constraint* other : sql::brought_in(d))
        if (other->kind == before.kind && other->columns == before.columns) return;
      break;
    default:
      return;
  }
  report(d, fmt::format("{} `{}` {}: new code may store rows that the previous release does not "
                        "expect, and then the old constraint cannot come back; first release code "
                        "that reads such rows",
                        kind_of(before.kind), d.object.name, how));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_constraint_loosens{
    .id = "compat/drop-constraint-loosens",
    .summary = "a CHECK, foreign key or exclusion is dropped or loosened",
    .letters = "a2",
    .severity = Severity::note,
    .why =
        "Nothing fails at once. But the previous release was written for data that the constraint "
        "vouched for: a value outside the list, an order without its customer. Once the new "
        "release has stored such a row, a rollback meets it, and adding the constraint again "
        "fails until the row is repaired.",
    .instead =
        "1. Release code that copes with rows outside the constraint.\n"
        "2. Drop or loosen the constraint.\n"
        "3. After the rollback window release code that stores such rows.",
    .references = "https://www.postgresql.org/docs/15/ddl-constraints.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
