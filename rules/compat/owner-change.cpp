#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

template <class T>
void judge(const sql::Difference<T>& object, const NetContext& context, Report& report) {
  if (!object.before) return;
  const T* now =
      object.after && object.after->id == object.before->id ? object.after : object.moved;
  if (!now || now->owner == object.before->owner) return;
  ReportOptions options;
  options.cause = context.catalog.cause(now->id, sql::Aspect::owner);
  if constexpr (requires { object.before->known; }) options.certain = object.before->known;
  const std::string old = object.before->owner.empty() ? std::string("its old owner")
                                                       : "`" + object.before->owner + "`";
  report(object,
         fmt::format("{} `{}` belongs to `{}` now: {}; {}", object.object.kind, object.object.name,
                     now->owner,
                     object.object.kind == "function" || object.object.kind == "procedure"
                         ? "it runs with the rights of that role"
                         : old + " loses the rights of ownership",
                     "grant first what the previous release needs"),
         std::move(options));
}

void check(const NetContext& context, Report& report) {
  const sql::Differences& differences = context.differences;
  for (const auto& schema : differences.schemas) judge(schema, context, report);
  for (const auto& table : differences.tables) judge(table, context, report);
  for (const auto& view : differences.views) judge(view, context, report);
  for (const auto& sequence : differences.sequences)
    if (sequence.before && sequence.before->owner_table == 0)  // else its table says it
      judge(sequence, context, report);
  for (const auto& function :
       differences.functions)  // of others the owner does not matter to callers
    if (function.before && function.before->definition.security_definer)
      judge(function, context, report);
  for (const ParsedMigration& migration : context.change.migrations) {
    if (!runs(migration)) continue;
    for_each_operation(migration.up, [&](const ParsedSection& section,
                                         const sql::Statement& statement,
                                         const sql::Operation& operation) {
      const auto* alter = std::get_if<sql::AlterOther>(&operation.action);
      if (!alter || !alter->what.starts_with("reassign owned to ")) return;
      report(
          StepSubject{operation, statement, {section.source, operation.span}},
          {"role", alter->name.name},
          fmt::format("everything that role `{}` owns belongs to `{}` now: `{}` loses the rights "
                      "of ownership; grant first what the previous release needs",
                      alter->name.name, alter->what.substr(18), alter->name.name));
    });
  }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_owner_change{
    .id = "compat/owner-change",
    .summary = "a released object changes its owner",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "The old owner loses the implicit rights of ownership (all privileges, DDL, bypassing row "
        "level security); SECURITY DEFINER functions run as another role. The previous release, or "
        "its migration step after a rollback, may be denied.",
    .instead =
        "1. Grant the old owner what it needs, or make it a member of the new one.\n2. Then change "
        "the owner.",
    .references = "https://www.postgresql.org/docs/15/ddl-priv.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
