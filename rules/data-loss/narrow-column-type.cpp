#include <fmt/format.h>

#include "core/rule.h"
#include "sql/type_change.h"

namespace backout {
namespace {

const sql::UserType* user_type(const sql::Catalog& catalog, const sql::Type& type, bool before) {
  const std::string key = to_string(type.name);
  return before ? catalog.types.find_before(key) : catalog.types.find(key);
}

void check(const sql::ColumnDifference& column, const NetContext& context, Report& report) {
  if (!column.before || !column.after || !column.before->known ||
      column.before->type == column.after->type)
    return;
  if (column.before->id != column.after->id) return;  // another column: reuse-column-name
  const sql::TypeRef before{column.before->type,
                            user_type(context.catalog, column.before->type, true)};
  const sql::TypeRef after{column.after->type,
                           user_type(context.catalog, column.after->type, false)};
  const sql::Cause* cause = context.catalog.cause(column.after->id, sql::Aspect::type);
  const sql::Operation* operation =
      cause ? operation_at(context.change, cause->source, cause->statement, cause->place) : nullptr;
  const auto* alter = operation ? std::get_if<sql::AlterColumnType>(&operation->action) : nullptr;
  // A real USING expression decides what becomes of the values; a cast to the narrower type cuts
  // instead of refusing.
  const bool converted = alter && alter->using_ && alter->using_->kind != sql::Expr::Kind::column;
  const sql::Fit fit = sql::fit(before, after);
  if (fit == sql::Fit::kept &&
      !(converted && sql::classify(before, after) == sql::TypeChange::replaced))
    return;
  const std::string change =
      fmt::format("`{}` becomes {} (was {})", column.object.name, to_string(column.after->type),
                  to_string(column.before->type));
  ReportOptions options;
  options.cause = cause;
  if (fit == sql::Fit::altered || (fit == sql::Fit::refused && converted)) {
    report(column,
           fmt::format("{}: values are rounded or cut without an error and a rollback cannot bring "
                       "them back; use a new column",
                       change),
           std::move(options));
  } else if (fit == sql::Fit::refused) {
    options.at_most = Severity::warning;
    report(column,
           fmt::format("{}: values that do not fit stop the migration; check the data first, or "
                       "use a new column",
                       change),
           std::move(options));
  } else {
    options.at_most = Severity::warning;
    report(column,
           fmt::format(
               "{} through an expression: the old value is not stored any more; use a new column",
               change),
           std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_narrow_column_type{
    .id = "data-loss/narrow-column-type",
    .summary = "a column's new type cannot hold every old value",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "Some conversions change stored values without an error: a smaller numeric scale and "
        "double precision to integer round, timestamptz to date cuts the time, jsonb forgets key "
        "order and duplicate keys, and an explicit USING cast cuts long text. Others refuse to run "
        "when a value does not fit. Either way the original value is not in the database any more, "
        "and the previous release reads another one.",
    .instead =
        "1. Add a new column of the narrow type and write both (expand).\n2. Back-fill in batches "
        "and compare.\n3. Read the new column in code.\n4. Drop the old column after the rollback "
        "window.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
