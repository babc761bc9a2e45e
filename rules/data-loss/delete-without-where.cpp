#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/rule.h"
#include "sql/released.h"

namespace backout {
namespace {

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* statement = std::get_if<sql::Delete>(&step.operation.action);
  if (!statement || !statement->everything || statement->returned) return;
  const auto table = sql::released_table(context.catalog, statement->table);
  if (!table || (table->known && !table->after)) return;  // dropped by this change: reported there
  const auto cache = [&](std::string_view name) {
    return table->key == name || table->key.ends_with(std::string(".").append(name));
  };
  if (std::any_of(context.config.caches.begin(), context.config.caches.end(), cache)) return;
  report(step, {"table", table->key},
         fmt::format("every row of `{}` is deleted: a rollback cannot bring them back; restrict "
                     "the DELETE, or move the rows to another table in the same statement",
                     table->key));
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_delete_without_where{
    .id = "data-loss/delete-without-where",
    .summary = "every row of a released table is deleted",
    .letters = "c",
    .severity = Severity::error,
    .why =
        "A DELETE without a condition that restricts it empties the table for the previous release "
        "as well. Unlike a dropped column it breaks no statement, so nobody notices until a page "
        "is empty, and nothing in the database brings the rows back.",
    .instead =
        "1. Restrict the DELETE to what really must go.\n2. Or move the rows: `WITH moved AS "
        "(DELETE FROM t RETURNING *) INSERT INTO t_parked SELECT * FROM moved`.\n3. Drop the "
        "parked rows after the rollback window.",
    .references = "https://www.postgresql.org/docs/15/sql-delete.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
