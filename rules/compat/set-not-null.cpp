// NULL, or leaving the column out, used to be allowed. A CHECK that already forbids it makes the
// change harmless; a default only halves it.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/enforced.h"
#include "sql/trigger_body.h"

namespace backout {
namespace {

void column(const sql::ColumnDifference& d, const NetContext& context, Report& report) {
  if (!d.before || !d.after || d.moved || d.before->not_null || !d.after->not_null) return;
  if (d.after->generated != sql::Generated::no) return;
  const std::string& name = d.object.name;
  const sql::Cause* cause = context.catalog.cause(d.after->id, sql::Aspect::nullability);
  if (const sql::Constraint* held =
          sql::enforcing_check(*d.table_before, sql::not_null(d.before->name))) {
    report(d,
           fmt::format("column `{}` becomes NOT NULL, as check `{}` of the released schema demands "
                       "already",
                       name, held->name),
           {.at_most = Severity::note, .cause = cause});
    return;
  }
  const bool filled =
      d.after->default_value || d.after->identity != sql::Identity::no ||
      sql::filled_on_insert(context.catalog, *d.table_after, d.after->name) == sql::Fills::always;
  if (filled)
    report(
        d,
        fmt::format("column `{}` becomes NOT NULL: its default serves INSERTs that leave it out, "
                    "but writes of the previous release that say NULL fail; first release code "
                    "that never does",
                    name),
        {.at_most = Severity::warning, .cause = cause});
  else
    report(d,
           fmt::format("column `{}` becomes NOT NULL: writes of the previous release that leave it "
                       "out or say NULL fail; first release code that always writes a value",
                       name),
           {.cause = cause});
}

void domain(const sql::TypeDifference& d, const NetContext& context, Report& report) {
  if (!d.before || !d.after || d.before->not_null || !d.after->not_null) return;
  if (sql::enforces(*d.before, sql::not_null("value"))) return;
  report(
      d,
      fmt::format("domain `{}` becomes NOT NULL: writes of the previous release that leave out a "
                  "column of it, or say NULL, fail; first release code that always writes a value",
                  d.object.name),
      {.cause = context.catalog.cause(d.after->id, sql::Aspect::nullability)});
}

void check(const NetContext& context, Report& report) {
  for (const auto& d : context.differences.columns) column(d, context, report);
  for (const auto& d : context.differences.types) domain(d, context, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_set_not_null{
    .id = "compat/set-not-null",
    .summary = "a column that took NULL becomes NOT NULL",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "Any code path of the previous release that stores NULL, or leaves the column out where "
        "it has no default, fails from this moment on and again after a rollback. A primary key "
        "over nullable columns sets NOT NULL too. The usual advice, a NOT VALID CHECK first, "
        "is about locks: that CHECK refuses new NULLs just the same. Only when it has been "
        "enforced since before the oldest release in the window does nothing change.",
    .instead =
        "1. Release code that always writes a value.\n"
        "2. Wait until no older release is inside the rollback window; back-fill NULLs.\n"
        "3. ADD CONSTRAINT … CHECK (c IS NOT NULL) NOT VALID.\n"
        "4. VALIDATE CONSTRAINT in another transaction.\n"
        "5. SET NOT NULL, which then needs no scan (since PostgreSQL 12), and drop the CHECK.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
