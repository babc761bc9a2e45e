#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"

namespace backout {
namespace {

bool has_key(const sql::Table& table) {
  if (table.replica_identity == 'f') return true;
  if (table.replica_identity == 'n') return false;
  if (table.replica_identity == 'i') return true;
  return std::any_of(table.constraints.begin(), table.constraints.end(),
                     [](const auto& c) { return c->kind == sql::ConstraintKind::primary_key; });
}

bool publishes(const sql::Catalog& catalog) {
  return std::any_of(
      catalog.others.all().begin(), catalog.others.all().end(),
      [](const auto& entry) { return entry.second->kind == sql::ObjectKind::publication; });
}

void check(const NetContext& context, Report& report) {
  for (const sql::OtherDifference& other : context.differences.others)
    if (other.before && !other.after && other.before->kind == sql::ObjectKind::publication)
      report(other, fmt::format("publication `{}` is dropped: its subscribers get nothing more; "
                                "change the subscribers first",
                                other.before->name));
  for (const sql::TableDifference& table : context.differences.tables) {
    const sql::Table* now =
        table.after && table.before && table.after->id == table.before->id ? table.after : nullptr;
    if (!now || !has_key(*table.before) || has_key(*now) || !publishes(context.catalog)) continue;
    report(table, fmt::format("table `{}` has no replica identity any more: UPDATE and DELETE fail "
                              "if it is published; set one before the key goes",
                              table.object.name));
  }
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
        "1. Give the table another replica identity (USING INDEX, or FULL) before the key "
        "goes.\n2. Change subscribers first, then the publication.",
    .references = "https://www.postgresql.org/docs/15/logical-replication-publication.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
