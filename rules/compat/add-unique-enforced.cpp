// A new unique key, primary key or exclusion refuses pairs of rows that old code may write.
#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"
#include "core/words.h"
#include "sql/candidate.h"
#include "sql/trigger_body.h"
#include "sql/unique_key.h"

namespace backout {
namespace {

// What the server puts into the columns that old code does not know: the same value in every row,
// NULL, or another one each time.
enum class NewPart : std::uint8_t { none, null, distinct, equal };
NewPart new_part(const sql::UniqueKey& key, const sql::Table& before, const sql::Table& after,
                 const sql::Catalog& catalog) {
  NewPart result = NewPart::none;
  for (const std::string& name : key.columns) {
    const sql::Column* column = after.column(name);
    if (!column || before.column(column->id) || before.column(name)) continue;
    NewPart part = NewPart::null;
    if (column->identity != sql::Identity::no ||
        sql::filled_on_insert(catalog, after, name) == sql::Fills::always ||
        (column->default_value &&
         sql::volatility(*column->default_value) == sql::Volatility::volatile_))
      part = NewPart::distinct;
    else if (column->default_value || column->generated != sql::Generated::no ||
             key.nulls_not_distinct || column->not_null)
      part = NewPart::equal;
    if (part == NewPart::distinct) return part;
    if (part == NewPart::null || result == NewPart::none) result = part;
  }
  return result;
}

void key(const sql::UniqueKey& key, std::string_view kind, const sql::Table& before,
         const sql::Table& after, const NetContext& context, auto&& say) {
  for (const sql::UniqueKey& held : sql::unique_keys(before))
    if (sql::guarantees(held, key, before)) return;
  const std::string what = fmt::format("{} `{}` on `{}` ({})", kind, key.name,
                                       sql::to_string(before.name), fmt::join(key.parts, ", "));
  switch (new_part(key, before, after, context.catalog)) {
    case NewPart::distinct:
      return;
    case NewPart::null:
      say(what +
              " is new; rows of the previous release hold NULL in it and never collide, those of "
              "new code may",
          Severity::note);
      return;
    default:
      say(what +
              " is new: writes of the previous release that repeat a value fail; first release "
              "code that stores no duplicates",
          Severity::error);
  }
}

void constraint(const sql::ConstraintDifference& d, const NetContext& context, Report& report) {
  if (!d.table_before) return;
  for (const sql::Constraint* c : sql::brought_in(d)) {
    const auto say = [&](std::string text, Severity at_most) {
      report(d, std::move(text),
             {.at_most = at_most, .cause = context.catalog.cause(c->id, sql::Aspect::existence)});
    };
    if (c->kind == sql::ConstraintKind::unique)
      key(sql::unique_key(*c), "unique key", *d.table_before, *d.table_after, context, say);
    else if (c->kind == sql::ConstraintKind::primary_key)
      key(sql::unique_key(*c), "primary key", *d.table_before, *d.table_after, context, say);
    else if (c->kind == sql::ConstraintKind::exclude &&
             !(d.before && d.before->exclude_text == c->exclude_text))
      say(fmt::format(
              "exclusion constraint `{}` on `{}` is new: writes of the previous release that "
              "collide under it fail; first release code that keeps to it",
              c->name, sql::to_string(d.table_before->name)),
          Severity::error);
  }
}

void index(const sql::IndexDifference& d, const NetContext& context, Report& report) {
  if (!d.table_before) return;
  for (const sql::Index* i : sql::brought_in(d))
    if (i->unique)
      key(sql::unique_key(*i), "unique index", *d.table_before, *d.table_after, context,
          [&](std::string text, Severity at_most) {
            report(d, std::move(text),
                   {.at_most = at_most,
                    .cause = context.catalog.cause(i->id, sql::Aspect::existence)});
          });
}

void check(const NetContext& context, Report& report) {
  for (const auto& d : context.differences.constraints) constraint(d, context, report);
  for (const auto& d : context.differences.indexes) index(d, context, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_add_unique_enforced{
    .id = "compat/add-unique-enforced",
    .summary = "a new unique key refuses rows that the previous release may write",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "Uniqueness is enforced from the moment the index exists, also while it is built "
        "CONCURRENTLY. An INSERT or UPDATE of the previous release that repeats a value fails with "
        "a unique violation it does not handle. It makes no difference whether the key is a "
        "constraint, a unique index, a wider predicate or one column fewer in the key.",
    .instead =
        "1. Release code that stores no duplicates and handles the conflict.\n"
        "2. Wait until no older release is inside the rollback window; remove duplicates.\n"
        "3. CREATE UNIQUE INDEX CONCURRENTLY.\n"
        "4. ADD CONSTRAINT … UNIQUE USING INDEX, where a constraint is wanted.",
    .references = "https://www.postgresql.org/docs/15/sql-createindex.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
