#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

// What the tool does with a version below the newest one that ran.
struct Behaviour {
  std::string_view effect;
  bool allowed;  // it applies the file, late
};

Behaviour behaviour(sql::Framework framework) {
  switch (framework) {
    case sql::Framework::golang_migrate:
      return {"golang-migrate never runs a version below the one it recorded", false};
    case sql::Framework::flyway:
      return {"Flyway refuses it unless `outOfOrder` is set", false};
    case sql::Framework::goose:
      return {"goose refuses it unless `-allow-missing` is given", false};
    case sql::Framework::atlas:
      return {"Atlas refuses it with the default `exec-order` linear", false};
    case sql::Framework::supabase:
      return {"the Supabase CLI refuses it unless `--include-all` is given", false};
    case sql::Framework::tern:
      return {"tern runs 1, 2, 3 … only and fails", false};
    case sql::Framework::refinery:
      return {"refinery refuses it (V files must be newer than what ran)", false};
    case sql::Framework::node_pg_migrate:
      return {"node-pg-migrate refuses it while its order check is on", false};
    case sql::Framework::graphile:
      return {"graphile-migrate refuses a broken chain of hashes", false};
    case sql::Framework::sqitch:
      return {
          "sqitch deploys by the plan's order and refuses a plan that changed before its last "
          "deployed change",
          false};
    case sql::Framework::drizzle:
      return {"Drizzle skips entries older than the last one it ran", false};
    default:
      return {
          "the tool applies it after newer ones, so databases differ in the order they were built",
          true};
  }
}

void check(const MigrationChange& change, const Config&, Report& report) {
  for (const ParsedMigration& migration : change.migrations) {
    if (migration.state != FileState::added || !migration.before_newest_released ||
        migration.up.empty())
      continue;
    const Behaviour tool = behaviour(change.history->framework);
    ReportOptions options;
    if (tool.allowed) options.at_most = Severity::warning;
    const ParsedSection& section = migration.up.front();
    report.at({section.source, {section.span.begin, section.span.begin}},
              {"migration", migration.name},
              fmt::format("new migration `{}` sorts before `{}`, which is released already: {}; "
                          "give it a newer version",
                          migration.version, change.newest_released, tool.effect),
              std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_out_of_order_version{
    .id = "release/out-of-order-version",
    .summary = "a new migration sorts before one that is already released",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Branches that lived long, or a rebase that kept an old timestamp, produce a version below "
        "the newest released one. Most tools skip it "
        "silently or refuse to start, so the new code meets a schema without the change; tools "
        "that apply it late build old and new databases "
        "in different orders.",
    .instead =
        "1. Rename the file so that its version is above the newest one on the target branch.\n"
        "2. Repeat that after each rebase, right before the merge.",
    .references = "https://pressly.github.io/goose/blog/2021/out-of-order-migrations/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
