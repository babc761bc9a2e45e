#include <fmt/format.h>

#include "core/rule.h"
#include "sql/trigger_body.h"

namespace backout {
namespace {

void check(const sql::TriggerDifference& trigger, const NetContext& context, Report& report) {
  if (trigger.before || !trigger.after || !trigger.table_before || trigger.after->state == 'D' ||
      !sql::may_refuse(context.catalog, trigger.after->definition))
    return;
  const sql::CreateTrigger& definition = trigger.after->definition;
  report(trigger, fmt::format("trigger `{}` on `{}` is new and `{}` raises errors: writes of the "
                              "previous release that it refuses fail; first release code that "
                              "keeps to it",
                              definition.name, to_string(trigger.table_before->name),
                              to_string(definition.function)));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_trigger_refuses_writes{
    .id = "compat/trigger-refuses-writes",
    .summary = "a new trigger may refuse what the previous release writes",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "A trigger that raises an error is a CHECK in other words, and often a stricter one: it "
        "sees other rows and tables. The previous release was written before it and sends rows "
        "that it refuses; unlike a constraint it does not even look at the rows that are there.",
    .instead =
        "1. Release code that never sends what the trigger will refuse, and let it leave the "
        "rollback window behind.\n2. Until then let the trigger RAISE WARNING, and read the log.\n"
        "3. Then let it raise the error.",
    .references = "https://www.postgresql.org/docs/15/plpgsql-trigger.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
