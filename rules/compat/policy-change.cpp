#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "core/rule.h"
#include "sql/implies.h"
#include "sql/released.h"

namespace backout {
namespace {

// A condition that is not there: USING admits every row, WITH CHECK is the same as USING.
bool follows(const sql::ExprPtr& from, const sql::ExprPtr& to) {
  if (!to) return true;
  return from && (sql::same(from, to) || sql::implies(*from, *to));
}
const sql::ExprPtr& write_condition(const sql::CreatePolicy& policy) {
  return policy.check ? policy.check : policy.using_;
}

bool covers_roles(const sql::CreatePolicy& wide, const sql::CreatePolicy& narrow) {
  const auto has = [&](std::string_view role) {
    return std::find(wide.roles.begin(), wide.roles.end(), role) != wide.roles.end();
  };
  return wide.roles.empty() || has("public") ||
         (!narrow.roles.empty() && std::all_of(narrow.roles.begin(), narrow.roles.end(), has));
}

// Whatever `narrow` applies to and lets through, `wide` does as well.
bool covers(const sql::CreatePolicy& wide, const sql::CreatePolicy& narrow) {
  return wide.permissive == narrow.permissive &&
         (wide.command == narrow.command || wide.command == "all") && covers_roles(wide, narrow) &&
         (narrow.command == "insert" || follows(narrow.using_, wide.using_)) &&
         (narrow.command == "select" || narrow.command == "delete" ||
          follows(write_condition(narrow), write_condition(wide)));
}
bool same_policy(const sql::CreatePolicy& a, const sql::CreatePolicy& b) {
  return a.command == b.command && a.permissive == b.permissive && a.roles == b.roles &&
         sql::same(a.using_, b.using_) && sql::same(a.check, b.check);
}

// Another policy does the work of the one that goes: permissive ones admit its rows (and what it
// admitted was their business all along), restrictive ones keep back the same.
bool another_one_stands_in(const sql::Table& table, const sql::CreatePolicy& gone) {
  return std::any_of(table.policies.begin(), table.policies.end(), [&](const auto& policy) {
    return gone.permissive ? covers(policy->definition, gone)
                           : same_policy(policy->definition, gone);
  });
}

void judge(const sql::PolicyDifference& policy, const NetContext& context, Report& report) {
  if (!policy.table_before->row_security || !policy.table_after->row_security)
    return;  // not in force, or enable-rls
  const std::string table = to_string(policy.table_before->name);
  const sql::Policy* now = policy.moved ? policy.moved : policy.after;
  if (!policy.before) {
    if (!now->definition.permissive)
      report(policy,
             fmt::format("restrictive policy `{}` on `{}` is new: rows that it does not admit "
                         "disappear for the previous release; add it after the rollback window",
                         now->definition.name, table));
    return;
  }
  const sql::CreatePolicy& before = policy.before->definition;
  if (!now) {
    if (another_one_stands_in(*policy.table_after, before)) return;
    report(policy,
           fmt::format("policy `{}` on `{}` is dropped: {}; drop it after the rollback window",
                       before.name, table,
                       before.permissive
                           ? "rows that only it admits disappear for the previous release"
                           : "rows that it kept from the previous release appear"));
  } else if (!same_policy(before, now->definition)) {
    ReportOptions options;
    if (const sql::Cause* cause = context.catalog.cause(now->id, sql::Aspect::definition))
      options.cause = cause;
    report(policy,
           fmt::format("policy `{}` on `{}` admits {} than before; add a new policy beside it and "
                       "drop this one after the rollback window",
                       before.name, table,
                       !before.permissive                ? "other rows"
                       : covers(now->definition, before) ? "more rows for the previous release"
                                                         : "other rows for the previous release"),
           std::move(options));
  }
}

// Names that the change itself gives to policies.
std::set<std::string, std::less<>> made_by(const MigrationChange& change) {
  std::set<std::string, std::less<>> names;
  for (const ParsedMigration& migration : change.migrations)
    if (runs(migration))
      for_each_operation(migration.up, [&](const ParsedSection&, const sql::Statement&,
                                           const sql::Operation& operation) {
        if (const auto* create = std::get_if<sql::CreatePolicy>(&operation.action))
          names.insert(create->name);
        if (const auto* rename = std::get_if<sql::Rename>(&operation.action);
            rename && rename->kind == sql::ObjectKind::policy)
          names.insert(rename->new_name);
      });
  return names;
}

// DROP POLICY of one that no statement of the history made: it was there, or the drop would fail.
void judge_drop(const StepSubject& step, const std::set<std::string, std::less<>>& made,
                const NetContext& context, Report& report) {
  const auto* drop = std::get_if<sql::Drop>(&step.operation.action);
  if (!drop || drop->kind != sql::ObjectKind::policy || drop->if_exists) return;
  const sql::Catalog& catalog = context.catalog;
  const auto [table, now] = sql::released(catalog.tables, catalog.resolve_relation(drop->name));
  const auto has = [&](const sql::Table& in) {
    return std::any_of(in.policies.begin(), in.policies.end(),
                       [&](const auto& policy) { return policy->definition.name == drop->part; });
  };
  if (!table || has(*table) || (now && has(*now)) || made.count(drop->part) != 0) return;
  ReportOptions options;
  options.certain = false;
  report(step, {"policy", to_string(table->name) + "." + drop->part},
         fmt::format("policy `{}` on `{}` is dropped: rows that only it admits disappear for the "
                     "previous release; drop it after the rollback window",
                     drop->part, to_string(table->name)),
         std::move(options));
}

void check(const NetContext& context, Report& report) {
  for (const sql::PolicyDifference& policy : context.differences.policies)
    judge(policy, context, report);
  const auto made = made_by(context.change);
  for (const ParsedMigration& migration : context.change.migrations)
    if (runs(migration))
      for_each_operation(migration.up, [&](const ParsedSection& section,
                                           const sql::Statement& statement,
                                           const sql::Operation& operation) {
        judge_drop({operation, statement, {section.source, operation.span}}, made, context, report);
      });
}

}  // namespace

namespace rules {
extern constinit const Rule compat_policy_change{
    .id = "compat/policy-change",
    .summary = "a policy admits other rows than the previous release expects",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "Policies decide which rows a role sees and may write. When a permissive policy goes, "
        "changes its condition or roles, or a RESTRICTIVE one is added, rows disappear for the "
        "previous release without an error, or appear that it must not show.",
    .instead =
        "1. Add the new policy beside the old one (permissive policies are ORed).\n2. Release code "
        "that works under the new one.\n3. After the rollback window drop the old one.",
    .references = "https://www.postgresql.org/docs/15/sql-createpolicy.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
