#include <fmt/format.h>

#include <string_view>

#include "core/chain.h"
#include "core/rule.h"
#include "sql/framework.h"

namespace backout {
namespace {

using argo::MigrationOrder;

// `:latest`, or no tag at all: the old release, too, runs the newest files.
bool only_goes_forward(const yaml::Node& container) {
  const yaml::Node* const image = container.find("image");
  if (!image) return false;
  const std::string_view name = image->text.substr(image->text.rfind('/') + 1);
  return name.ends_with(":latest") || name.find_first_of(":@{$") == std::string_view::npos;
}

void check(const ManifestContext& context, Report& report) {
  for (const ChainLink& link : chain(context)) {
    const argo::MigrationStep& step = link.step;
    if (!refuses_newer(link.change->history->framework, link.step) || link.first->repeatable ||
        step.order == MigrationOrder::canary_first || only_goes_forward(*step.migrator.container))
      continue;
    const char* const effect = step.order == MigrationOrder::at_start
                                   ? "no pod of the old release starts"
                                   : "the sync of the old release fails";
    report.at(
        begin_of(*link.first), {"migration", link.first->name},
        fmt::format(
            "a revert cannot be deployed once migration `{}` has run: {} of {} then has "
            "the old files, {} refuses a database that is ahead of them, and {}",
            link.first->version,
            step.order == MigrationOrder::at_start ? "the init container" : "the migration step",
            title(step), to_string(link.change->history->framework), effect),
        {.notes = {{step.object->at(*step.migrator.container), "the migration step"}}});
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_rollback_blocked_by_migration_tool{
    .id = "release/rollback-blocked-by-migration-tool",
    .summary = "the old release refuses to start on a database that is ahead of it",
    .letters = "a",
    // Every migration of such a team has it: blocking each would get the gate switched off.
    .severity = Severity::warning,
    .why =
        "A revert in git runs the migration step of the old release: a hook, a Job, an init "
        "container. golang-migrate, sqlx, refinery and tern stop with an error when the history "
        "table names a version that they have no file for, so the step fails and the old code "
        "never starts: the way back is shut by the step that had nothing to do. An Argo CD "
        "rollback skips hooks, but not Jobs of the sync and not init containers.",
    .instead =
        "1. sqlx: run with `--ignore-missing`; refinery: `set_abort_missing(false)`.\n"
        "2. Otherwise give the migration step an image that only ever goes forward, so that a "
        "revert of the application leaves it alone.\n"
        "3. Or roll back by Argo CD, where the migration is a hook, and revert in git after the "
        "schema is back.",
    .references = "https://github.com/golang-migrate/migrate",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
