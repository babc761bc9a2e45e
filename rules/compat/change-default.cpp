// Another default: old and new code store different values for "not given".
#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

// 'a'::old_type and 'a'::new_type are one value to those who read it.
const sql::Expr& without_casts(const sql::Expr& expr) {
  const sql::Expr* at = &expr;
  while (at->kind == sql::Expr::Kind::cast && at->args.size() == 1) at = &at->args.front();
  return *at;
}

bool from_sequence(const sql::Expr& expr) {
  return expr.kind == sql::Expr::Kind::function && expr.text.ends_with("nextval");
}

void check(const sql::ColumnDifference& d, const NetContext& context, Report& report) {
  if (!d.before || !d.after || d.moved || !d.after->default_value) return;
  const sql::Cause* cause = context.catalog.cause(d.after->id, sql::Aspect::default_value);
  const sql::Expr& now = without_casts(*d.after->default_value);
  if (!d.before->default_value) {
    // A NOT NULL column had to be named so far; identity is not a change of value.
    if (d.before->not_null || d.before->identity != sql::Identity::no) return;
    report(d,
           fmt::format("column `{}` gets the default `{}`: INSERTs of the previous release that "
                       "leave it out no longer store NULL",
                       d.object.name, sql::to_text(now)),
           {.cause = cause});
    return;
  }
  const sql::Expr& was = without_casts(*d.before->default_value);
  if (was == now || sql::to_text(was) == sql::to_text(now)) return;
  if (from_sequence(was) && from_sequence(now)) return;
  report(
      d,
      fmt::format("default of column `{}` changes from `{}` to `{}`: the previous release, which "
                  "leaves it out, stores another value than before",
                  d.object.name, sql::to_text(was), sql::to_text(now)),
      {.cause = cause});
}

}  // namespace

namespace rules {
extern constinit const Rule compat_change_default{
    .id = "compat/change-default",
    .summary = "a column gets another default",
    .letters = "a",
    .severity = Severity::note,
    .why =
        "A default is behaviour that lives in the database: the moment it changes, rows that the "
        "previous release inserts carry the new value, which it may not expect to read back. "
        "Object mappers that read defaults at start and write them explicitly (Rails with "
        "partial_inserts off) go on storing the old one, so for a while both values come in.",
    .instead =
        "1. Release code that reads both values.\n"
        "2. Change the default; or leave it and let new code write the new value "
        "explicitly.",
    .references = "https://www.postgresql.org/docs/15/ddl-default.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
