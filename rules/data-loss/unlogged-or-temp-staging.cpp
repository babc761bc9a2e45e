#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"

namespace backout {
namespace {

// The change drops this table or a column of it.
bool loses_data(const NetContext& context, const sql::QualifiedName& source) {
  const std::string key = context.catalog.resolve_relation(source);
  const auto gone = [&](const auto& d) { return d.before && !d.after && !d.moved; };
  return std::any_of(context.differences.tables.begin(), context.differences.tables.end(),
                     [&](const auto& d) { return gone(d) && d.object.name == key; }) ||
         std::any_of(
             context.differences.columns.begin(), context.differences.columns.end(),
             [&](const auto& d) { return gone(d) && to_string(d.table_before->name) == key; });
}

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* create = std::get_if<sql::CreateTable>(&step.operation.action);
  if (!create || !create->as_query || !(create->temporary || create->unlogged)) return;
  for (const sql::QualifiedName& source : create->as_query->relations) {
    if (!loses_data(context, source)) continue;
    const std::string key = context.catalog.resolve_relation(source);
    report(step, {"table", key},
           fmt::format("data of `{}` that this change drops is kept in {} table `{}` only, which "
                       "does not last; copy it to an ordinary table",
                       key, create->temporary ? "temporary" : "unlogged", to_string(create->name)));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_unlogged_or_temp_staging{
    .id = "data-loss/unlogged-or-temp-staging",
    .summary = "the only copy of dropped data is in an UNLOGGED or TEMP table",
    .letters = "c",
    .severity = Severity::note,
    .why =
        "A temporary table ends with the session, an unlogged one is emptied by a crash and does "
        "not exist on a standby. Data of a dropped column or table that was saved there is not "
        "saved.",
    .instead = "1. Copy to an ordinary table.\n2. Drop it after the rollback window.",
    .references =
        "https://www.postgresql.org/docs/15/sql-createtable.html#SQL-CREATETABLE-TEMPORARY",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
