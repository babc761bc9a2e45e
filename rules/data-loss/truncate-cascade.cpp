#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/rule.h"
#include "sql/released.h"

namespace backout {
namespace {

// Tables that refer to `key`, directly or through others, in order of discovery; the search stops
// at what it has seen.
std::vector<std::string> reached(const sql::Catalog& catalog, const sql::Table& start) {
  std::vector<sql::Id> ids{start.id};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < ids.size(); ++i)
    for (const auto& [key, table] : catalog.tables.all())
      for (const auto& constraint : table->constraints) {
        if (constraint->kind != sql::ConstraintKind::foreign_key ||
            constraint->referenced_id != ids[i])
          continue;
        if (std::find(ids.begin(), ids.end(), table->id) != ids.end()) continue;
        ids.push_back(table->id);
        names.push_back(key);
      }
  std::sort(names.begin(), names.end());
  return names;
}

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* truncate = std::get_if<sql::Truncate>(&step.operation.action);
  if (!truncate || !truncate->cascade) return;
  for (const sql::QualifiedName& name : truncate->tables) {
    const auto table = sql::released_table(context.catalog, name);
    if (!table) continue;
    const std::vector<std::string> others =
        table->after ? reached(context.catalog, *table->after) : std::vector<std::string>();
    const std::string also = others.empty()
                                 ? "whatever refers to it"
                                 : fmt::format("{} that refer to it: `{}`",
                                               others.size() == 1 ? "the table" : "the tables",
                                               fmt::join(others, "`, `"));
    report(step, {"table", table->key},
           fmt::format("all rows of `{}` are deleted, and with CASCADE those of {}; name the "
                       "tables one by one, without CASCADE",
                       table->key, also));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_truncate_cascade{
    .id = "data-loss/truncate-cascade",
    .summary = "TRUNCATE … CASCADE also empties every table that refers to it",
    .letters = "c",
    .severity = Severity::error,
    .why =
        "CASCADE follows foreign keys against their direction: every table that references the "
        "named one is emptied too, and those that reference them, whether the migration's author "
        "knew of them or not. Nothing in the database brings the rows back.",
    .instead =
        "1. Name each table that really is to be emptied, without CASCADE: PostgreSQL then refuses "
        "when another table still refers to it.\n2. Copy what may be needed first; see `backout "
        "explain data-loss/truncate`.",
    .references = "https://www.postgresql.org/docs/15/sql-truncate.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
