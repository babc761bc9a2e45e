#include <fmt/format.h>

#include <string>

#include "core/rule.h"

namespace backout {
namespace {

bool is_released(const NetContext& context, const sql::AlterSetting& alter) {
  if (alter.kind != sql::ObjectKind::role) return true;
  for (const sql::OtherDifference& other : context.differences.others)
    if (!other.before && other.after && other.after->kind == sql::ObjectKind::role &&
        other.after->name == alter.object)
      return false;
  return true;
}

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* alter = std::get_if<sql::AlterSetting>(&step.operation.action);
  if (!alter || !is_released(context, *alter)) return;
  const bool server =
      alter->kind != sql::ObjectKind::role && alter->kind != sql::ObjectKind::database;
  const std::string whose =
      server ? "the server" : fmt::format("{} `{}`", to_string(alter->kind), alter->object);
  report(step, {"setting", server ? alter->setting : alter->object + "." + alter->setting},
         fmt::format("`{}` of {} changes: it holds for the previous release as well and a rollback "
                     "keeps it; set it in the new code's connection instead",
                     alter->setting, whose));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_alter_role_or_database_setting{
    .id = "compat/alter-role-or-database-setting",
    .summary = "a setting of a role, the database or the server changes under the previous release",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "search_path, TimeZone, DateStyle, default_transaction_*, statement_timeout, row_security, "
        "standard_conforming_strings and their kin change what the same statement does, at the "
        "next connection. They belong to no release: a rollback keeps them. NOLOGIN, a new "
        "password or a connection limit lock the previous release out.",
    .instead =
        "1. Set what the new code needs in its own connection (SET, or the driver's options).\n2. "
        "Change the role or the database after the rollback window.",
    .references = "https://www.postgresql.org/docs/15/sql-alterrole.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
