// Types that migrations make: enums, composites, domains, ranges; and from a type as written to the
// one it means.
#include <algorithm>

#include "sql/catalog_editor.h"
#include "sql/catalog_extension.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

bool is_builtin(const QualifiedName& name) {
  if (name.schema == "pg_catalog" || name.schema == "information_schema") return true;
  if (!name.schema.empty()) return false;
  return !builtin_type(name.name).empty() || name.name.starts_with("interval ");
}

}  // namespace

Type Editor::resolve(const Type& type, Id* id) {
  if (id) *id = 0;
  Type resolved = type;
  if (resolved.name.name.empty() || is_builtin(resolved.name)) return resolved;
  const std::string key = c.resolve_type(resolved.name);
  Id found = 0;
  if (const UserType* user = c.types.find(key)) {
    resolved.name = user->name;
    found = user->id;
  } else if (const Table* row = c.tables.find(key)) {
    resolved.name = row->name;
    found = row->id;
  } else if (const View* view_row = c.views.find(key)) {
    resolved.name = view_row->name;
    found = view_row->id;
  } else {
    // Types of extensions that were installed by other means leave the history complete.
    const bool complete = c.complete_;
    if (!assume_missing(false)) return resolved;
    if (extension_of_type(resolved.name.name)) c.complete_ = complete;
    resolved.name.schema = schema_of(key);
    found = settle_in(ObjectKind::type, key);
    c.types.assume(key, [&](UserType& made) {
      made.id = found;
      made.known = false;
      made.kind = UserType::Kind::base;
      made.name = resolved.name;
    });
  }
  if (id) *id = found;
  return resolved;
}

const UserType* Editor::user_type(Id id) const {
  const Catalog::Home* at = home(id);
  return at && at->kind == ObjectKind::type ? c.types.find(at->key) : nullptr;
}

UserType* Editor::type_for(const QualifiedName& name) {
  const std::string key = c.resolve_type(name);
  if (c.types.find(key)) return &c.types.edit(key);
  if (c.types.find_before(key) || c.tables.find(key) || c.views.find(key)) {
    outcome = Outcome::conflict;
    return nullptr;
  }
  if (!assume_missing(false)) return nullptr;
  const QualifiedName full{std::string(schema_of(key)), name.name};
  const Id id = settle_in(ObjectKind::type, key);
  c.types.assume(key, [&](UserType& made) {
    made.id = id;
    made.known = false;
    made.name = full;
  });
  return &c.types.edit(key);
}

UserType* Editor::define_type(const QualifiedName& name, UserType type) {
  type.name = {creation_schema(name), name.name};
  const std::string key = qualified(type.name);
  const UserType* named = c.types.find(key);
  if ((named && named->known) || c.tables.find(key) || c.views.find(key)) {
    outcome = Outcome::conflict;
    return nullptr;
  }
  type.id = named ? named->id : settle_in(ObjectKind::type, key);
  type.owner = c.role_;
  apply_default_grants(ObjectKind::type, type.name.schema, type.grants);
  touch(type.id, Aspect::existence);
  return &c.types.put(key, std::move(type));
}

// ---------------------------------------------------------------- enums

void Editor::operator()(const CreateEnum& op) {
  UserType type;
  type.labels = op.labels;
  define_type(op.name, std::move(type));
}

void Editor::operator()(const AddEnumValue& op) {
  UserType* type = type_for(op.type);
  if (!type) return;
  auto& labels = type->labels;
  if (std::find(labels.begin(), labels.end(), op.label) != labels.end()) {
    outcome = op.if_not_exists ? Outcome::no_op : Outcome::conflict;
    return;
  }
  const std::string& neighbour = op.before.empty() ? op.after : op.before;
  auto at = neighbour.empty() ? labels.end() : std::find(labels.begin(), labels.end(), neighbour);
  if (!neighbour.empty() && at == labels.end() && type->known) {
    outcome = Outcome::conflict;
    return;
  }
  if (at != labels.end() && op.before.empty()) ++at;
  labels.insert(at, op.label);
  touch(type->id, Aspect::labels);
}

void Editor::operator()(const RenameEnumValue& op) {
  UserType* type = type_for(op.type);
  if (!type) return;
  auto& labels = type->labels;
  const auto at = std::find(labels.begin(), labels.end(), op.label);
  const bool taken = std::find(labels.begin(), labels.end(), op.new_label) != labels.end();
  if (taken || (at == labels.end() && type->known)) {
    outcome = Outcome::conflict;
    return;
  }
  if (at == labels.end()) {  // of an enum that is known by name alone: the label was there before
    c.types.amend_before(qualified(type->name), [&](UserType& before) {
      if (before.id == type->id) before.labels.push_back(op.label);
    });
    labels.push_back(op.new_label);
  } else {
    *at = op.new_label;
  }
  touch(type->id, Aspect::labels);
}

// ---------------------------------------------------------------- composites, ranges, base types

