#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/rule.h"

namespace backout {
namespace {

bool is_true(const sql::ExprPtr& expr) {
  return expr && expr->kind == sql::Expr::Kind::constant && expr->text == "true" && !expr->string;
}

enum class Admits : std::uint8_t { nothing, some, everything };

// What a policy lets through of a command. Without an expression it lets nothing through; INSERT is
// held to WITH CHECK, which USING stands in for.
Admits admitted(const sql::CreatePolicy& policy, std::string_view command) {
  if (policy.command != "all" && policy.command != command) return Admits::nothing;
  const sql::ExprPtr& expr = command != "insert" ? policy.using_
                             : policy.check      ? policy.check
                                                 : policy.using_;
  if (!expr) return Admits::nothing;
  const bool check_too = command == "update" && policy.check && !is_true(policy.check);
  return is_true(expr) && !check_too ? Admits::everything : Admits::some;
}

struct Coverage {
  std::vector<std::string> closed;  // commands that no permissive policy admits for the application
  bool open = true;                 // every command is let through for every row
};

Coverage coverage(const sql::Table& table, const Config& config) {
  const auto has = [](const sql::CreatePolicy& policy, std::string_view role) {
    return policy.roles.empty() ||
           std::find(policy.roles.begin(), policy.roles.end(), role) != policy.roles.end();
  };
  Coverage out;
  for (const std::string_view command : {"select", "insert", "update", "delete"}) {
    Admits best = Admits::nothing;
    for (const auto& held : table.policies) {
      const sql::CreatePolicy& policy = held->definition;
      if (!policy.permissive) {
        out.open = false;
        continue;
      }
      // Which role the application has is known from the configuration alone.
      const bool everybody = has(policy, "public");
      const bool ours = everybody || config.app_roles.empty() ||
                        std::all_of(config.app_roles.begin(), config.app_roles.end(),
                                    [&](const std::string& role) { return has(policy, role); });
      if (!ours) continue;
      const Admits here = admitted(policy, command);
      best = std::max(best,
                      !everybody && config.app_roles.empty() ? std::min(here, Admits::some) : here);
    }
    if (best == Admits::nothing) out.closed.emplace_back(command);
    out.open = out.open && best == Admits::everything;
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
    report(
        table,
        fmt::format("row level security of `{}` is switched off: the previous release relies on "
                    "it to keep rows apart and now shows all of them; release code that does that "
                    "itself first",
                    table.object.name),
        std::move(options));
    return;
  }
  const Coverage policies = coverage(*now, context.config);
  if (policies.open) return;
  const std::string_view whom = !enabled                  ? "the owner as well"
                                : now->force_row_security ? "everybody including the owner"
                                                          : "everybody but the owner";
  if (policies.closed.empty()) {
    options.at_most = Severity::warning;
    report(table,
           fmt::format("row level security of `{}` is on for {}: rows that its policies do not "
                       "admit disappear for the previous release; make sure that it sets what they "
                       "read",
                       table.object.name, whom),
           std::move(options));
    return;
  }
  report(table,
         fmt::format("row level security of `{}` is on for {} and no policy admits {}: for the "
                     "previous release {}; create permissive policies first",
                     table.object.name, whom, fmt::join(policies.closed, ", "),
                     policies.closed.front() == "select" ? "the table is empty"
                                                         : "these find no row or are refused"),
         std::move(options));
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
        "they read (before DISABLE: code that keeps rows apart itself).\n2. After the rollback "
        "window "
        "ENABLE or DISABLE ROW LEVEL SECURITY.\n3. Tighten the "
        "policies one release later.",
    .references = "https://www.postgresql.org/docs/15/ddl-rowsecurity.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
