#include <fmt/format.h>

#include <algorithm>
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

// Settings of logs, statistics, memory and maintenance: no statement means anything else for them.
bool only_operations(std::string_view setting) {
  for (const std::string_view prefix :
       {"log_", "auto_explain.", "pg_stat_statements.", "autovacuum", "vacuum_", "track_", "wal_",
        "checkpoint_", "bgwriter_", "effective_", "max_parallel_", "max_wal_", "min_wal_"})
    if (setting.starts_with(prefix)) return true;
  for (const std::string_view name :
       {"work_mem", "maintenance_work_mem", "shared_buffers", "temp_buffers", "application_name",
        "client_min_messages", "jit", "random_page_cost", "seq_page_cost"})
    if (setting == name) return true;
  return false;
}

// What an attribute of a role or database takes from the previous release; empty: nothing.
std::string lost(const sql::AlterSetting& alter, std::string_view whose) {
  const std::string& name = alter.setting;
  const bool off = alter.value == "false";
  if (name == "login" || name == "allow_connections")
    return off ? fmt::format(
                     "{} takes no more logins: the previous release cannot connect any "
                     "more; do so when no release in the rollback window uses it",
                     whose)
               : std::string();
  if (name == "password")
    return fmt::format(
        "{} gets another password: the previous release is refused at its next "
        "connection; make a second role with the new one instead",
        whose);
  if (name == "valid until")
    return alter.value == "infinity"
               ? std::string()
               : fmt::format(
                     "the password of {} ends on {}: from then on the previous release is "
                     "refused; make sure that it has another one by then",
                     whose, alter.value);
  if (name == "connection limit" || name == "connection_limit")
    return alter.value == "-1"
               ? std::string()
               : fmt::format(
                     "{} is held to {} connections: the previous release may be refused; "
                     "leave room for both releases at once",
                     whose, alter.value);
  return off ? fmt::format(
                   "{} loses `{}`: statements of the previous release that need it fail; "
                   "take it away after the rollback window",
                   whose, name)
             : std::string();
}

bool is_attribute(const sql::AlterSetting& alter) {
  constexpr std::string_view attributes[] = {
      "login",      "allow_connections", "password",    "valid until", "connection limit",
      "createdb",   "connection_limit",  "superuser",   "inherit",     "bypassrls",
      "createrole", "is_template",       "replication", "tablespace"};
  return std::find(std::begin(attributes), std::end(attributes), alter.setting) !=
         std::end(attributes);
}

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* alter = std::get_if<sql::AlterSetting>(&step.operation.action);
  if (!alter || !is_released(context, *alter)) return;
  const bool role = alter->kind == sql::ObjectKind::role;
  const bool server = !role && alter->kind != sql::ObjectKind::database;
  const std::string whose = server ? "the server"
                            : role && alter->object == "all"
                                ? "all roles"
                                : fmt::format("{} `{}`", to_string(alter->kind), alter->object);
  const ObjectRef object{"setting", server ? alter->setting : alter->object + "." + alter->setting};
  if (!server && is_attribute(*alter)) {
    if (std::string message = lost(*alter, whose); !message.empty())
      report(step, object, std::move(message));
    return;
  }
  if (only_operations(alter->setting)) return;
  report(step, object,
         fmt::format("{} of {} changes: it holds for the previous release as well and a rollback "
                     "keeps it; set it in the new code's connection instead",
                     alter->setting == "all" ? std::string("every setting")
                                             : fmt::format("`{}`", alter->setting),
                     whose));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_alter_role_or_database_setting{
    .id = "compat/alter-role-or-database-setting",
    .summary = "a setting of a role, database or server changes under the previous release",
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
