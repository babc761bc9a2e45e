#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/rule.h"
#include "sql/plpgsql.h"
#include "sql/trigger_body.h"

namespace backout {
namespace {

// Only fills columns that the change adds: a helper of the expand step.
bool is_expand_helper(const sql::TriggerDifference& trigger, const NetContext& context) {
  const sql::CreateTrigger& definition = trigger.after->definition;
  const sql::Function* function =
      context.catalog.functions.find(sql::signature(definition.function, {}));
  if (!function || definition.timing != 'b' || !definition.row || !trigger.table_before)
    return false;
  const sql::BodyUse use = sql::body_use(function->definition);
  return use.only_assigns_new && std::none_of(use.new_columns.begin(), use.new_columns.end(),
                                              [&](const std::string& column) {
                                                return trigger.table_before->column(column);
                                              });
}

bool same_effect(const sql::Trigger& a, const sql::Trigger& b) {
  const sql::CreateTrigger &x = a.definition, &y = b.definition;
  return x.function == y.function && x.timing == y.timing && x.events == y.events &&
         x.update_of == y.update_of && x.row == y.row && x.arguments == y.arguments &&
         sql::same(x.when, y.when) && a.state == b.state;
}

std::string_view state_word(char state) {
  return state == 'D'   ? "disabled"
         : state == 'O' ? "enabled"
         : state == 'A' ? "enabled always"
                        : "enabled on replicas only";
}

void judge(const sql::TriggerDifference& trigger, const std::string& table,
           const NetContext& context, Report& report) {
  const sql::Trigger* now = trigger.moved         ? trigger.moved
                            : trigger.after       ? trigger.after
                            : trigger.replacement ? trigger.replacement
                                                  : nullptr;
  const std::string_view name = (trigger.before ? trigger.before : trigger.after)->name;
  if (!trigger.before) {
    if (sql::may_refuse(context.catalog, trigger.after->definition))
      return;  // trigger-refuses-writes
    ReportOptions options;
    const bool helper = is_expand_helper(trigger, context);
    if (helper) options.at_most = Severity::note;
    report(trigger,
           helper ? fmt::format("trigger `{}` on `{}` fills columns of this change: an expand "
                                "helper; drop it when no release in the rollback window needs it",
                                name, table)
                  : fmt::format("trigger `{}` on `{}` is new: writes of the previous release set "
                                "it off as well; make sure that they still succeed",
                                name, table),
           std::move(options));
  } else if (!now) {
    report(trigger,
           fmt::format("trigger `{}` on `{}` is dropped: what it did for writes of the previous "
                       "release no longer happens; drop it after the rollback window",
                       name, table));
  } else if (trigger.before->state != now->state) {
    report(trigger,
           fmt::format("trigger `{}` on `{}` is {} now (was {}): writes of the previous release do "
                       "something else; leave it as it was until the rollback window has passed",
                       name, table, state_word(now->state), state_word(trigger.before->state)));
  } else if (!same_effect(*trigger.before, *now)) {
    ReportOptions options;  // where it is made anew, not where the old one goes
    if (now->id != trigger.before->id)
      options.cause = context.catalog.cause(now->id, sql::Aspect::existence);
    report(trigger,
           fmt::format("trigger `{}` on `{}` fires otherwise than before: writes of the previous "
                       "release do something else; change it after the rollback window",
                       name, table),
           std::move(options));
  }
}

// INSTEAD OF triggers make a view writable.
void judge_view(const sql::ViewDifference& view, const NetContext& context, Report& report) {
  if (!view.before || !view.after || view.before->triggers == view.after->triggers) return;
  const auto named = [](const auto& triggers, std::string_view name) -> const sql::Trigger* {
    for (const auto& trigger : triggers)
      if (trigger->name == name) return trigger.get();
    return nullptr;
  };
  const auto found = [&](const sql::Trigger* before, const sql::Trigger* after) {
    sql::TriggerDifference difference;
    difference.before = before;
    difference.after = after;
    const sql::Trigger& shown = before ? *before : *after;
    difference.object = {"trigger", view.object.name + "." + shown.name};
    difference.cause = context.catalog.cause(
        shown.id, after && before ? sql::Aspect::definition : sql::Aspect::existence);
    judge(difference, view.object.name, context, report);
  };
  for (const auto& trigger : view.before->triggers)
    found(trigger.get(), named(view.after->triggers, trigger->name));
  for (const auto& trigger : view.after->triggers)
    if (!named(view.before->triggers, trigger->name)) found(nullptr, trigger.get());
}

void check(const NetContext& context, Report& report) {
  for (const auto& trigger : context.differences.triggers)
    judge(trigger, to_string(trigger.table_before->name), context, report);
  for (const auto& view : context.differences.views) judge_view(view, context, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_trigger_changed{
    .id = "compat/trigger-changed",
    .summary = "writes of the previous release set off something else",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "Triggers run inside the statements of whoever writes. A new one makes the previous "
        "release's INSERT and UPDATE do more, or fail; one that is dropped or disabled leaves "
        "undone what that release relied on. Neither shows in its code.",
    .instead =
        "1. Release code first that copes with and without the trigger.\n2. Add, change or drop "
        "the trigger when no release in the rollback window depends on how it was.\n3. Triggers "
        "that only fill columns new in the same change (expand helpers) may come at once.",
    .references = "https://www.postgresql.org/docs/15/sql-createtrigger.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
