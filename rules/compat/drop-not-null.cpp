// NULL becomes possible: harmless to what old code writes, not to what it reads once new code
// stores NULLs.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/candidate.h"
#include "sql/enforced.h"

namespace backout {
namespace {

constexpr std::string_view effect =
    "once new code stores NULL the previous release may fail on reading it, and NOT NULL cannot "
    "come "
    "back; first release code that reads NULL";

void column(const sql::ColumnDifference& d, const NetContext& context, Report& report) {
  if (!d.before || !d.after || d.moved || !d.before->not_null || d.after->not_null) return;
  if (sql::enforcing_check(*d.table_after, sql::not_null(d.after->name))) return;
  report(d, fmt::format("column `{}` takes NULL from now on: {}", d.object.name, effect),
         {.cause = context.catalog.cause(d.after->id, sql::Aspect::nullability)});
}

// A CHECK that stood for NOT NULL.
void constraint(const sql::ConstraintDifference& d, Report& report) {
  if (!d.table_before || !sql::gone(d) || d.before->kind != sql::ConstraintKind::check) return;
  if (!d.before->expression || !d.before->enforced) return;
  for (const std::string& name : sql::columns_of(*d.before->expression)) {
    const sql::Column* was = d.table_before->column(name);
    const sql::Column* is = d.table_after->column(name);
    if (!was || was->not_null || !is || is->not_null) continue;
    const sql::Expr condition = sql::not_null(name);
    if (!sql::enforces(*d.table_before, condition) || sql::enforces(*d.table_after, condition))
      continue;
    report(d, fmt::format("without check `{}` column `{}.{}` takes NULL: {}", d.before->name,
                          sql::to_string(d.table_before->name), name, effect));
  }
}

void domain(const sql::TypeDifference& d, Report& report) {
  if (d.before && d.after && d.before->not_null && !d.after->not_null)
    report(d, fmt::format("domain `{}` takes NULL from now on: {}", d.object.name, effect));
}

void check(const NetContext& context, Report& report) {
  for (const auto& d : context.differences.columns) column(d, context, report);
  for (const auto& d : context.differences.constraints) constraint(d, report);
  for (const auto& d : context.differences.types) domain(d, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_not_null{
    .id = "compat/drop-not-null",
    .summary = "a column that never held NULL may hold it",
    .letters = "a2",
    .severity = Severity::warning,
    .why =
        "The statement itself hurts nobody. But code of the previous release was written for a "
        "column that is never NULL: as soon as the new release stores the first NULL, a rollback "
        "brings back code that crashes on reading it, and the constraint cannot be restored "
        "before those rows are repaired.",
    .instead =
        "1. Release code that reads NULL in this column, still writing values.\n"
        "2. Drop NOT NULL.\n"
        "3. After the rollback window release code that stores NULL.\n"
        "As a step towards dropping the column it is right as it is.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
