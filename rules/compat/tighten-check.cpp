// A CHECK that refuses what the released schema accepted. NOT VALID does not help: it spares old
// rows, not old code.
#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"
#include "core/words.h"
#include "sql/candidate.h"
#include "sql/check_value.h"
#include "sql/enforced.h"

namespace backout {
namespace {

using sql::Expr;

bool is_new(const sql::Column& column, const sql::Table& before) {
  const bool renamed = before.column(column.id) != nullptr;
  return !renamed && !before.column(column.name);
}

// What a row of old code holds in a column: its own value, or what the server puts where old code
// does not know the column.
sql::Known value_of_old_row(std::string_view name, const sql::Table& before,
                            const sql::Table& after) {
  const sql::Column* column = after.column(name);
  if (!column || !is_new(*column, before)) return {};
  if (column->generated != sql::Generated::no || column->identity != sql::Identity::no) return {};
  if (column->default_value) return {sql::Known::Kind::expression, column->default_value.get()};
  return {sql::Known::Kind::null};
}

bool only_new_columns(const Expr& expr, const sql::Table& before, const sql::Table& after) {
  const std::vector<std::string> names = sql::columns_of(expr);
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    const sql::Column* column = after.column(name);
    return column && is_new(*column, before);
  });
}

// `c IS NOT NULL` on a column that the change makes NOT NULL as well: set-not-null says it.
bool said_by_not_null(const Expr& expr, const sql::Table& after) {
  if (expr.kind != Expr::Kind::is_not_null || expr.args.size() != 1) return false;
  const sql::Column* column =
      expr.args[0].kind == Expr::Kind::column ? after.column(expr.args[0].text) : nullptr;
  return column && column->not_null;
}

// Of `column IN (…)`, where a list of one is `=`; else empty.
std::vector<std::string> list_values(const Expr& expr) {
  const bool list = expr.kind == Expr::Kind::in_list ||
                    (expr.kind == Expr::Kind::op && expr.text == "=" && expr.args.size() == 2);
  std::vector<std::string> values;
  if (!list || expr.args.front().kind != Expr::Kind::column) return values;
  for (std::size_t i = 1; i < expr.args.size(); ++i) values.push_back(sql::to_text(expr.args[i]));
  return values;
}

// Values that a list of the released schema has and the new one has not.
template <class Constraints>
std::vector<std::string> lost_values(const Constraints& before, const Expr& now) {
  const std::vector<std::string> kept = list_values(now);
  std::vector<std::string> lost;
  if (kept.empty()) return lost;
  for (const auto& constraint : before) {
    if (!constraint->expression) continue;
    const std::vector<std::string> were = list_values(*constraint->expression);
    if (were.empty() || !(constraint->expression->args[0] == now.args[0])) continue;
    for (const std::string& value : were)
      if (std::find(kept.begin(), kept.end(), value) == kept.end()) lost.push_back(value);
  }
  return lost;
}

std::string message(const sql::Constraint& check, std::string_view where,
                    const std::vector<std::string>& lost) {
  if (!lost.empty())
    return fmt::format(
        "check `{}` on {} no longer accepts {}: writes of the previous release that "
        "use it fail; first release code that does not",
        check.name, where, quoted_list(lost));
  return fmt::format(
      "check `{}` on {} is new: writes of the previous release that break it fail at "
      "once{}; first release code that keeps it",
      check.name, where, check.validated ? "" : ", NOT VALID or not");
}

void of_table(const sql::ConstraintDifference& d, const NetContext& context, Report& report) {
  const sql::Table &before = *d.table_before, &after = *d.table_after;
  const std::string where = fmt::format("`{}`", sql::to_string(before.name));
  std::vector<const sql::Constraint*> fresh = sql::brought_in(d);
  if (d.before && d.after && d.before->id == d.after->id && !d.before->enforced)
    fresh.push_back(d.after);
  for (const sql::Constraint* check : fresh) {
    if (check->kind != sql::ConstraintKind::check || !check->enforced || !check->expression)
      continue;
    const Expr& expr = *check->expression;
    if (sql::enforces(before, expr) || said_by_not_null(expr, after)) continue;
    const sql::CheckValue value = sql::check_value(
        expr, [&](std::string_view name) { return value_of_old_row(name, before, after); });
    if (sql::passes(value)) continue;
    const bool guess = value == sql::CheckValue::unknown && only_new_columns(expr, before, after);
    report(d, message(*check, where, lost_values(before.constraints, expr)),
           {.at_most = guess ? Severity::warning : Severity::error,
            .cause = context.catalog.cause(check->id, sql::Aspect::existence)});
  }
}

void of_domain(const sql::ConstraintDifference& d, const NetContext& context, Report& report) {
  if (d.before || !d.after || d.after->kind != sql::ConstraintKind::check || !d.after->expression)
    return;
  const std::string& name = d.object.name;
  const std::string domain = name.substr(0, name.size() - d.after->name.size() - 1);
  const sql::UserType* before = context.catalog.types.find_before(domain);
  if (!before || sql::enforces(*before, *d.after->expression)) return;
  report(d, message(*d.after, fmt::format("domain `{}`", domain),
                    lost_values(before->constraints, *d.after->expression)));
}

void check(const sql::ConstraintDifference& d, const NetContext& context, Report& report) {
  if (d.table_before)
    of_table(d, context, report);
  else
    of_domain(d, context, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_tighten_check{
    .id = "compat/tighten-check",
    .summary = "a CHECK refuses what the released schema accepted",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "A CHECK is enforced for every INSERT and UPDATE from the moment it is there, with NOT "
        "VALID as without: that only skips the scan of old rows. Writes of the previous release "
        "that break it fail, and so does every UPDATE of an old row that breaks it, even of "
        "another column. What is safe for locks is not safe for a rollback.",
    .instead =
        "1. Enforce the rule in code and release that.\n"
        "2. Wait until no older release is inside the rollback window.\n"
        "3. ADD CONSTRAINT … CHECK (…) NOT VALID.\n"
        "4. Repair old rows in batches.\n"
        "5. VALIDATE CONSTRAINT in another transaction.",
    .references =
        "https://www.postgresql.org/docs/15/ddl-constraints.html\n"
        "https://www.postgresql.org/docs/15/sql-alterdomain.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
