// Renames and moves between schemas, and how what names the object follows: the server stores
// identities, we store names and rewrite them where they stand.
#include <algorithm>

#include "sql/catalog_editor.h"
#include "sql/catalog_expr.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

void replace_name(std::vector<std::string>& names, const std::string& from, const std::string& to) {
  std::replace(names.begin(), names.end(), from, to);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void Editor::touch_move(Id id, const QualifiedName& from, const QualifiedName& to) {
  if (from.name != to.name) touch(id, Aspect::name);
  if (from.schema != to.schema) touch(id, Aspect::schema);
}

// Gives an object its new key.
void Editor::rehome(Id id, const std::string& key) {
  c.homes_[id].key = key;
  if (const SchemaObject* s = c.schemas.find(schema_of(key))) depend(id, s->id);
}

// ---------------------------------------------------------------- relations

void Editor::move_relation(const std::string& key, const QualifiedName& to) {
  const std::string target = qualified(to);
  if (target == key) return;
  if (c.relation_exists(target)) {
    outcome = Outcome::conflict;
    return;
  }
  switch (relation_kind(key)) {
    case ObjectKind::table:
      move_table(key, to);
      return;
    case ObjectKind::view:
      move_view(key, to);
      return;
    case ObjectKind::sequence:
      move_sequence(key, to);
      return;
    case ObjectKind::index:
      move_index(key, to);
      return;
    default:
      return;
  }
}

void Editor::move_table(const std::string& key, const QualifiedName& to) {
  const std::string target = qualified(to);
  c.tables.move(key, target);
  free_name(key);
  Table& t = c.tables.edit(target);
  const QualifiedName from = t.name;
  t.name = to;
  rehome(t.id, target);
  touch_move(t.id, from, to);
  for (auto& held : t.triggers) own(held).definition.table = to;
  for (auto& held : t.policies) own(held).definition.table = to;
  if (from.schema != to.schema) {
    for (const auto& held : t.constraints) {
      count_constraint(from.schema, held->name, -1);
      count_constraint(to.schema, held->name, 1);
    }
    for (auto& held : t.indexes) {
      Index& index = own(held);
      c.indexes_.erase(qualified(index.name));
      index.name.schema = to.schema;
      c.indexes_[qualified(index.name)] = t.id;
    }
  }
  for (auto& held : t.constraints) {
    if (held->referenced_id == t.id) own(held).referenced = to;
  }
  for (const Id user : users(t.id)) {
    const Catalog::Home at = *home(user);
    if (at.kind == ObjectKind::table && user != t.id) {
      const Table& other = *c.tables.find(at.key);
      const bool refers =
          std::any_of(other.constraints.begin(), other.constraints.end(),
                      [&](const auto& held) { return held->referenced_id == t.id; });
      if (!refers) continue;
      for (auto& held : c.tables.edit(at.key).constraints) {
        if (held->referenced_id == t.id) own(held).referenced = to;
      }
    } else if (at.kind == ObjectKind::sequence && from.schema != to.schema) {
      const Sequence& s = *c.sequences.find(at.key);
      if (s.owner_table == t.id && s.name.schema != to.schema)
        move_sequence(at.key, {to.schema, s.name.name});
    }
  }
  retype_users(t.id, from, to);
}

void Editor::move_view(const std::string& key, const QualifiedName& to) {
  const std::string target = qualified(to);
  c.views.move(key, target);
  View& v = c.views.edit(target);
  const QualifiedName from = v.name;
  v.name = to;
  rehome(v.id, target);
  touch_move(v.id, from, to);
  for (auto& held : v.triggers) own(held).definition.table = to;
  for (auto& held : v.indexes) {
    Index& index = own(held);
    c.indexes_.erase(qualified(index.name));
    index.name.schema = to.schema;
    c.indexes_[qualified(index.name)] = v.id;
  }
  retype_users(v.id, from, to);
}

void Editor::move_sequence(const std::string& key, const QualifiedName& to) {
  const std::string target = qualified(to);
  if (c.relation_exists(target)) {
    outcome = Outcome::conflict;
    return;
  }
  c.sequences.move(key, target);
  free_name(key);
  Sequence& s = c.sequences.edit(target);
  const QualifiedName from = s.name;
  s.name = to;
  rehome(s.id, target);
  touch_move(s.id, from, to);
  for (const Id user : users(s.id)) {
    const Catalog::Home* at = home(user);
    if (at->kind != ObjectKind::table) continue;
    for (auto& held : c.tables.edit(at->key).columns) {
      const ExprPtr renamed = rename_nextval(held->default_value, [&](const std::string& name) {
        return name == key ? target : name;
      });
      if (!same(renamed, held->default_value)) own(held).default_value = renamed;
    }
  }
}

void Editor::move_index(const std::string& key, const QualifiedName& to) {
  const std::string owner = c.table_of_index(key);
  if (owner.empty()) return;
  const auto move = [&](auto& indexes, Id owner_id) -> Id {
    for (auto& held : indexes) {
      if (qualified(held->name) != key) continue;
      Index& index = own(held);
      const QualifiedName from = index.name;
      index.name = to;
      c.indexes_.erase(key);
      c.indexes_[qualified(to)] = owner_id;
      free_name(key);
      touch_move(index.id, from, to);
      return index.constraint;
    }
    return 0;
  };
  if (c.views.find(owner)) {
    View& v = c.views.edit(owner);
    move(v.indexes, v.id);
    return;
  }
  Table& t = c.tables.edit(owner);
  const Id constraint_id = move(t.indexes, t.id);
  for (auto& held : t.constraints) {  // an index and its constraint have one name
    if (constraint_id == 0 || held->id != constraint_id || held->name == to.name) continue;
    Constraint& changed = own(held);
    count_constraint(t.name.schema, changed.name, -1);
    count_constraint(t.name.schema, to.name, 1);
    changed.name = to.name;
    touch(changed.id, Aspect::name);
  }
}

// ---------------------------------------------------------------- types and functions

void Editor::move_type(const std::string& key, const QualifiedName& to) {
  const std::string target = qualified(to);
  if (target == key) return;
  if (c.types.find(target) || c.tables.find(target) || c.views.find(target)) {
    outcome = Outcome::conflict;
    return;
  }
  c.types.move(key, target);
  UserType& type = c.types.edit(target);
  const QualifiedName from = type.name;
  type.name = to;
  rehome(type.id, target);
  touch_move(type.id, from, to);
  if (from.schema != to.schema) {
    for (const auto& held : type.constraints) {
      count_constraint(from.schema, held->name, -1);
      count_constraint(to.schema, held->name, 1);
    }
  }
  retype_users(type.id, from, to);
}

// A type (or a table's row type) has a new name: wherever it is named.
void Editor::retype_users(Id type_id, const QualifiedName& from, const QualifiedName& to) {
  const auto follow = [&](Type& type) {
    if (type.name == from) type.name = to;
  };
  for (const Id user : users(type_id)) {
    const Catalog::Home at = *home(user);
    if (at.kind == ObjectKind::table) {
      const Table& t = *c.tables.find(at.key);
      for (std::size_t i = 0; i < t.columns.size(); ++i) {
        if (t.columns[i]->type_id == type_id) follow(own(c.tables.edit(at.key).columns[i]).type);
      }
    } else if (at.kind == ObjectKind::view) {
      for (ViewColumn& column : c.views.edit(at.key).columns) follow(column.type);
    } else if (at.kind == ObjectKind::type) {
      UserType& type = c.types.edit(at.key);
      follow(type.base);
      for (Attribute& attribute : type.attributes) follow(attribute.type);
    } else if (at.kind == ObjectKind::function) {
      Function& f = c.functions.edit(at.key);
      for (Parameter& parameter : f.definition.parameters) follow(parameter.type);
      if (f.definition.returns) follow(*f.definition.returns);
      for (Type& type : f.input_types) follow(type);
      move_function(at.key, f.definition.name);
    }
  }
}

// Also re-keys a function whose argument types have been renamed.
void Editor::move_function(const std::string& key, const QualifiedName& to) {
  const Function& held = *c.functions.find(key);
  const std::string target = signature(to, held.input_types);
  if (target == key) return;
  if (c.functions.find(target)) {
    outcome = Outcome::conflict;
    return;
  }
  const QualifiedName from = held.definition.name;
  c.functions.move(key, target);
  std::erase(c.function_names_[qualified(from)], key);
  c.function_names_[qualified(to)].push_back(target);
  Function& f = c.functions.edit(target);
  f.definition.name = to;
  rehome(f.id, target);
  touch_move(f.id, from, to);
  if (from == to) return;
  for (const Id user : users(f.id)) {
    const Catalog::Home at = *home(user);
    std::vector<std::shared_ptr<const Trigger>>* triggers = nullptr;
    if (at.kind == ObjectKind::table) triggers = &c.tables.edit(at.key).triggers;
    if (at.kind == ObjectKind::view) triggers = &c.views.edit(at.key).triggers;
    if (!triggers) continue;
    for (auto& trigger : *triggers) {
      if (trigger->definition.function == from) own(trigger).definition.function = to;
    }
  }
}

// ---------------------------------------------------------------- columns and other parts

void Editor::rename_column_of(Table& t, Id column_id, const std::string& to) {
  const auto at = std::find_if(t.columns.begin(), t.columns.end(),
                               [column_id](const auto& held) { return held->id == column_id; });
  if (at == t.columns.end()) return;
  Column& col = own(*at);
  const std::string from = col.name;
  col.name = to;
  touch(column_id, Aspect::name);
  touch(t.id, Aspect::columns);
  for (auto& held : t.columns) {
    if (mentions(held->generated_as, from))
      own(held).generated_as = rename_column(held->generated_as, from, to);
  }
  for (auto& held : t.constraints) {
    if (!has(held->columns, from) && !mentions(held->expression, from) &&
        !(held->referenced_id == t.id && has(held->referenced_columns, from)))
      continue;
    Constraint& changed = own(held);
    replace_name(changed.columns, from, to);
    changed.expression = rename_column(changed.expression, from, to);
    if (changed.referenced_id == t.id) replace_name(changed.referenced_columns, from, to);
  }
  for (auto& held : t.indexes) {
    Index& index = own(held);
    replace_name(index.include, from, to);
    index.predicate = rename_column(index.predicate, from, to);
    for (IndexKey& key : index.keys) {
      if (key.column == from) key.column = to;
      key.expression = rename_column(key.expression, from, to);
    }
  }
  for (auto& held : t.policies) {
    if (!mentions(held->definition.using_, from) && !mentions(held->definition.check, from))
      continue;
    CreatePolicy& policy = own(held).definition;
    policy.using_ = rename_column(policy.using_, from, to);
    policy.check = rename_column(policy.check, from, to);
  }
  for (auto& held : t.triggers) {
    if (!has(held->definition.update_of, from) && !mentions(held->definition.when, from)) continue;
    CreateTrigger& trigger = own(held).definition;
    replace_name(trigger.update_of, from, to);
    trigger.when = rename_column(trigger.when, from, to);
  }
  replace_name(t.partition_columns, from, to);
  const std::string old_suffix = "(" + from + ")";
  for (auto& [role, privileges] : t.grants) {
    std::set<std::string> renamed;
    for (const std::string& privilege : privileges) {
      renamed.insert(privilege.ends_with(old_suffix)
                         ? privilege.substr(0, privilege.size() - old_suffix.size()) + "(" + to +
                               ")"
                         : privilege);
    }
    privileges = std::move(renamed);
  }
  for (const Id user : users(t.id)) {
    const Catalog::Home where = *home(user);
    if (where.kind != ObjectKind::table || user == t.id) continue;
    const Table& other = *c.tables.find(where.key);
    for (std::size_t i = 0; i < other.constraints.size(); ++i) {
      const Constraint& held = *other.constraints[i];
      if (held.referenced_id != t.id || !has(held.referenced_columns, from)) continue;
      replace_name(own(c.tables.edit(where.key).constraints[i]).referenced_columns, from, to);
    }
  }
}

void Editor::rename_constraint(Table& t, const std::string& from, const std::string& to) {
  if (t.constraint(to)) {
    outcome = Outcome::conflict;
    return;
  }
  Constraint* changed = constraint(t, from, false);
  if (!changed) return;
  const Id id = changed->id;
  if (changed->index != 0) {
    const std::string key = qualify(t.name.schema, from);
    if (c.relation_exists(qualify(t.name.schema, to))) {
      outcome = Outcome::conflict;
      return;
    }
    move_index(key, {t.name.schema, to});  // renames the constraint as well
    return;
  }
  count_constraint(t.name.schema, from, -1);
  count_constraint(t.name.schema, to, 1);
  changed->name = to;
  touch(id, Aspect::name);
  if (changed->kind != ConstraintKind::check) return;
  for (const Id below : descendants(t)) {
    Table* child = table(below);
    if (!child) continue;
    for (auto& held : child->constraints) {
      if (!held->inherited || held->name != from) continue;
      Constraint& inherited = own(held);
      count_constraint(child->name.schema, from, -1);
      count_constraint(child->name.schema, to, 1);
      inherited.name = to;
      touch(inherited.id, Aspect::name);
    }
  }
}

void Editor::rename_table_column(const Rename& op) {
  const std::string key = c.resolve_relation(op.name);
  if (c.views.find(key)) {
    View& v = c.views.edit(key);
    for (ViewColumn& column : v.columns) {
      if (column.name != op.part) continue;
      column.name = op.new_name;
      touch(v.id, Aspect::columns);
      return;
    }
    if (v.columns_known) outcome = Outcome::conflict;
    return;
  }
  if (!c.tables.find(key) && c.types.find(c.resolve_type(op.name))) {
    rename_attribute(op);
    return;
  }
  Table* t = table(op.name, op.if_exists);
  if (!t) return;
  if (t->column(op.new_name)) {
    outcome = Outcome::conflict;
    return;
  }
  const Column* col = column(*t, op.part);
  if (!col) return;
  rename_column_of(*t, col->id, op.new_name);
  for (const Id below : descendants(*t)) {
    Table* child = table(below);
    const Column* held = child ? child->column(op.part) : nullptr;
    if (held && !child->column(op.new_name)) rename_column_of(*child, held->id, op.new_name);
  }
}

void Editor::rename_attribute(const Rename& op) {
  UserType* type = type_for(op.name);
  if (!type) return;
  for (Attribute& attribute : type->attributes) {
    if (attribute.name != op.part) continue;
    attribute.name = op.new_name;
    touch(type->id, Aspect::attributes);
    return;
  }
  if (type->known) outcome = Outcome::conflict;
}

void Editor::rename_part(const Rename& op) {
  if (op.kind == ObjectKind::constraint && op.relation_kind == ObjectKind::domain) {
    UserType* domain = type_for(op.name);
    if (!domain) return;
    for (auto& held : domain->constraints) {
      if (held->name != op.part) continue;
      Constraint& changed = own(held);
      count_constraint(domain->name.schema, op.part, -1);
      count_constraint(domain->name.schema, op.new_name, 1);
      changed.name = op.new_name;
      touch(changed.id, Aspect::name);
    }
    return;
  }
  if (op.kind == ObjectKind::constraint) {
    if (Table* t = table(op.name, op.if_exists)) rename_constraint(*t, op.part, op.new_name);
    return;
  }
  const Parts parts = parts_of(op.name, op.if_exists);
  if (!parts.triggers) return;
  const auto rename_in = [&](auto& list) {
    for (auto& held : list) {
      if (held->name != op.part) continue;
      auto& changed = own(held);
      changed.name = op.new_name;
      touch(changed.id, Aspect::name);
      return true;
    }
    return false;
  };
  bool found = false;
  if (op.kind == ObjectKind::trigger) {
    found = rename_in(*parts.triggers);
    if (parts.table) {
      for (const Id below : descendants(*parts.table)) {
        Table* child = table(below);
        if (child && child->is_partition) rename_in(child->triggers);
      }
    }
  } else if (op.kind == ObjectKind::rule) {
    found = rename_in(*parts.rules);
  } else if (parts.table) {
    for (auto& held : parts.table->policies) {
      if (held->definition.name != op.part) continue;
      Policy& changed = own(held);
      changed.definition.name = op.new_name;
      touch(changed.id, Aspect::name);
      found = true;
    }
  }
  if (!found) (void)assume_missing(op.if_exists);
}

// ---------------------------------------------------------------- schemas

void Editor::rename_schema(const std::string& from, const std::string& to) {
  if (c.schemas.find(to)) {
    outcome = Outcome::conflict;
    return;
  }
  const SchemaObject* named = schema(from);
  if (!named) return;
  const Id id = named->id;
  c.schemas.move(from, to);
  c.schemas.edit(to).name = to;
  c.homes_[id].key = to;
  touch(id, Aspect::name);
  for (const Id user : users(id)) {
    const Catalog::Home at = *home(user);
    if (at.kind == ObjectKind::extension) {
      c.extensions.edit(at.key).schema = to;
      continue;
    }
    if (schema_of(at.key) != from) continue;  // moved along with its table, or out before
    QualifiedName name = name_of_key(at.key);
    name.schema = to;
    if (at.kind == ObjectKind::type)
      move_type(at.key, name);
    else if (at.kind == ObjectKind::function)
      move_function(at.key, name);
    else
      move_relation(at.key, name);
  }
}

// ---------------------------------------------------------------- statements

// The key of what a statement renames or moves, recorded when nothing created it; empty when there
// is nothing to do.
std::string Editor::relation_to_move(ObjectKind kind, const QualifiedName& name, bool if_exists) {
  std::string key = c.resolve_relation(name);
  if (c.relation_exists(key)) return key;
  if (kind == ObjectKind::index) {
    (void)assume_missing(if_exists);
    return {};
  }
  if (kind == ObjectKind::sequence) return sequence(name, if_exists) ? key : std::string();
  if (kind == ObjectKind::view || kind == ObjectKind::materialized_view)
    return assume_view(name, if_exists) ? key : std::string();
  return table(name, if_exists) ? key : std::string();
}

void Editor::operator()(const Rename& op) {
  switch (op.kind) {
    case ObjectKind::table:
    case ObjectKind::foreign_table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::sequence:
    case ObjectKind::index: {
      const std::string key = relation_to_move(op.kind, op.name, op.if_exists);
      if (!key.empty()) move_relation(key, {std::string(schema_of(key)), op.new_name});
      return;
    }
    case ObjectKind::column:
      rename_table_column(op);
      return;
    case ObjectKind::attribute:
      rename_attribute(op);
      return;
    case ObjectKind::constraint:
    case ObjectKind::trigger:
    case ObjectKind::rule:
    case ObjectKind::policy:
      rename_part(op);
      return;
    case ObjectKind::type:
    case ObjectKind::domain: {
      const UserType* type = type_for(op.name);
      if (type) move_type(qualified(type->name), {type->name.schema, op.new_name});
      return;
    }
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::routine: {
      const Function* f = function(op.name, op.arguments, op.if_exists);
      if (!f) return;
      const QualifiedName to{f->definition.name.schema, op.new_name};
      move_function(signature(f->definition.name, f->input_types), to);
      return;
    }
    case ObjectKind::schema:
      rename_schema(op.name.name, op.new_name);
      return;
    default:
      rename_other(op);
      return;
  }
}

void Editor::rename_other(const Rename& op) {
  const std::string key = other_key(op.kind, op.name, {});
  const std::string target = other_key(op.kind, {op.name.schema, op.new_name}, {});
  if (!c.others.find(key) && !cause_.conditional && !c.others.find_before(key)) {
    const Id id = settle_in(ObjectKind::other, key);
    c.others.assume(key, [&](OtherObject& made) {
      made.id = id;
      made.kind = op.kind;
      made.name = to_string(op.name);
    });
  }
  if (!c.others.find(key) || c.others.find(target)) {
    outcome = Outcome::conflict;
    return;
  }
  c.others.move(key, target);
  OtherObject& made = c.others.edit(target);
  made.name = target.substr(to_string(op.kind).size() + 1);
  c.homes_[made.id].key = target;
  touch(made.id, Aspect::name);
}

void Editor::operator()(const SetSchema& op) {
  switch (op.kind) {
    case ObjectKind::table:
    case ObjectKind::foreign_table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::sequence: {
      const std::string key = relation_to_move(op.kind, op.name, op.if_exists);
      if (!key.empty()) {
        const std::string target = creation_schema({op.new_schema, {}});
        move_relation(key, {target, name_of_key(key).name});
      }
      return;
    }
    case ObjectKind::type:
    case ObjectKind::domain: {
      const UserType* type = type_for(op.name);
      if (type) move_type(qualified(type->name), {op.new_schema, type->name.name});
      return;
    }
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::routine: {
      const Function* f = function(op.name, op.arguments, op.if_exists);
      if (!f) return;
      const QualifiedName to{op.new_schema, f->definition.name.name};
      move_function(signature(f->definition.name, f->input_types), to);
      return;
    }
    case ObjectKind::extension: {
      if (!c.extensions.find(op.name.name)) return;
      Extension& extension = c.extensions.edit(op.name.name);
      extension.schema = op.new_schema;
      touch(extension.id, Aspect::schema);
      for (const Id user : users(extension.id)) {
        const Catalog::Home at = *home(user);
        if (at.kind == ObjectKind::type)
          move_type(at.key, {op.new_schema, name_of_key(at.key).name});
      }
      return;
    }
    default:
      return;
  }
}

}  // namespace backout::sql
