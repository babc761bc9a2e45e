// Owners, privileges and default privileges. Kept are the privileges of roles other than the owner,
// plus what PUBLIC has from the start (EXECUTE on functions, USAGE on types).
#include <algorithm>
#include <array>

#include "sql/catalog_editor.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

ObjectKind rights_kind(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table:
      return ObjectKind::table;
    case ObjectKind::procedure:
    case ObjectKind::routine:
    case ObjectKind::aggregate:
      return ObjectKind::function;
    case ObjectKind::domain:
      return ObjectKind::type;
    default:
      return kind;
  }
}

// GRANT ALL, as of PostgreSQL 15 (17 adds MAINTAIN on tables).
std::vector<std::string> all_privileges(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::table:
      return {"select", "insert", "update", "delete", "truncate", "references", "trigger"};
    case ObjectKind::sequence:
      return {"usage", "select", "update"};
    case ObjectKind::function:
      return {"execute"};
    case ObjectKind::schema:
      return {"create", "usage"};
    case ObjectKind::database:
      return {"create", "connect", "temporary"};
    default:
      return {"usage"};
  }
}

void add_built_in(ObjectKind kind, Grants& grants) {
  if (kind == ObjectKind::function) grants["public"].insert("execute");
  if (kind == ObjectKind::type) grants["public"].insert("usage");
}

// "select(a,b)" → "select(a)", "select(b)"; "all" → each; the rest as it is.
std::vector<std::string> expand(const std::vector<std::string>& privileges, ObjectKind kind) {
  std::vector<std::string> result;
  for (const std::string& privilege : privileges) {
    const auto open = privilege.find('(');
    std::vector<std::string> words{privilege.substr(0, open)};
    if (words.front() == "all" || words.front() == "all privileges") {
      words = all_privileges(kind);
      if (open != std::string::npos) words = {"select", "insert", "update", "references"};
    }
    for (std::string& word : words) {
      if (open == std::string::npos) {
        result.push_back(std::move(word));
        continue;
      }
      std::size_t from = open + 1;
      while (from < privilege.size()) {
        const std::size_t to = std::min(privilege.find_first_of(",)", from), privilege.size());
        const std::size_t first = privilege.find_first_not_of(' ', from);
        if (first < to) result.push_back(word + "(" + privilege.substr(first, to - first) + ")");
        from = to + 1;
      }
    }
  }
  return result;
}

void add(Grants& grants, const std::vector<std::string>& privileges,
         const std::vector<std::string>& roles) {
  for (const std::string& role : roles) grants[role].insert(privileges.begin(), privileges.end());
}

// Taking a privilege on a table takes it on its columns too.
void take(Grants& grants, const std::vector<std::string>& privileges,
          const std::vector<std::string>& roles) {
  for (const std::string& role : roles) {
    const auto held = grants.find(role);
    if (held == grants.end()) continue;
    for (const std::string& privilege : privileges) {
      std::erase_if(held->second, [&privilege](const std::string& have) {
        return have == privilege ||
               (have.starts_with(privilege) && have.size() > privilege.size() &&
                have[privilege.size()] == '(');
      });
    }
    if (held->second.empty()) grants.erase(held);
  }
}

}  // namespace

void Editor::apply_default_grants(ObjectKind kind, std::string_view schema_name, Grants& grants) {
  kind = rights_kind(kind);
  const auto applies = [&](const Catalog::DefaultGrant& entry) {
    return entry.kind == kind && (entry.role.empty() || entry.role == c.role_);
  };
  bool replaced = false;  // a database-wide entry stands in place of what is built in
  for (const Catalog::DefaultGrant& entry : c.default_grants) {
    if (!applies(entry) || !entry.schema.empty()) continue;
    replaced = true;
    for (const auto& [role, privileges] : entry.grants)
      grants[role].insert(privileges.begin(), privileges.end());
  }
  if (!replaced) add_built_in(kind, grants);
  for (const Catalog::DefaultGrant& entry : c.default_grants) {
    if (!applies(entry) || entry.schema.empty() || entry.schema != schema_name) continue;
    for (const auto& [role, privileges] : entry.grants)
      grants[role].insert(privileges.begin(), privileges.end());
  }
}

