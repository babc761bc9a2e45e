#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* drop = std::get_if<sql::Drop>(&step.operation.action);
  if (!drop || drop->kind != sql::ObjectKind::tablespace) return;
  // Made by this very change: nothing old depends on it.
  for (const sql::OtherDifference& other : context.differences.others)
    if (!other.before && other.after && other.after->kind == drop->kind &&
        other.after->name == drop->name.name)
      return;
  report(step, {"tablespace", drop->name.name},
         fmt::format(
             "tablespace `{}` is dropped and whatever is still placed there cannot be found by the "
             "previous release; see `backout explain data-loss/drop-tablespace` for the safe order",
             drop->name.name));
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_drop_tablespace{
    .id = "data-loss/drop-tablespace",
    .summary = "a tablespace is dropped",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "The previous release, its maintenance jobs or its partition creation may still name the "
        "tablespace; PostgreSQL only checks that it is empty now.",
    .instead =
        "1. Move all objects to another tablespace in an earlier release.\n2. Drop the empty "
        "tablespace after the rollback window.",
    .references = "https://www.postgresql.org/docs/15/sql-droptablespace.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
