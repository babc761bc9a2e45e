#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"
#include "sql/released.h"

namespace backout {
namespace {

// The old value of `column` goes to another column in the same statement.
bool is_saved(const std::vector<sql::Assignment>& assignments, std::string_view column) {
  return std::any_of(assignments.begin(), assignments.end(), [&](const sql::Assignment& a) {
    return a.column != column && a.value && a.value->kind == sql::Expr::Kind::column &&
           a.value->text == column;
  });
}

// WHERE c IS NULL, maybe with more conditions: only NULLs are overwritten.
bool only_nulls(const sql::ExprPtr& where, std::string_view column) {
  if (!where) return false;
  const auto is_it = [&](const sql::Expr& e) {
    return e.kind == sql::Expr::Kind::is_null && !e.args.empty() &&
           e.args[0].kind == sql::Expr::Kind::column && e.args[0].text == column;
  };
  return is_it(*where) || (where->kind == sql::Expr::Kind::and_ &&
                           std::any_of(where->args.begin(), where->args.end(), is_it));
}

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* update = std::get_if<sql::Update>(&step.operation.action);
  const auto* merge = std::get_if<sql::Merge>(&step.operation.action);
  if (!update && !merge) return;
  const auto table = sql::released_table(context.catalog, update ? update->table : merge->table);
  if (!table || (table->known && !table->after)) return;
  const auto& assignments = update ? update->assignments : merge->assignments;
  for (const sql::Assignment& assignment : assignments) {
    const sql::Column* before = table->before ? table->before->column(assignment.column) : nullptr;
    if (table->known && !before) continue;  // new in this change: a back-fill
    if (before && table->after && !table->after->column(before->id))
      continue;  // dropped by this change: reported there
    if (is_saved(assignments, assignment.column)) continue;
    const bool nulls = update && only_nulls(update->where, assignment.column);
    const bool all_alike = update && update->everything && !assignment.depends_on_column;
    ReportOptions options;
    options.certain = table->known;
    options.at_most = nulls ? Severity::note : Severity::error;
    if (!nulls && !all_alike) options.at_most = Severity::warning;
    const std::string column = table->key + "." + assignment.column;
    report(step, {"column", column},
           nulls ? fmt::format("NULLs of `{}` are filled: which rows had none is no longer known "
                               "after a rollback",
                               column)
           : all_alike ? fmt::format("`{}` is set to one value in every row: a rollback cannot "
                                     "bring the old values back; write to a new column instead",
                                     column)
                       : fmt::format("values of `{}` are overwritten: a rollback cannot bring them "
                                     "back; save them to another column in the same statement",
                                     column),
           std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_update_overwrites_column{
    .id = "data-loss/update-overwrites-column",
    .summary = "an UPDATE overwrites values of a released column",
    .letters = "c",
    .severity = Severity::error,
    .why =
        "The old values are gone once the transaction commits, and the previous release reads the "
        "new ones. Without a condition, and with a value that does not depend on the old one, "
        "every row gets the same value: that cannot be undone at all. Filling a column that this "
        "change adds loses nothing and is not reported.",
    .instead =
        "1. Write the new values to a new column and let the new code read that one (expand).\n2. "
        "Or save the old value in the same statement: `SET status_before = status, status = "
        "'x'`.\n3. Drop the saved values after the rollback window.",
    .references = "https://www.postgresql.org/docs/15/sql-update.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
