#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"

namespace backout {
namespace {

// How subscribers tell the rows of a table apart.
bool has_key(const sql::Table& table) {
  if (table.replica_identity == 'f') return true;
  if (table.replica_identity == 'n') return false;
  if (table.replica_identity == 'i')
    return std::any_of(table.indexes.begin(), table.indexes.end(),
                       [&](const auto& index) { return index->name.name == table.replica_index; });
  return std::any_of(table.constraints.begin(), table.constraints.end(),
                     [](const auto& c) { return c->kind == sql::ConstraintKind::primary_key; });
}

bool publishes(const sql::Catalog& catalog) {
  return std::any_of(
      catalog.others.all().begin(), catalog.others.all().end(),
      [](const auto& entry) { return entry.second->kind == sql::ObjectKind::publication; });
}

// The statement that took the key: the replica identity's, else that which dropped the primary key
// or the index.
const sql::Cause* key_taken_by(const sql::Catalog& catalog, const sql::Table& before) {
  if (catalog.touched(before.id, sql::Aspect::replica_identity))
    return catalog.cause(before.id, sql::Aspect::replica_identity);
  for (const auto& constraint : before.constraints)
    if (constraint->kind == sql::ConstraintKind::primary_key && before.replica_identity == 'd')
      return catalog.cause(constraint->id, sql::Aspect::existence);
  for (const auto& index : before.indexes)
    if (index->name.name == before.replica_index)
      return catalog.cause(index->id, sql::Aspect::existence);
  return nullptr;
}

void judge_table(const sql::TableDifference& table, const NetContext& context, Report& report) {
  const sql::Table* now = table.after && table.before && table.after->id == table.before->id
                              ? table.after
                              : table.moved;
  if (!now || !has_key(*table.before) || has_key(*now)) return;
  // Who sets a replica identity publishes the table, wherever the publication is made.
  if (table.before->replica_identity == 'd' && now->replica_identity == 'd' &&
      !publishes(context.catalog))
    return;
  ReportOptions options;
  options.cause = key_taken_by(context.catalog, *table.before);
  report(
      table,
      fmt::format("table `{}` has no replica identity any more: its UPDATE and DELETE fail while "
                  "it is published; give it another one first",
                  table.object.name),
      std::move(options));
}

void judge_statement(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* alter = std::get_if<sql::AlterOther>(&step.operation.action);
  if (!alter || alter->kind != sql::ObjectKind::publication) return;
  const std::string key = "publication " + alter->name.name;
  const auto& others = context.catalog.others;
  if (!others.find_before(key) && others.was_touched(key)) return;  // made by this change
  if (!others.find(key) && others.was_touched(key)) return;         // dropped: said there
  std::string_view effect;
  if (alter->what == "drop objects")
    effect = "subscribers get no more changes of the tables it loses";
  else if (alter->what == "set objects")
    effect = "subscribers get no more changes of tables that are left out";
  else if (alter->what.find("publish") != std::string::npos)
    effect = "subscribers may miss kinds of changes that they got before";
  else
    return;
  report(step, {"publication", alter->name.name},
         fmt::format("publication `{}` publishes something else: {}; change the subscribers first",
                     alter->name.name, effect));
}

void check(const NetContext& context, Report& report) {
  for (const sql::OtherDifference& other : context.differences.others)
    if (other.before && !other.after && !other.moved &&
        other.before->kind == sql::ObjectKind::publication)
      report(other, fmt::format("publication `{}` is dropped: its subscribers get no more changes; "
                                "change the subscribers first",
                                other.before->name));
  for (const sql::TableDifference& table : context.differences.tables)
    judge_table(table, context, report);
  for (const ParsedMigration& migration : context.change.migrations)
    if (runs(migration))
      for_each_operation(migration.up, [&](const ParsedSection& section,
                                           const sql::Statement& statement,
                                           const sql::Operation& operation) {
        judge_statement({operation, statement, {section.source, operation.span}}, context, report);
      });
}

}  // namespace

namespace rules {
extern constinit const Rule compat_replication_change{
    .id = "compat/replication-change",
    .summary = "subscribers of a published table lose track of it",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "Logical replication needs a key to name rows: without primary key or replica identity, "
        "UPDATE and DELETE of a published table fail at the publisher. Dropping or narrowing a "
        "publication stops the stream; DDL itself is not replicated.",
    .instead =
        "1. Change what depends on it first: subscribers before the publication, another replica "
        "identity (USING INDEX, or FULL) before the key goes.\n2. After the rollback window drop "
        "the old publication or key.",
    .references = "https://www.postgresql.org/docs/15/logical-replication-publication.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
