#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* drop = std::get_if<sql::Drop>(&step.operation.action);
  if (!drop || drop->kind != sql::ObjectKind::database) return;
  // Made by this very change: nothing old depends on it.
  for (const sql::OtherDifference& other : context.differences.others)
    if (!other.before && other.after && other.after->kind == drop->kind &&
        other.after->name == drop->name.name)
      return;
  report(step, {"database", drop->name.name},
         fmt::format("database `{}` is dropped with everything in it; see `backout explain "
                     "data-loss/drop-database` for the safe order",
                     drop->name.name));
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_drop_database{
    .id = "data-loss/drop-database",
    .summary = "a database is dropped",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "DROP DATABASE removes every table of the database at once, cannot run in a transaction "
        "and cannot be undone. The previous release has nothing to connect to.",
    .instead =
        "1. Revoke CONNECT and wait for the rollback window.\n2. Take a backup and prove that it "
        "restores.\n3. Drop the database by hand, outside of migrations.",
    .references = "https://www.postgresql.org/docs/15/sql-dropdatabase.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
