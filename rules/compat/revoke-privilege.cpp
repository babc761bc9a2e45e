#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

// Privileges of `grants` that the statement takes from `role`.
bool holds(const sql::Grants& grants, const std::string& role,
           const std::vector<std::string>& privileges) {
  const auto it = grants.find(role);
  if (it == grants.end() || it->second.empty()) return false;
  return std::any_of(privileges.begin(), privileges.end(), [&](const std::string& privilege) {
    return privilege == "all" || it->second.count(privilege) != 0 || it->second.count("all") != 0;
  });
}

// Rights on the object in the released schema; null: not released, or a kind without known rights.
const sql::Grants* released_grants(const sql::Catalog& catalog, const sql::Grant& grant,
                                   std::string& key) {
  if (grant.kind == sql::ObjectKind::schema) {
    key = grant.name.name;
    const sql::SchemaObject* schema = catalog.schemas.find_before(key);
    return schema ? &schema->grants : nullptr;
  }
  if (grant.kind == sql::ObjectKind::function || grant.kind == sql::ObjectKind::procedure ||
      grant.kind == sql::ObjectKind::routine) {
    key = grant.arguments ? sql::signature(grant.name, *grant.arguments) : to_string(grant.name);
    const sql::Function* function = catalog.functions.find_before(key);
    if (!function) function = catalog.function_named(grant.name);
    return function ? &function->grants : nullptr;
  }
  key = catalog.resolve_relation(grant.name);
  if (const sql::Table* table = catalog.tables.find_before(key)) return &table->grants;
  if (const sql::View* view = catalog.views.find_before(key)) return &view->grants;
  if (const sql::Sequence* sequence = catalog.sequences.find_before(key)) return &sequence->grants;
  return nullptr;
}

void check(const StepSubject& step, const NetContext& context, Report& report) {
  if (const auto* membership = std::get_if<sql::GrantRole>(&step.operation.action);
      membership && membership->revoke) {
    report(step, {"role", fmt::format("{}", fmt::join(membership->to, ", "))},
           fmt::format("{} loses membership of {}: what the previous release may do through it is "
                       "denied; revoke it after the rollback window",
                       quoted_list(membership->to), quoted_list(membership->granted)));
    return;
  }
  const auto* grant = std::get_if<sql::Grant>(&step.operation.action);
  if (!grant || !grant->revoke || grant->grant_option_only || grant->all_in_schema) return;
  std::string key;
  const sql::Grants* grants = released_grants(context.catalog, *grant, key);
  if (!grants) return;
  for (const std::string& role : grant->roles) {
    const bool held = holds(*grants, role, grant->privileges);
    if (!held && (role == "public" || context.catalog.complete()))
      continue;  // never granted, or hardening
    ReportOptions options;
    if (!held) options.at_most = Severity::note;
    report(
        step, {std::string(to_string(grant->kind)), key},
        held ? fmt::format("`{}` loses {} on `{}`: the previous release is denied; revoke it after "
                           "the rollback window",
                           role, quoted_list(grant->privileges), key)
             : fmt::format("`{}` may lose {} on `{}`: cannot tell, grants are not in the "
                           "migrations; make sure that no release in the rollback window needs it",
                           role, quoted_list(grant->privileges), key),
        std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_revoke_privilege{
    .id = "compat/revoke-privilege",
    .summary = "a role loses a privilege that the previous release uses",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "The previous release gets \"permission denied\" from the moment of the REVOKE, and again "
        "after a rollback: privileges are not part of a release.",
    .instead =
        "1. Release code that no longer needs the privilege.\n2. After the rollback window revoke "
        "it.",
    .references = "https://www.postgresql.org/docs/15/sql-revoke.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
