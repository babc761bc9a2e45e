#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* drop = std::get_if<sql::Drop>(&step.operation.action);
  if (!drop || drop->kind != sql::ObjectKind::role) return;
  // Made by this very change: nothing old depends on it.
  for (const sql::OtherDifference& other : context.differences.others)
    if (!other.before && other.after && other.after->kind == drop->kind &&
        other.after->name == drop->name.name)
      return;
  report(
      step, {"role", drop->name.name},
      fmt::format("role `{}` is dropped and every client that logs in as it, or owns objects "
                  "through it, fails; see `backout explain data-loss/drop-role` for the safe order",
                  drop->name.name));
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_drop_role{
    .id = "data-loss/drop-role",
    .summary = "a role is dropped",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "The previous release may still log in as the role, SET ROLE to it or rely on its grants. "
        "Grants and memberships go with it and are not in any backup of a single database.",
    .instead =
        "1. ALTER ROLE … NOLOGIN after no release in the window uses it.\n2. REASSIGN OWNED and "
        "revoke in a change of its own.\n3. Drop the role after the rollback window.",
    .references = "https://www.postgresql.org/docs/15/sql-droprole.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
