// Roles, grants, policies and settings → operations.
#include <fmt/format.h>

#include <utility>

#include "sql/lower_parts.h"

namespace backout::sql {
namespace {

// ---------------------------------------------------------------- grants

// "all" when none are listed; "select(a,b)" for columns.
std::vector<std::string> privileges(NodeList list) {
  std::vector<std::string> names;
  for (const Node wrapped : list) {
    const Node privilege = wrapped.body("AccessPriv");
    std::string name(privilege.text("priv_name"));
    if (name.empty()) name = "all";
    if (const std::vector<std::string> columns = strings(privilege.list("cols")); !columns.empty())
      name += fmt::format("({})", fmt::join(columns, ","));
    names.push_back(std::move(name));
  }
  if (names.empty()) names.emplace_back("all");
  return names;
}

ObjectTarget grant_target(ObjectKind kind, Node object) {
  if (const Node relation = object.body("RangeVar")) return {relation_name(relation), {}, {}};
  return object_target(kind, object);
}

void grant(const Lowering& to, Node node) {
  Grant shared;
  shared.revoke = !node.flag("is_grant");
  shared.grant_option_only = shared.revoke && node.flag("grant_option");
  shared.cascade = node.text("behavior") == "DROP_CASCADE";
  shared.kind = object_kind(node.text("objtype"));
  shared.all_in_schema = node.text("targtype") == "ACL_TARGET_ALL_IN_SCHEMA";
  shared.privileges = privileges(node.list("privileges"));
  shared.roles = role_names(node.list("grantees"));
  for (const Node object : node.list("objects")) {
    Grant grant = shared;
    if (grant.all_in_schema) {
      grant.name.schema = object.string();
    } else {
      ObjectTarget target = grant_target(grant.kind, object);
      grant.name = std::move(target.name);
      grant.arguments = std::move(target.arguments);
    }
    to.add(std::move(grant));
  }
}

void default_privileges(const Lowering& to, Node node) {
  const Node action = node["action"];
  DefaultPrivileges operation;
  operation.revoke = !action.flag("is_grant");
  operation.kind = object_kind(action.text("objtype"));
  operation.privileges = privileges(action.list("privileges"));
  operation.roles = role_names(action.list("grantees"));
  for (const Node wrapped : node.list("options")) {
    const Node option = wrapped.body("DefElem");
    const NodeList items = option["arg"].body("List").list("items");
    if (option.text("defname") == "schemas") operation.schemas = strings(items);
    if (option.text("defname") == "roles") operation.for_roles = role_names(items);
  }
  to.add(std::move(operation));
}

void grant_role(const Lowering& to, Node node) {
  GrantRole operation;
  operation.revoke = !node.flag("is_grant");
  for (const Node role : node.list("granted_roles"))
    operation.granted.emplace_back(role.body("AccessPriv").text("priv_name"));
  operation.to = role_names(node.list("grantee_roles"));
  // REVOKE ADMIN OPTION FOR leaves the membership (a flag until 15, options since 16)
  if (operation.revoke && (node.flag("admin_opt") || node["opt"])) {
    for (const std::string& role : operation.granted)
      to.add(AlterOther{
          .kind = ObjectKind::role, .name = {{}, role}, .what = "revoke option of membership"});
    return;
  }
  to.add(std::move(operation));
}

// ---------------------------------------------------------------- roles, databases and their
// settings

std::string setting_value(Node set) {
  const std::string_view kind = set.text("kind");
  if (kind == "VAR_SET_DEFAULT" || kind == "VAR_RESET" || kind == "VAR_RESET_ALL") return "default";
  if (kind == "VAR_SET_CURRENT") return "current";
  std::string value;
  for (const Node argument : set.list("args")) {
    if (!value.empty()) value += ", ";
    value += option_text(argument);
  }
  return value;
}

std::string setting_name(Node set) {
  return set.text("kind") == "VAR_RESET_ALL" ? "all" : std::string(set.text("name"));
}

void alter_setting(const Lowering& to, ObjectKind kind, std::string object, std::string database,
                   Node set) {
  to.add(AlterSetting{.kind = kind,
                      .object = std::move(object),
                      .database = std::move(database),
                      .setting = setting_name(set),
                      .value = setting_value(set)});
}

// "canlogin" → "login", "adminmembers" …: the words of the statement.
std::string_view role_option(std::string_view name) {
  if (name == "canlogin") return "login";
  if (name == "rolemembers") return "members";
  if (name == "connectionlimit" || name == "connection_limit") return "connection limit";
  if (name == "validUntil") return "valid until";
  if (name == "isreplication") return "replication";
  return name;
}

void alter_role(const Lowering& to, Node node) {
  const std::string role = role_name(node["role"]);
  for (const Node wrapped : node.list("options")) {
    const Node option = wrapped.body("DefElem");
    if (option.text("defname") == "rolemembers") {  // ALTER GROUP … ADD USER
      GrantRole operation;
      operation.revoke = node.number("action") < 0;
      operation.granted = {role};
      operation.to = role_names(option["arg"].body("List").list("items"));
      to.add(std::move(operation));
      continue;
    }
    to.add(AlterSetting{.kind = ObjectKind::role,
                        .object = role,
                        .database = {},
                        .setting = std::string(role_option(option.text("defname"))),
                        .value = option_text(option["arg"])});
  }
}

void drop_roles(const Lowering& to, Node node) {
  for (const Node role : node.list("roles"))
    to.add(Drop{.kind = ObjectKind::role,
                .name = {{}, role_name(role.body("RoleSpec"))},
                .part = {},
                .arguments = {},
                .if_exists = node.flag("missing_ok"),
                .cascade = false,
                .concurrently = false});
}

// Everything these roles own goes; what that is only the server knows.
void drop_owned(const Lowering& to, Node node) {
  for (const std::string& role : role_names(node.list("roles")))
    to.add(Drop{.kind = ObjectKind::other,
                .name = {{}, role},
                .part = "owned",
                .arguments = {},
                .if_exists = false,
                .cascade = node.text("behavior") == "DROP_CASCADE",
                .concurrently = false});
}

void set_variable(const Lowering& to, Node node) {
  SetVariable operation;
  const std::string_view kind = node.text("kind");
  operation.name = setting_name(node);
  operation.local = node.flag("is_local");
  operation.reset = kind == "VAR_SET_DEFAULT" || kind == "VAR_RESET" || kind == "VAR_RESET_ALL";
  if (kind == "VAR_SET_MULTI") {
    operation.value = options_text(node.list("args"));  // SET TRANSACTION
  } else {
    for (const Node argument : node.list("args")) operation.values.push_back(option_text(argument));
    operation.value = fmt::format("{}", fmt::join(operation.values, ", "));
  }
  to.add(std::move(operation));
}

// ---------------------------------------------------------------- policies

void create_policy(const Lowering& to, Node node) {
  CreatePolicy policy;
  policy.name = node.text("policy_name");
  policy.table = relation_name(node["table"]);
  policy.command = node.text("cmd_name");
  policy.permissive = node.flag("permissive");
  policy.roles = role_names(node.list("roles"));
  policy.using_ = lower_expr(node["qual"]);
  policy.check = lower_expr(node["with_check"]);
  to.add(std::move(policy));
}

void alter_policy(const Lowering& to, Node node) {
  AlterPolicy policy;
  policy.name = node.text("policy_name");
  policy.table = relation_name(node["table"]);
  if (node["roles"]) policy.roles = role_names(node.list("roles"));
  policy.using_ = lower_expr(node["qual"]);
  policy.check = lower_expr(node["with_check"]);
  to.add(std::move(policy));
}

}  // namespace

void lower_rights(const Lowering& to, std::string_view kind, Node node) {
  if (kind == "GrantStmt") {
    grant(to, node);
  } else if (kind == "GrantRoleStmt") {
    grant_role(to, node);
  } else if (kind == "AlterDefaultPrivilegesStmt") {
    default_privileges(to, node);
  } else if (kind == "CreateRoleStmt") {
    to.add(CreateOther{.kind = ObjectKind::role,
                       .name = {{}, std::string(node.text("role"))},
                       .part = {},
                       .or_replace = false,
                       .if_not_exists = false});
  } else if (kind == "AlterRoleStmt") {
    alter_role(to, node);
  } else if (kind == "AlterRoleSetStmt") {
    alter_setting(to, ObjectKind::role, node["role"] ? role_name(node["role"]) : "all",
                  std::string(node.text("database")), node["setstmt"]);
  } else if (kind == "AlterDatabaseSetStmt") {
    alter_setting(to, ObjectKind::database, std::string(node.text("dbname")), {}, node["setstmt"]);
  } else if (kind == "AlterSystemStmt") {
    alter_setting(to, ObjectKind::other, {}, {}, node["setstmt"]);
  } else if (kind == "AlterDatabaseStmt") {
    for (const Node wrapped : node.list("options")) {
      const Node option = wrapped.body("DefElem");
      to.add(AlterSetting{.kind = ObjectKind::database,
                          .object = std::string(node.text("dbname")),
                          .database = {},
                          .setting = std::string(role_option(option.text("defname"))),
                          .value = option_text(option["arg"])});
    }
  } else if (kind == "DropRoleStmt") {
    drop_roles(to, node);
  } else if (kind == "DropOwnedStmt") {
    drop_owned(to, node);
  } else if (kind == "ReassignOwnedStmt") {
    for (const std::string& role : role_names(node.list("roles")))
      to.add(AlterOther{.kind = ObjectKind::role,
                        .name = {{}, role},
                        .what = "reassign owned to " + role_name(node["newrole"])});
  } else if (kind == "VariableSetStmt") {
    set_variable(to, node);
  } else if (kind == "CreatePolicyStmt") {
    create_policy(to, node);
  } else if (kind == "AlterPolicyStmt") {
    alter_policy(to, node);
  }
}

}  // namespace backout::sql