void Editor::operator()(const CreateComposite& op) {
  UserType type;
  type.kind = UserType::Kind::composite;
  std::vector<Id> uses;
  for (const Attribute& attribute : op.attributes) {
    Id used = 0;
    type.attributes.push_back({attribute.name, resolve(attribute.type, &used)});
    uses.push_back(used);
  }
  const UserType* made = define_type(op.name, std::move(type));
  for (const Id used : uses) {
    if (made) depend(made->id, used);
  }
}

void Editor::operator()(const AlterComposite& op) {
  UserType* type = type_for(op.type);
  if (!type) return;
  auto& attributes = type->attributes;
  const auto at = std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& held) {
    return held.name == op.attribute.name;
  });
  Id used = 0;
  switch (op.action) {
    case AlterComposite::Action::add:
      if (at != attributes.end()) {
        outcome = Outcome::conflict;
        return;
      }
      attributes.push_back({op.attribute.name, resolve(op.attribute.type, &used)});
      break;
    case AlterComposite::Action::drop:
      if (at == attributes.end()) {
        if (type->known) outcome = op.missing_ok ? Outcome::no_op : Outcome::conflict;
        return;
      }
      attributes.erase(at);
      break;
    case AlterComposite::Action::retype:
      if (at == attributes.end()) {
        if (type->known) outcome = Outcome::conflict;
        return;
      }
      at->type = resolve(op.attribute.type, &used);
      break;
  }
  depend(type->id, used);
  touch(type->id, Aspect::attributes);
}

void Editor::operator()(const CreateRange& op) {
  UserType type;
  type.kind = UserType::Kind::range;
  Id used = 0;
  type.base = resolve(op.subtype, &used);
  if (const UserType* made = define_type(op.name, std::move(type))) depend(made->id, used);
}

// CREATE TYPE name; and later CREATE TYPE name (…): the shell becomes the type.
void Editor::operator()(const CreateBaseType& op) {
  const UserType* shell = c.types.find(c.resolve_type(op.name));
  if (shell && shell->kind == UserType::Kind::base) return;
  UserType type;
  type.kind = UserType::Kind::base;
  define_type(op.name, std::move(type));
}

// ---------------------------------------------------------------- domains

void Editor::add_domain_constraint(UserType& domain, const ConstraintDef& def) {
  if (def.kind == ConstraintKind::not_null) {
    domain.not_null = true;
    touch(domain.id, Aspect::nullability);
    return;
  }
  for (const auto& held : domain.constraints) {
    if (held->name == def.name) {
      outcome = Outcome::conflict;
      return;
    }
  }
  Constraint made;
  made.id = fresh();
  made.name = def.name.empty()
                  ? choose_constraint_name(domain.name.schema, domain.name.name, {}, "check")
                  : def.name;
  made.expression = settle(def.expression, domain.id);
  made.validated = !def.not_valid;
  count_constraint(domain.name.schema, made.name, 1);
  touch(made.id, Aspect::existence);
  touch(domain.id, Aspect::definition);
  domain.constraints.push_back(std::make_shared<Constraint>(std::move(made)));
}

void Editor::operator()(const CreateDomain& op) {
  UserType type;
  type.kind = UserType::Kind::domain;
  Id used = 0;
  type.base = resolve(op.type, &used);
  type.collation = op.collation;
  type.not_null = op.not_null;
  type.default_value = settle(op.default_value, 0, &type.base);
  UserType* made = define_type(op.name, std::move(type));
  if (!made) return;
  depend(made->id, used);
  for (const ConstraintDef& def : op.constraints) add_domain_constraint(*made, def);
}

void Editor::operator()(const AlterDomain& op) {
  using Act = AlterDomain::Action;
  UserType* domain = type_for(op.domain);
  if (!domain) return;
  const auto named = [&] {
    return std::find_if(domain->constraints.begin(), domain->constraints.end(),
                        [&](const auto& held) { return held->name == op.constraint_name; });
  };
  switch (op.action) {
    case Act::set_default:
    case Act::drop_default:
      domain->default_value = op.action == Act::set_default
                                  ? settle(op.default_value, domain->id, &domain->base)
                                  : nullptr;
      touch(domain->id, Aspect::default_value);
      return;
    case Act::set_not_null:
    case Act::drop_not_null:
      domain->not_null = op.action == Act::set_not_null;
      touch(domain->id, Aspect::nullability);
      return;
    case Act::add_constraint:
      add_domain_constraint(*domain, op.constraint);
      return;
    case Act::drop_constraint: {
      const auto at = named();
      if (at == domain->constraints.end()) {
        if (domain->known) outcome = op.missing_ok ? Outcome::no_op : Outcome::conflict;
        return;
      }
      touch((*at)->id, Aspect::existence);
      touch(domain->id, Aspect::definition);
      count_constraint(domain->name.schema, op.constraint_name, -1);
      domain->constraints.erase(at);
      return;
    }
    case Act::validate_constraint: {
      const auto at = named();
      if (at == domain->constraints.end()) {
        if (domain->known) outcome = Outcome::conflict;
        return;
      }
      Constraint& changed = own(*at);
      changed.validated = true;
      touch(changed.id, Aspect::validity);
      return;
    }
  }
}

}  // namespace backout::sql
