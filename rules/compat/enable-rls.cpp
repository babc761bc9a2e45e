#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/rule.h"

namespace backout {
namespace {

// Commands that no permissive policy admits for the application's roles.
std::vector<std::string> uncovered(const sql::Table& table, const Config& config) {
  std::vector<std::string> out;
  for (const std::string_view command : {"select", "insert", "update", "delete"}) {
    const bool covered =
        std::any_of(table.policies.begin(), table.policies.end(), [&](const auto& policy) {
          const sql::CreatePolicy& p = policy->definition;
          const auto admits = [&](std::string_view role) {
            return p.roles.empty() ||
                   std::find(p.roles.begin(), p.roles.end(), role) != p.roles.end();
          };
          if (!p.permissive || (p.command != "all" && p.command != command)) return false;
          return admits("public") || config.app_roles.empty() ||
                 std::all_of(config.app_roles.begin(), config.app_roles.end(), admits);
        });
    if (!covered) out.emplace_back(command);
  }
  return out;
}

void check(const sql::TableDifference& table, const NetContext& context, Report& report) {
  const sql::Table* now = table.after && table.before && table.after->id == table.before->id
                              ? table.after
                              : table.moved;
  if (!table.before || !now) return;
  const bool enabled = !table.before->row_security && now->row_security;
  const bool forced =
      now->row_security && !table.before->force_row_security && now->force_row_security;
  const bool disabled = table.before->row_security && !now->row_security;
  if (!enabled && !forced && !disabled) return;
  ReportOptions options;
  options.cause = context.catalog.cause(now->id, sql::Aspect::row_security);
  if (disabled) {
    options.at_most = Severity::warning;
    report(table,
           fmt::format("row level security of `{}` is switched off: the previous release relies on "
                       "it to keep rows apart; release code that does that itself first",
                       table.object.name),
           std::move(options));
    return;
  }
  const std::vector<std::string> commands = uncovered(*now, context.config);
  const std::string_view whom = enabled ? "roles other than the owner" : "the owner as well";
  if (commands.empty()) {
    options.at_most = Severity::warning;
    report(
        table,
        fmt::format("row level security of `{}` is on for {}: rows that its policies do not admit "
                    "disappear for the previous release; make sure that it sets what they read",
                    table.object.name, whom),
        std::move(options));
  } else {
    report(table,
           fmt::format("row level security of `{}` is on for {} and no policy admits {}: the "
                       "previous release finds no rows; create permissive policies first",
                       table.object.name, whom, fmt::join(commands, ", ")),
           std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_enable_rls{
    .id = "compat/enable-rls",
    .summary = "row level security hides rows from the previous release",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "With row level security and no policy that admits them, everybody but the owner sees no "
        "rows and cannot write any, without an error on SELECT: the previous release finds empty "
        "tables. Policies often read a session variable that only the new release sets. FORCE "
        "extends this to the owner.",
    .instead =
        "1. Create permissive policies for every command and role, and release code that sets what "
        "they read.\n2. After the rollback window ENABLE ROW LEVEL SECURITY.\n3. Tighten the "
        "policies one release later.",
    .references = "https://www.postgresql.org/docs/15/ddl-rowsecurity.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
