#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"

namespace backout {
namespace {

// INSERT … SELECT from the old table into the new one within the change: the rows were copied.
bool rows_are_copied(const NetContext& context, const sql::Table& from) {
  for (const ParsedMigration& migration : context.change.migrations)
    for (const ParsedSection& section : migration.up)
      for (const sql::Statement& statement : section.script->statements)
        for (const sql::Operation& operation : statement.operations) {
          const auto* insert = std::get_if<sql::Insert>(&operation.action);
          const auto* create = std::get_if<sql::CreateTable>(&operation.action);
          const auto names_it = [&](const sql::QualifiedName& source) {
            return source.name == from.name.name &&
                   (source.schema.empty() || source.schema == from.name.schema);
          };
          if (insert && insert->from_query &&
              std::any_of(insert->sources.begin(), insert->sources.end(), names_it))
            return true;
          if (create && create->as_query &&
              std::any_of(create->as_query->relations.begin(), create->as_query->relations.end(),
                          names_it))
            return true;
        }
  return false;
}

void check(const NetContext& context, Report& report) {
  for (const sql::TableDifference& table : context.differences.tables) {
    if (!table.before || !table.after || table.before->id == table.after->id || table.moved ||
        rows_are_copied(context, *table.before))
      continue;
    report(table, fmt::format("table `{}` is dropped and created again, empty: its rows are lost "
                              "and the previous release finds none; alter the table instead",
                              table.object.name));
  }
  for (const sql::ColumnDifference& column : context.differences.columns) {
    if (!column.before || !column.after || column.before->id == column.after->id || column.moved)
      continue;
    if (column.table_before->id != column.table_after->id ||
        column.before->type != column.after->type)
      continue;  // another type: reuse-column-name
    if (column.before->generated != sql::Generated::no ||
        column.after->generated != sql::Generated::no)
      continue;  // computed, not empty: generated-column-change
    report(column, fmt::format("column `{}` is dropped and added again, empty: its values are lost "
                               "and the previous release reads none; alter the column instead",
                               column.object.name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_drop_and_recreate{
    .id = "data-loss/drop-and-recreate",
    .summary = "a released table or column is dropped and made again empty",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "DROP and CREATE under the same name look like a change of definition, yet the new object "
        "starts empty. The previous release runs without an error on a table that has lost its "
        "rows, its grants and whatever referred to it.",
    .instead =
        "1. Change what is there with ALTER, step by step.\n2. Where a new table is needed, give "
        "it a new name, copy the rows, keep both in step until the rollback window has passed, "
        "then drop the old one.",
    .references = "https://www.postgresql.org/docs/15/sql-droptable.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
