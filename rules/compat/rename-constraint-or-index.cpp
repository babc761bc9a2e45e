// Names of constraints and unique indexes reach code through error fields and ON CONFLICT ON
// CONSTRAINT.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/candidate.h"

namespace backout {
namespace {

// The same promise under another name.
bool alike(const sql::Constraint& a, const sql::Constraint& b) {
  return a.kind == b.kind && a.columns == b.columns && sql::same(a.expression, b.expression) &&
         a.exclude_text == b.exclude_text && a.referenced_id == b.referenced_id &&
         a.on_delete == b.on_delete && a.on_update == b.on_update && a.deferrable == b.deferrable;
}
bool alike(const sql::Index& a, const sql::Index& b) {
  return a.unique && b.unique && sql::same(a.predicate, b.predicate);
}

const std::string& name_of(const sql::Constraint& constraint) { return constraint.name; }
const std::string& name_of(const sql::Index& index) { return index.name.name; }

template <class T>
void judge(const sql::Difference<T>& d, Report& report) {
  if (!d.before || d.after) return;
  const T* now = d.moved;
  if (!now && d.replacement && alike(*d.before, *d.replacement)) now = d.replacement;
  if (!now || name_of(*now) == name_of(*d.before)) return;
  report(d,
         fmt::format("{} `{}` is now called `{}`: code of the previous release that looks for the "
                     "name in errors, or in ON CONFLICT ON CONSTRAINT, does not find it; keep the "
                     "name, or first release code that knows both",
                     d.object.kind, d.object.name, name_of(*now)));
}

void check(const NetContext& context, Report& report) {
  for (const auto& d : context.differences.constraints) judge(d, report);
  for (const auto& d : context.differences.indexes)
    if (d.before && d.before->unique) judge(d, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_rename_constraint_or_index{
    .id = "compat/rename-constraint-or-index",
    .summary = "a constraint or unique index has another name",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "Drivers report which constraint a write ran into, and code turns that name into an answer "
        "(\"e-mail is taken\"): under another name it becomes an internal error. ON CONFLICT ON "
        "CONSTRAINT with the old name fails outright.",
    .instead =
        "1. Release code that knows both names.\n"
        "2. Rename.\n"
        "3. After the rollback window remove the old name from the code.",
    .references =
        "https://www.postgresql.org/docs/15/errcodes-appendix.html\n"
        "https://www.postgresql.org/docs/15/sql-insert.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
