#include <fmt/format.h>

#include "core/rule.h"
#include "sql/released.h"

namespace backout {
namespace {

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* statement = std::get_if<sql::Delete>(&step.operation.action);
  const auto* merge = std::get_if<sql::Merge>(&step.operation.action);
  if (merge && !merge->deletes) return;
  if ((!statement && !merge) || (statement && statement->everything && !statement->returned))
    return;  // delete-without-where
  const auto table =
      sql::released_table(context.catalog, statement ? statement->table : merge->table);
  if (!table || (table->known && !table->after)) return;  // dropped by this change: reported there
  if (statement && statement->returned) {
    report(step, {"table", table->key},
           fmt::format("rows of `{}` are moved away: the previous release no longer finds them "
                       "where it looks; keep them in place until the rollback window has passed",
                       table->key));
    return;
  }
  report(step, {"table", table->key},
         fmt::format("rows of `{}` are deleted: a rollback cannot bring them back; copy them to a "
                     "parking table in the same statement",
                     table->key));
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_delete_in_migration{
    .id = "data-loss/delete-in-migration",
    .summary = "rows of a released table are deleted",
    .letters = "c",
    .severity = Severity::warning,
    .why =
        "Rows that a migration deletes are gone for the release that a rollback returns to. "
        "Clean-ups are often right, and then they should keep a copy until the rollback window has "
        "passed.",
    .instead =
        "1. Copy the rows to a parking table in the same statement: `WITH gone AS (DELETE FROM t "
        "WHERE … RETURNING *) INSERT INTO t_parked SELECT * FROM gone`.\n2. Drop the parking table "
        "after the rollback window.\n3. Or state in an ignore comment why the rows are worthless.",
    .references = "https://www.postgresql.org/docs/15/sql-delete.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
