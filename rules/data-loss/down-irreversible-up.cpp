#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/rule.h"
#include "core/words.h"
#include "sql/released.h"

namespace backout {
namespace {

using Names = std::vector<std::string>;

void add(Names& names, std::string name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

bool caused_by(const ParsedMigration& migration, const sql::Cause* cause) {
  return cause && std::any_of(migration.up.begin(), migration.up.end(), [&](const auto& section) {
           return section.source == cause->source && section.span.begin <= cause->statement.begin &&
                  cause->statement.end <= section.span.end;
         });
}

// What the up part copies elsewhere first: tables by INSERT … SELECT or CREATE TABLE AS, columns by
// UPDATE … SET other = column.
struct Copies {
  std::vector<std::string> tables, columns;  // unqualified

  bool hold(std::string_view table, std::string_view column = {}) const {
    const auto has = [](const Names& names, std::string_view name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    return has(tables, table) || (!column.empty() && has(columns, column));
  }
};
Copies copies_in(const ParsedMigration& migration) {
  Copies out;
  const auto add_tables = [&](const std::vector<sql::QualifiedName>& from) {
    for (const sql::QualifiedName& name : from) add(out.tables, name.name);
  };
  for_each_operation(migration.up, [&](const ParsedSection&, const sql::Statement&,
                                       const sql::Operation& operation) {
    if (const auto* insert = std::get_if<sql::Insert>(&operation.action))
      add_tables(insert->sources);
    if (const auto* create = std::get_if<sql::CreateTable>(&operation.action);
        create && create->as_query)
      add_tables(create->as_query->relations);
    if (const auto* update = std::get_if<sql::Update>(&operation.action))
      for (const sql::Assignment& assignment : update->assignments)
        if (assignment.value)
          for (const std::string& column : sql::columns_of(*assignment.value))
            add(out.columns, column);
  });
  return out;
}

// Tables and columns whose contents the up part throws away.
Names lost(const ParsedMigration& migration, const NetContext& context) {
  Names names;
  const Copies copies = copies_in(migration);
  for (const sql::TableDifference& table : context.differences.tables)
    if (table.before && !table.moved && (!table.after || table.after->id != table.before->id) &&
        caused_by(migration, table.cause) && !copies.hold(table.before->name.name))
      add(names, table.object.name);
  for (const sql::ColumnDifference& column : context.differences.columns)
    if (column.before && !column.moved &&
        (!column.after || column.after->id != column.before->id) &&
        column.before->generated == sql::Generated::no &&
        column.table_before->id == column.table_after->id && caused_by(migration, column.cause) &&
        !copies.hold(column.table_before->name.name, column.before->name))
      add(names, column.object.name);
  for_each_operation(migration.up, [&](const ParsedSection&, const sql::Statement&,
                                       const sql::Operation& operation) {
    const auto add_released = [&](const sql::QualifiedName& name) {
      const auto table = sql::released_table(context.catalog, name);
      if (table && table->known && !copies.hold(name.name)) add(names, table->key);
    };
    if (const auto* truncate = std::get_if<sql::Truncate>(&operation.action))
      for (const sql::QualifiedName& table : truncate->tables) add_released(table);
    if (const auto* erase = std::get_if<sql::Delete>(&operation.action); erase && !erase->returned)
      add_released(erase->table);
  });
  return names;
}

void check(const NetContext& context, Report& report) {
  for (const ParsedMigration& migration : context.change.migrations) {
    if (!runs(migration) || !has_effect(migration.down)) continue;
    const Names names = lost(migration, context);
    if (names.empty()) continue;
    for (const ParsedSection& section : migration.down) {
      if (section.script->statements.empty()) continue;
      const Span first = section.script->statements.front().span;
      report.statement_at(
          {section.source, first}, first, {"migration", migration.name},
          fmt::format("the up part throws away data of {}, which no down part brings back; keep a "
                      "copy of it until the rollback window has passed",
                      quoted_list(names)));
      break;
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_down_irreversible_up{
    .id = "data-loss/down-irreversible-up",
    .summary = "the up part loses data that its down part cannot bring back",
    .letters = "c",
    .severity = Severity::note,
    .why =
        "The down part can make the table or column anew, but empty: what the up part dropped, "
        "truncated or deleted is gone. A down part that runs without an error looks like a way "
        "back and is none.",
    .instead =
        "1. Copy what goes to a parking table in the same migration.\n2. Let the down part fill "
        "what it makes anew from that copy.\n3. Drop the copy after the rollback window.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
