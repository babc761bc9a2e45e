#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/rule.h"
#include "core/words.h"
#include "sql/released.h"

namespace backout {
namespace {

// What the operation of a down part drops of the data that the change makes room for; empty: none.
std::string dropped(const sql::Operation& operation, const sql::Catalog& catalog) {
  if (const auto* drop = std::get_if<sql::Drop>(&operation.action)) {
    if (drop->kind != sql::ObjectKind::table) return {};
    const std::string key = catalog.resolve_relation(drop->name);
    const sql::Table* table = catalog.tables.find(key);
    const bool made = table && !table->temporary && !sql::released(catalog.tables, key).before;
    return made ? key : std::string();
  }
  if (const auto* drop = std::get_if<sql::DropColumn>(&operation.action)) {
    const std::string key = catalog.resolve_relation(drop->table);
    const sql::Table* table = catalog.tables.find(key);
    const sql::Column* column = table ? table->column(drop->column) : nullptr;
    const sql::Table* before = column ? sql::released(catalog.tables, key).before : nullptr;
    const bool made = before && before->known && !before->column(column->id) &&
                      column->generated == sql::Generated::no;
    return made ? key + "." + drop->column : std::string();
  }
  return {};
}

void check(const NetContext& context, Report& report) {
  for (const ParsedMigration& migration : context.change.migrations) {
    if (!runs(migration)) continue;
    std::vector<std::string> names;
    Location first;
    Span statement_span;
    for_each_operation(migration.down,
                       [&](const ParsedSection& section, const sql::Statement& statement,
                           const sql::Operation& operation) {
                         std::string name = dropped(operation, context.catalog);
                         if (name.empty()) return;
                         if (names.empty()) {
                           first = {section.source, operation.span};
                           statement_span = statement.span;
                         }
                         names.push_back(std::move(name));
                       });
    if (names.empty()) continue;
    report.statement_at(
        first, statement_span, {"migration", migration.name},
        fmt::format(
            "the down part drops {} with all that the new release wrote there: to back out, "
            "roll the code back and leave the schema as it is",
            quoted_list(names)));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_down_destroys_new_data{
    .id = "data-loss/down-destroys-new-data",
    .summary = "the down part drops what the new release has written",
    .letters = "c",
    .severity = Severity::note,
    .why =
        "The up part adds a table or a column, the new release writes to it, and the down part "
        "drops it with everything written since the deploy. The previous release does not need "
        "that: it runs on the wider schema. So a rollback of the code must not run the down part; "
        "it is for development, or for a decision of its own.",
    .instead =
        "1. Roll back by deploying the previous release; leave the schema.\n2. Keep automation "
        "from running down migrations when a deploy fails.\n3. Drop the table or column later, in "
        "a migration of its own, when no release uses it.",
    .references = "https://www.postgresql.org/docs/15/ddl-alter.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
