#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* alter = std::get_if<sql::AlterExtension>(&step.operation.action);
  if (!alter || !alter->what.starts_with("update")) return;
  if (!context.catalog.extensions.find_before(alter->name) &&
      context.catalog.extensions.was_touched(alter->name))
    return;  // made by this change
  report(
      step, {"extension", alter->name},
      fmt::format("extension `{}` is updated: functions that the previous release calls may change "
                  "or go, and there is no script back; update it in a change of its own",
                  alter->name));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_extension_update{
    .id = "compat/extension-update",
    .summary = "an extension is updated under the previous release",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "ALTER EXTENSION … UPDATE runs the extension's own scripts: functions may change or go, "
        "and there is in general no script back.",
    .instead =
        "1. Read the extension's notes for every version in between.\n2. Update it in a change of "
        "its own, with nothing else to roll back.",
    .references = "https://www.postgresql.org/docs/15/sql-alterextension.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
