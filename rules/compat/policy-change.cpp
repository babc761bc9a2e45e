#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

bool same_policy(const sql::CreatePolicy& a, const sql::CreatePolicy& b) {
  return a.command == b.command && a.permissive == b.permissive && a.roles == b.roles &&
         sql::same(a.using_, b.using_) && sql::same(a.check, b.check);
}

void check(const sql::PolicyDifference& policy, const NetContext&, Report& report) {
  if (!policy.table_before->row_security || !policy.table_after->row_security)
    return;  // not in force, or enable-rls
  const std::string table = to_string(policy.table_before->name);
  if (!policy.before) {
    if (!policy.after->definition.permissive)
      report(policy,
             fmt::format("restrictive policy `{}` on `{}` is new: rows that it does not admit "
                         "disappear for the previous release; add it after the rollback window",
                         policy.after->definition.name, table));
  } else if (!policy.after && !policy.moved) {
    report(policy,
           fmt::format("policy `{}` on `{}` is dropped: {}; drop it after the rollback window",
                       policy.before->definition.name, table,
                       policy.before->definition.permissive
                           ? "rows that only it admits disappear for the previous release"
                           : "rows that it kept from the previous release appear"));
  } else if (policy.after && !same_policy(policy.before->definition, policy.after->definition)) {
    report(policy, fmt::format("policy `{}` on `{}` admits other rows than before; add a new "
                               "policy beside it and drop this one after the rollback window",
                               policy.before->definition.name, table));
  }
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
