#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/rule.h"
#include "sql/released.h"

namespace backout {
namespace {

bool is_cache(const Config& config, std::string_view key) {
  return std::any_of(config.caches.begin(), config.caches.end(), [&](std::string_view name) {
    return key == name || key.ends_with(std::string(".").append(name));
  });
}

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* truncate = std::get_if<sql::Truncate>(&step.operation.action);
  if (!truncate || truncate->cascade) return;  // truncate-cascade lists them all
  for (const sql::QualifiedName& name : truncate->tables) {
    const auto table = sql::released_table(context.catalog, name);
    if (!table || is_cache(context.config, table->key)) continue;
    report(step, {"table", table->key},
           fmt::format("all rows of `{}` are deleted{}: a rollback finds the table empty and "
                       "cannot bring them back; copy them to another table first",
                       table->key,
                       truncate->restart_identity ? " and its ids are handed out again" : ""));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_truncate{
    .id = "data-loss/truncate",
    .summary = "a released table is emptied by TRUNCATE",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "TRUNCATE removes every row at once. The previous release finds an empty table, and "
        "nothing in the database brings the rows back: only a restore from backup does, with the "
        "writes since then lost. It takes ACCESS EXCLUSIVE on each table, and a transaction with "
        "an older snapshot sees the table empty as well. RESTART IDENTITY hands out ids again that "
        "old references may still hold.",
    .instead =
        "1. Keep the rows: stop using them in code first.\n2. Copy what may be needed to another "
        "table in the same transaction (CREATE TABLE … AS).\n3. After the rollback window has "
        "passed, empty the table in a change of its own.\n4. Tables whose content is worthless "
        "(caches, outboxes) can be listed under `caches:` in `.backout.yaml`.",
    .references = "https://www.postgresql.org/docs/15/sql-truncate.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
