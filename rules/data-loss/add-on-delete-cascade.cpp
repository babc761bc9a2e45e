#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const sql::ConstraintDifference& constraint, const NetContext&, Report& report) {
  const sql::Constraint* added = constraint.after;
  if (constraint.before || !added || added->kind != sql::ConstraintKind::foreign_key ||
      added->on_delete != sql::FkAction::cascade)
    return;
  report(constraint,
         fmt::format("new foreign key `{}` deletes rows of `{}` when their row in `{}` is deleted: "
                     "the previous release does not expect that; add it without CASCADE first",
                     added->name, to_string(constraint.table_after->name),
                     to_string(added->referenced)));
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_add_on_delete_cascade{
    .id = "data-loss/add-on-delete-cascade",
    .summary = "a new foreign key deletes rows of a released table by itself",
    .letters = "c",
    .severity = Severity::warning,
    .why =
        "With ON DELETE CASCADE, a DELETE of a parent row by the previous release now removes "
        "child rows as well, which that code never expected. They are gone without a trace.",
    .instead =
        "1. Add the foreign key without an action (or RESTRICT) and let code delete in order.\n2. "
        "Add the cascade one release later, when every release in the rollback window expects it.",
    .references = "https://www.postgresql.org/docs/15/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
