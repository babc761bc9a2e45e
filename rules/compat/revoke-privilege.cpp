#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/rule.h"
#include "core/words.h"
#include "sql/released.h"

namespace backout {
namespace {

using Names = std::vector<std::string>;

// An object's rights in the released schema and by the end of the change.
struct Rights {
  std::string name;
  const sql::Grants *before = nullptr, *after = nullptr;
  bool known = true;
};

template <class T>
void add(std::vector<Rights>& out, const sql::Objects<T>& objects, std::string_view key) {
  const auto [before, after] = sql::released(objects, key);
  if (!after) return;  // made by the change, or gone
  std::string name;
  if constexpr (std::is_same_v<T, sql::Function>)
    name = sql::signature(before->definition.name, before->input_types);
  else if constexpr (std::is_same_v<decltype(T::name), sql::QualifiedName>)
    name = to_string(before->name);
  else
    name = before->name;
  out.push_back({std::move(name), &before->grants, &after->grants, before->known});
}

template <class T>
void add_schema(std::vector<Rights>& out, const sql::Objects<T>& objects, std::string_view schema) {
  for (const std::string& key : objects.touched())
    if (key.starts_with(schema) && key.size() > schema.size() && key[schema.size()] == '.')
      add(out, objects, key);
}

// The objects that the statement names; of kinds whose rights are kept.
std::vector<Rights> named_by(const sql::Catalog& catalog, const sql::Grant& grant) {
  using sql::ObjectKind;
  std::vector<Rights> out;
  const bool function = grant.kind == ObjectKind::function || grant.kind == ObjectKind::procedure ||
                        grant.kind == ObjectKind::routine;
  if (grant.all_in_schema) {
    const std::string& schema = grant.name.schema.empty() ? grant.name.name : grant.name.schema;
    if (function) {
      add_schema(out, catalog.functions, schema);
    } else if (grant.kind == ObjectKind::sequence) {
      add_schema(out, catalog.sequences, schema);
    } else {
      add_schema(out, catalog.tables, schema);
      add_schema(out, catalog.views, schema);
    }
  } else if (grant.kind == ObjectKind::schema) {
    add(out, catalog.schemas, grant.name.name);
  } else if (function) {
    const sql::Function* one = catalog.function_named(grant.name);
    sql::QualifiedName name = grant.name;
    if (grant.arguments && one) name = one->definition.name;
    if (!grant.arguments && one)
      add(out, catalog.functions, sql::signature(one->definition.name, one->input_types));
    else if (grant.arguments)
      for (const std::string& schema : {name.schema, std::string("public")})
        if (out.empty() && !schema.empty())
          add(out, catalog.functions, sql::signature({schema, name.name}, *grant.arguments));
  } else if (grant.kind == ObjectKind::type || grant.kind == ObjectKind::domain) {
    add(out, catalog.types, catalog.resolve_type(grant.name));
  } else {
    const std::string key = catalog.resolve_relation(grant.name);
    add(out, catalog.tables, key);
    add(out, catalog.views, key);
    add(out, catalog.sequences, key);
  }
  return out;
}

const std::set<std::string>& held_by(const sql::Grants& grants, const std::string& role) {
  static const std::set<std::string> nothing;
  const auto it = grants.find(role);
  return it == grants.end() ? nothing : it->second;
}
bool is_held(const sql::Grants& grants, const std::string& role, const std::string& privilege) {
  const std::set<std::string>& held = held_by(grants, role);
  return held.count(privilege) != 0 || held.count(privilege.substr(0, privilege.find('('))) != 0;
}

// "update(a,b)" takes "update(a)"; "update" takes that too.
bool takes(const std::string& named, const std::string& privilege) {
  if (named.starts_with("all")) return true;
  const std::string_view word = std::string_view(named).substr(0, named.find('('));
  if (!privilege.starts_with(word)) return false;
  if (privilege.size() == word.size() || word.size() == named.size())
    return privilege.size() == word.size() || privilege[word.size()] == '(';
  const std::string_view column = std::string_view(privilege).substr(word.size() + 1);
  const std::string_view name = column.substr(0, column.size() - 1);
  for (std::size_t at = named.find(name); at != std::string::npos; at = named.find(name, at + 1)) {
    const char before = named[at - 1], after = named[at + name.size()];
    if ((before == '(' || before == ',' || before == ' ') && (after == ')' || after == ','))
      return true;
  }
  return false;
}

// What the role has in the released schema and not after the change, by this statement.
Names lost(const Rights& object, const sql::Grant& grant, const std::string& role) {
  Names out;
  for (const std::string& privilege : held_by(*object.before, role)) {
    if (is_held(*object.after, role, privilege) || is_held(*object.after, "public", privilege))
      continue;
    if (std::any_of(grant.privileges.begin(), grant.privileges.end(),
                    [&](const std::string& named) { return takes(named, privilege); }))
      out.push_back(privilege);
  }
  return out;
}

// PUBLIC loses what everyone has from the start, and somebody is named who keeps it.
bool is_hardening(const Rights& object, const Names& privileges) {
  return std::all_of(privileges.begin(), privileges.end(), [&](const std::string& privilege) {
    return std::any_of(object.after->begin(), object.after->end(),
                       [&](const auto& entry) { return entry.second.count(privilege) != 0; });
  });
}

void judge(const StepSubject& step, const sql::Grant& grant, const NetContext& context,
           Report& report) {
  const std::vector<Rights> objects = named_by(context.catalog, grant);
  for (const std::string& role : grant.roles) {
    Names names, privileges;
    bool unknown = false;
    for (const Rights& object : objects) {
      Names gone = lost(object, grant, role);
      if (gone.empty())
        unknown = unknown || (role != "public" && (!object.known || !context.catalog.complete()) &&
                              !object.after->count(role));
      if (gone.empty() || (role == "public" && is_hardening(object, gone))) continue;
      names.push_back(object.name);
      if (privileges.empty()) privileges = std::move(gone);
    }
    const std::string who = role == "public" ? "every role" : "`" + role + "`";
    ReportOptions options;
    if (!names.empty()) {
      if (role == "public" && privileges == Names{"execute"}) options.at_most = Severity::warning;
      report(step,
             {grant.all_in_schema ? "schema" : std::string(to_string(grant.kind)),
              grant.all_in_schema ? grant.name.name : names.front()},
             fmt::format("{} loses {} on {}: the previous release is denied; revoke it after the "
                         "rollback window",
                         who, quoted_list(privileges, 7), quoted_list(names)),
             std::move(options));
    } else if (unknown && !grant.all_in_schema) {
      options.at_most = Severity::note;
      report(step, {std::string(to_string(grant.kind)), objects.front().name},
             fmt::format("{} may lose {} on `{}`: cannot tell, its grants are not in the "
                         "migrations; make sure that no release in the rollback window needs it",
                         who, quoted_list(grant.privileges, 7), objects.front().name),
             std::move(options));
    }
  }
}

void judge(const StepSubject& step, const sql::DefaultPrivileges& defaults, Report& report) {
  Names roles;
  for (const std::string& role : defaults.roles)
    if (role != "public") roles.push_back(role);
  if (roles.empty()) return;  // hardening
  ReportOptions options;
  options.at_most = Severity::note;
  report(step, {"default privileges", roles.front()},
         fmt::format("each {} made from now on grants {} no more {}: grant it by name where the "
                     "application needs it",
                     to_string(defaults.kind), quoted_list(roles),
                     quoted_list(defaults.privileges, 7)),
         std::move(options));
}

void check(const StepSubject& step, const NetContext& context, Report& report) {
  if (const auto* membership = std::get_if<sql::GrantRole>(&step.operation.action)) {
    if (membership->revoke)
      report(step, {"role", fmt::format("{}", fmt::join(membership->to, ", "))},
             fmt::format("{} {} membership of {}: what the previous release may do through it is "
                         "denied; revoke it after the rollback window",
                         quoted_list(membership->to), membership->to.size() == 1 ? "loses" : "lose",
                         quoted_list(membership->granted)));
  } else if (const auto* grant = std::get_if<sql::Grant>(&step.operation.action)) {
    if (grant->revoke && !grant->grant_option_only) judge(step, *grant, context, report);
  } else if (const auto* defaults = std::get_if<sql::DefaultPrivileges>(&step.operation.action)) {
    if (defaults->revoke) judge(step, *defaults, report);
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