void Editor::operator()(const DefaultPrivileges& op) {
  const ObjectKind kind = rights_kind(op.kind);
  const std::vector<std::string> none{std::string()};
  const std::vector<std::string> privileges = expand(op.privileges, kind);
  for (const std::string& role : op.for_roles.empty() ? none : op.for_roles) {
    for (const std::string& schema_name : op.schemas.empty() ? none : op.schemas) {
      auto at = std::find_if(c.default_grants.begin(), c.default_grants.end(),
                             [&](const Catalog::DefaultGrant& entry) {
                               return entry.role == role && entry.schema == schema_name &&
                                      entry.kind == kind;
                             });
      if (at == c.default_grants.end()) {
        Catalog::DefaultGrant entry{role, schema_name, kind, {}};
        if (schema_name.empty()) add_built_in(kind, entry.grants);
        at = c.default_grants.insert(c.default_grants.end(), std::move(entry));
      }
      if (op.revoke)
        take(at->grants, privileges, op.roles);
      else
        add(at->grants, privileges, op.roles);
    }
  }
}

void Editor::change_grants(Grants& grants, const Grant& op, ObjectKind kind) {
  if (op.grant_option_only) return;
  const std::vector<std::string> privileges = expand(op.privileges, kind);
  if (op.revoke)
    take(grants, privileges, op.roles);
  else
    add(grants, privileges, op.roles);
}

// GRANT … ON ALL TABLES IN SCHEMA
void Editor::grant_in_schema(const Grant& op, ObjectKind kind) {
  const std::string& name = op.name.schema.empty() ? op.name.name : op.name.schema;
  const SchemaObject* s = schema(name);
  if (!s) return;
  for (const Id id : users(s->id)) {
    const Catalog::Home* at = home(id);
    if (schema_of(at->key) != name) continue;
    const std::string key = at->key;
    Grants* grants = nullptr;
    if (kind == ObjectKind::table && at->kind == ObjectKind::table)
      grants = &c.tables.edit(key).grants;
    else if (kind == ObjectKind::table && at->kind == ObjectKind::view)
      grants = &c.views.edit(key).grants;
    else if (kind == ObjectKind::sequence && at->kind == ObjectKind::sequence)
      grants = &c.sequences.edit(key).grants;
    else if (kind == ObjectKind::function && at->kind == ObjectKind::function)
      grants = &c.functions.edit(key).grants;
    if (!grants) continue;
    change_grants(*grants, op, kind);
    touch(id, Aspect::grants);
  }
}

void Editor::operator()(const Grant& op) {
  const ObjectKind kind = rights_kind(op.kind);
  if (op.all_in_schema) {
    grant_in_schema(op, kind);
    return;
  }
  Grants* grants = nullptr;
  Id id = 0;
  const auto use = [&](auto* object) {
    if (!object) return;
    grants = &object->grants;
    id = object->id;
  };
  switch (kind) {
    case ObjectKind::table:
    case ObjectKind::sequence: {
      const std::string key = c.resolve_relation(op.name);
      if (c.views.find(key))
        use(&c.views.edit(key));
      else if (c.sequences.find(key))  // GRANT … ON TABLE reaches sequences too
        use(&c.sequences.edit(key));
      else if (kind == ObjectKind::sequence)
        use(sequence(op.name));
      else
        use(table(op.name));
      break;
    }
    case ObjectKind::function:
      use(function(op.name, op.arguments, false));
      break;
    case ObjectKind::type:
      use(type_for(op.name));
      break;
    case ObjectKind::schema:
      use(schema(op.name.name));
      break;
    default:
      return;  // databases, languages, servers: not kept
  }
  if (!grants) return;
  change_grants(*grants, op, kind);
  touch(id, Aspect::grants);
}

void Editor::operator()(const ChangeOwner& op) {
  const auto give = [&](auto* object) {
    if (!object) return;
    object->owner = op.new_owner;
    touch(object->id, Aspect::owner);
  };
  switch (op.kind) {
    case ObjectKind::table:
    case ObjectKind::foreign_table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::sequence:
    case ObjectKind::index: {
      const std::string key = c.resolve_relation(op.name);
      if (c.views.find(key)) {
        give(&c.views.edit(key));
      } else if (c.sequences.find(key)) {
        give(&c.sequences.edit(key));
      } else if (op.kind != ObjectKind::index) {
        Table* t = table(op.name);
        give(t);
        if (!t) return;
        for (const Id user : users(t->id)) {  // owned sequences go along
          const Catalog::Home* at = home(user);
          if (at->kind != ObjectKind::sequence) continue;
          const Sequence* s = c.sequences.find(at->key);
          if (s && s->owner_table == t->id) give(&c.sequences.edit(std::string(at->key)));
        }
      }
      return;
    }
    case ObjectKind::type:
    case ObjectKind::domain:
      give(type_for(op.name));
      return;
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::routine:
      give(function(op.name, op.arguments, false));
      return;
    case ObjectKind::schema:
      give(schema(op.name.name));
      return;
    default:
      return;
  }
}

}  // namespace backout::sql
