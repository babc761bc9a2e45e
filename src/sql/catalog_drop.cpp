// Dropping, and what goes along. Dependents are dropped from a list, not by recursion: chains of
// views may be long. Without CASCADE the server would refuse; then `outcome` is a conflict, the
// object goes all the same (better a loss reported than one missed) and its dependents stay.
#include <algorithm>

#include "sql/catalog_editor.h"
#include "sql/catalog_expr.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

template <class T>
bool contains(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool calls(const ExprPtr& expr, const QualifiedName& function) {
  if (!expr) return false;
  const std::vector<std::string> names = functions_called(*expr);
  return std::any_of(names.begin(), names.end(), [&function](const std::string& name) {
    const QualifiedName called = name_in_text(name);
    return called.name == function.name &&
           (called.schema.empty() || called.schema == function.schema);
  });
}

bool takes(const ExprPtr& expr, const std::string& sequence_key) {
  return expr && contains(nextval_targets(*expr), sequence_key);
}

bool has_type(const Function& f, const QualifiedName& type) {
  if (f.definition.returns && f.definition.returns->name == type) return true;
  return std::any_of(f.definition.parameters.begin(), f.definition.parameters.end(),
                     [&type](const Parameter& p) { return p.type.name == type; });
}

// Whether an index names the column in any of its parts.
bool mentions(const Index& index, const std::string& column) {
  return contains(index.include, column) || sql::mentions(index.predicate, column) ||
         std::any_of(index.keys.begin(), index.keys.end(), [&column](const IndexKey& key) {
           return key.column == column || sql::mentions(key.expression, column);
         });
}

}  // namespace

// ---------------------------------------------------------------- the list of what still goes

void Editor::doom(Id id, bool cascade) { doomed_.emplace_back(id, cascade); }

// A dependent object that only CASCADE takes along.
void Editor::doom_dependent(Id id, bool cascade) {
  if (cascade)
    doom(id, true);
  else if (!goes_too(id))
    outcome = Outcome::conflict;
}

// Whether the same statement names that object as well.
bool Editor::goes_too(Id id) const {
  const Catalog::Home* at = home(id);
  if (!at || !also_) return false;
  return std::any_of(also_->begin(), also_->end(), [&](const QualifiedName& name) {
    return c.resolve_relation(name) == at->key || c.resolve_type(name) == at->key;
  });
}

void Editor::finish_drops() {
  while (!doomed_.empty()) {
    const auto [id, cascade] = doomed_.back();
    doomed_.pop_back();
    drop_object(id, cascade);
  }
}

void Editor::drop_object(Id id, bool cascade) {
  const Catalog::Home* at = home(id);
  if (!at) return;
  const Catalog::Home gone = *at;
  switch (gone.kind) {
    case ObjectKind::table:
      drop_table(gone.key, cascade);
      break;
    case ObjectKind::view:
      drop_view(gone.key);
      break;
    case ObjectKind::sequence:
      c.sequences.erase(gone.key);
      free_name(gone.key);
      break;
    case ObjectKind::type: {
      for (const auto& held : c.types.find(gone.key)->constraints) {
        count_constraint(schema_of(gone.key), held->name, -1);
        touch(held->id, Aspect::existence);
      }
      c.types.erase(gone.key);
      break;
    }
    case ObjectKind::function: {
      std::string name = gone.key.substr(0, gone.key.find('('));
      if (const auto it = c.function_names_.find(name); it != c.function_names_.end())
        std::erase(it->second, gone.key);
      break;  // erased below: who calls it is told by its name
    }
    case ObjectKind::schema:
      c.schemas.erase(gone.key);
      break;
    case ObjectKind::extension:
      c.extensions.erase(gone.key);
      break;
    default:
      c.others.erase(gone.key);
      break;
  }
  touch(id, Aspect::existence);
  c.homes_.erase(id);
  release_users(id, gone, cascade);
  if (gone.kind == ObjectKind::function) c.functions.erase(gone.key);
  c.users_.erase(id);
}

void Editor::drop_table(const std::string& key, bool cascade) {
  const Table gone = *c.tables.find(key);
  for (const auto& part : gone.columns) touch(part->id, Aspect::existence);
  for (const auto& part : gone.triggers) touch(part->id, Aspect::existence);
  for (const auto& part : gone.policies) touch(part->id, Aspect::existence);
  for (const auto& part : gone.rules) touch(part->id, Aspect::existence);
  for (const auto& part : gone.constraints) {
    touch(part->id, Aspect::existence);
    count_constraint(gone.name.schema, part->name, -1);
  }
  for (const auto& part : gone.indexes) {
    touch(part->id, Aspect::existence);
    c.indexes_.erase(qualified(part->name));
    free_name(qualified(part->name));
  }
  for (const Id id : gone.parents) {
    Table* parent = table(id);
    if (!parent) continue;
    std::erase(parent->children, gone.id);
    touch(id, Aspect::partitioning);
  }
  c.tables.erase(key);
  for (const Id id : gone.children) {
    Table* child = table(id);
    if (!child) continue;
    std::erase(child->parents, gone.id);
    if (child->is_partition)
      doom(id, cascade);
    else
      doom_dependent(id, cascade);
  }
}

void Editor::drop_view(const std::string& key) {
  const View gone = *c.views.find(key);
  for (const auto& part : gone.triggers) touch(part->id, Aspect::existence);
  for (const auto& part : gone.rules) touch(part->id, Aspect::existence);
  for (const auto& part : gone.indexes) {
    touch(part->id, Aspect::existence);
    c.indexes_.erase(qualified(part->name));
  }
  c.views.erase(key);
}

// ---------------------------------------------------------------- dependents

void Editor::release_users(Id gone, const Catalog::Home& was, bool cascade) {
  for (const Id user : users(gone)) {
    const Catalog::Home at = *home(user);
    if (was.kind == ObjectKind::schema || was.kind == ObjectKind::extension) {
      const bool content = was.kind == ObjectKind::extension || schema_of(at.key) == was.key ||
                           at.kind == ObjectKind::extension;
      if (content && was.kind == ObjectKind::extension)
        doom(user, cascade);
      else if (content)
        doom_dependent(user, cascade);
      continue;
    }
    switch (at.kind) {
      case ObjectKind::table:
        release_from_table(c.tables.edit(at.key), gone, was, cascade);
        break;
      case ObjectKind::view: {
        const View& v = *c.views.find(at.key);
        const bool uses = contains(v.depends_types, gone) || contains(v.depends_functions, gone) ||
                          std::any_of(v.depends.begin(), v.depends.end(),
                                      [gone](const auto& on) { return on.first == gone; });
        if (uses) doom_dependent(user, cascade);
        break;
      }
      case ObjectKind::sequence:
        if (c.sequences.find(at.key)->owner_table == gone) doom(user, cascade);
        break;
      case ObjectKind::function:
        if (has_type(*c.functions.find(at.key), name_of_key(was.key)))
          doom_dependent(user, cascade);
        break;
      case ObjectKind::type:
        release_from_type(c.types.edit(at.key), name_of_key(was.key), cascade);
        break;
      default:
        break;
    }
  }
}

QualifiedName Editor::name_of_key(std::string_view key) {
  const std::string_view plain = key.substr(0, key.find('('));
  const auto dot = plain.find('.');
  if (dot == std::string_view::npos) return {{}, std::string(plain)};
  return {std::string(plain.substr(0, dot)), std::string(plain.substr(dot + 1))};
}

void Editor::release_from_type(UserType& type, const QualifiedName& gone, bool cascade) {
  if (type.base.name == gone) {
    doom_dependent(type.id, cascade);
    return;
  }
  const auto uses = [&gone](const Attribute& attribute) { return attribute.type.name == gone; };
  if (std::none_of(type.attributes.begin(), type.attributes.end(), uses)) return;
  if (!cascade) {
    outcome = Outcome::conflict;
    return;
  }
  std::erase_if(type.attributes, uses);
  touch(type.id, Aspect::attributes);
}

void Editor::release_from_table(Table& t, Id gone, const Catalog::Home& was, bool cascade) {
  std::vector<Id> constraints;
  std::vector<Id> columns;
  std::vector<Id> indexes;
  std::vector<std::string> triggers;
  const QualifiedName name = name_of_key(was.key);
  const bool function = was.kind == ObjectKind::function;
  const auto refused = [&] {
    if (!cascade) outcome = Outcome::conflict;
    return !cascade;
  };
  for (auto& col : t.columns) {
    if (col->type_id == gone) {
      if (!refused()) columns.push_back(col->id);
    } else if ((was.kind == ObjectKind::sequence && takes(col->default_value, was.key)) ||
               (function && calls(col->default_value, name))) {
      if (refused()) continue;
      Column& changed = own(col);
      changed.default_value = nullptr;
      touch(changed.id, Aspect::default_value);
    } else if (function && calls(col->generated_as, name)) {
      if (!refused()) columns.push_back(col->id);
    }
  }
  for (const auto& held : t.constraints) {
    if (held->kind == ConstraintKind::foreign_key && held->referenced_id == gone) {
      // goes in any case: there is nothing to refer to
      if (!cascade && !goes_too(t.id)) outcome = Outcome::conflict;
      constraints.push_back(held->id);
    } else if (function && calls(held->expression, name)) {
      if (!refused()) constraints.push_back(held->id);
    }
  }
  if (function) {
    for (const auto& held : t.triggers) {
      if (held->definition.function == name && !refused()) triggers.push_back(held->name);
    }
    for (const auto& held : t.indexes) {
      const bool used = calls(held->predicate, name) ||
                        std::any_of(held->keys.begin(), held->keys.end(), [&](const IndexKey& key) {
                          return calls(key.expression, name);
                        });
      if (used && !refused()) indexes.push_back(held->id);
    }
  }
  for (const Id id : constraints) remove_constraint(t, id, cascade);
  for (const Id id : indexes) remove_index(t, id);
  for (const std::string& trigger : triggers) remove_trigger(t, trigger);
  for (const Id id : columns) drop_column(t, id, true);
}

void Editor::drop_column(Table& t, Id column_id, bool cascade) {
  const auto at = std::find_if(t.columns.begin(), t.columns.end(),
                               [column_id](const auto& held) { return held->id == column_id; });
  if (at == t.columns.end()) return;
  const std::string name = (*at)->name;
  t.columns.erase(at);
  touch(column_id, Aspect::existence);
  touch(t.id, Aspect::columns);
  const auto refused = [&] {
    if (!cascade) outcome = Outcome::conflict;
    return !cascade;
  };

  // Other tables' keys and views, and sequences of its own.
  for (const Id user : users(t.id)) {
    const Catalog::Home* found = home(user);
    if (!found) continue;
    const Catalog::Home where = *found;
    if (where.kind == ObjectKind::view) {
      if (contains(c.views.find(where.key)->depends, {t.id, column_id}))
        doom_dependent(user, cascade);
    } else if (where.kind == ObjectKind::sequence) {
      const Sequence& s = *c.sequences.find(where.key);
      if (s.owner_table == t.id && s.owner_column == column_id) doom(user, cascade);
    } else if (where.kind == ObjectKind::table) {
      drop_references(*c.tables.find(where.key), t.id, name, cascade);
    }
  }
  drop_references(t, t.id, name, true);

  std::vector<Id> gone;
  for (const auto& held : t.constraints) {
    if (contains(held->columns, name) || sql::mentions(held->expression, name))
      gone.push_back(held->id);
  }
  for (const Id id : gone) remove_constraint(t, id, cascade);
  gone.clear();
  for (const auto& held : t.indexes) {
    if (mentions(*held, name)) gone.push_back(held->id);
  }
  for (const Id id : gone) {
    const auto index = std::find_if(t.indexes.begin(), t.indexes.end(),
                                    [id](const auto& held) { return held->id == id; });
    if (index == t.indexes.end()) continue;
    if ((*index)->constraint != 0)
      remove_constraint(t, (*index)->constraint, cascade);
    else
      remove_index(t, id);
  }
  gone.clear();
  for (const auto& held : t.columns) {
    if (sql::mentions(held->generated_as, name) && !refused()) gone.push_back(held->id);
  }
  for (const Id id : gone) drop_column(t, id, cascade);
  std::vector<std::string> triggers;
  for (const auto& held : t.triggers) {
    const CreateTrigger& definition = held->definition;
    if ((contains(definition.update_of, name) || sql::mentions(definition.when, name)) &&
        !refused())
      triggers.push_back(held->name);
  }
  for (const std::string& trigger : triggers) remove_trigger(t, trigger);
  std::erase_if(t.policies, [&](const auto& held) {
    const CreatePolicy& definition = held->definition;
    if (!sql::mentions(definition.using_, name) && !sql::mentions(definition.check, name))
      return false;
    if (refused()) return false;
    touch(held->id, Aspect::existence);
    return true;
  });
  const std::string suffix = "(" + name + ")";
  for (auto role = t.grants.begin(); role != t.grants.end();) {
    std::erase_if(role->second, [&](const std::string& held) { return held.ends_with(suffix); });
    role = role->second.empty() ? t.grants.erase(role) : std::next(role);
  }
}

// Foreign keys of one table that refer to a column which goes.
void Editor::drop_references(const Table& from, Id to, const std::string& column, bool cascade) {
  std::vector<Id> gone;
  for (const auto& held : from.constraints) {
    if (held->kind == ConstraintKind::foreign_key && held->referenced_id == to &&
        contains(held->referenced_columns, column))
      gone.push_back(held->id);
  }
  if (gone.empty()) return;
  if (!cascade) {
    outcome = Outcome::conflict;
    return;
  }
  Table* writable = table(from.id);
  for (const Id id : gone) {
    if (writable) remove_constraint(*writable, id, true);
  }
}

// ---------------------------------------------------------------- statements

void Editor::operator()(const DropColumn& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) return;
  const Column* col = column(*t, op.column, op.missing_ok);
  if (!col) return;
  if (col->known && col->inherited && t->known) {  // only together with the parent's
    outcome = Outcome::conflict;
    return;
  }
  const Id id = col->id;
  if (!op.only) {
    for (const Id below : descendants(*t)) {
      Table* child = table(below);
      if (!child) continue;
      const Column* held = child->column(op.column);
      if (held && held->inherited) drop_column(*child, held->id, op.cascade);
    }
  }
  drop_column(*t, id, op.cascade);
  finish_drops();
}

void Editor::operator()(const Drop& op) {
  also_ = op.also.get();
  switch (op.kind) {
    case ObjectKind::table:
    case ObjectKind::foreign_table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::sequence:
      drop_relation(op);
      break;
    case ObjectKind::index:
      drop_index(op);
      break;
    case ObjectKind::type:
    case ObjectKind::domain: {
      const std::string key = c.resolve_type(op.name);
      if (!c.types.find(key) && op.if_exists && (c.complete_ || cause_.conditional)) {
        outcome = Outcome::no_op;
        return;
      }
      if (const UserType* type = type_for(op.name)) doom(type->id, op.cascade);
      break;
    }
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::routine:
      if (const Function* f = function(op.name, op.arguments, op.if_exists))
        doom(f->id, op.cascade);
      break;
    case ObjectKind::schema:
      if (!c.schemas.find(op.name.name) && op.if_exists && (c.complete_ || cause_.conditional)) {
        outcome = Outcome::no_op;
        return;
      }
      if (const SchemaObject* s = schema(op.name.name)) doom(s->id, op.cascade);
      break;
    case ObjectKind::trigger:
    case ObjectKind::rule:
    case ObjectKind::policy:
      drop_part(op);
      break;
    case ObjectKind::extension:
      drop_by_name(c.extensions, op, op.name.name);
      break;
    case ObjectKind::aggregate:
      drop_aggregate(op);
      break;
    default:
      drop_by_name(c.others, op, other_key(op.kind, op.name, op.part));
      break;
  }
  finish_drops();
}

// Extensions and other objects, known by name alone. They are often made outside of migrations, so
// one that is not known says nothing about the history.
template <class T>
void Editor::drop_by_name(Objects<T>& objects, const Drop& op, const std::string& key) {
  if (!objects.find(key)) {
    if (op.if_exists || cause_.conditional || objects.find_before(key)) {
      outcome = op.if_exists ? Outcome::no_op : Outcome::conflict;
      return;
    }
    const bool extension = op.kind == ObjectKind::extension;
    const Id id = settle_in(extension ? ObjectKind::extension : ObjectKind::other, key);
    objects.assume(key, [&](T& made) {
      made.id = id;
      made.name = extension ? op.name.name : key.substr(to_string(op.kind).size() + 1);
      if constexpr (std::same_as<T, OtherObject>) made.kind = op.kind;
    });
    outcome = Outcome::unknown_object;
  }
  doom(objects.find(key)->id, op.cascade);
}

// Of an aggregate the name is kept; overloads count as one.
void Editor::drop_aggregate(const Drop& op) {
  for (const std::string& schema_name : c.search_path_) {
    const QualifiedName full{op.name.schema.empty() ? schema_name : op.name.schema, op.name.name};
    const std::string key = other_key(op.kind, full, {});
    if (c.others.find(key)) return drop_by_name(c.others, op, key);
  }
  drop_by_name(c.others, op, other_key(op.kind, op.name, {}));
}

void Editor::drop_relation(const Drop& op) {
  const std::string key = c.resolve_relation(op.name);
  const bool want_view = op.kind == ObjectKind::view || op.kind == ObjectKind::materialized_view;
  switch (relation_kind(key)) {
    case ObjectKind::table:
      if (op.kind == ObjectKind::table || op.kind == ObjectKind::foreign_table)
        doom(c.tables.find(key)->id, op.cascade);
      else
        outcome = Outcome::conflict;
      return;
    case ObjectKind::view:
      if (want_view &&
          c.views.find(key)->materialized == (op.kind == ObjectKind::materialized_view))
        doom(c.views.find(key)->id, op.cascade);
      else
        outcome = Outcome::conflict;
      return;
    case ObjectKind::sequence:
      if (op.kind == ObjectKind::sequence)
        doom(c.sequences.find(key)->id, op.cascade);
      else
        outcome = Outcome::conflict;
      return;
    case ObjectKind::index:
      outcome = Outcome::conflict;
      return;
    default:
      break;
  }
  if (op.kind == ObjectKind::sequence) {
    if (const Sequence* s = sequence(op.name, op.if_exists)) doom(s->id, op.cascade);
  } else if (want_view) {
    if (const View* v = assume_view(op.name, op.if_exists)) doom(v->id, op.cascade);
  } else if (const Table* t = table(op.name, op.if_exists)) {
    doom(t->id, op.cascade);
  }
}

View* Editor::assume_view(const QualifiedName& name, bool if_exists) {
  const std::string key = c.resolve_relation(name);
  if (c.views.find_before(key)) {
    outcome = if_exists ? Outcome::no_op : Outcome::conflict;
    return nullptr;
  }
  if (!assume_missing(if_exists)) return nullptr;
  const Id id = settle_in(ObjectKind::view, key);
  c.views.assume(key, [&](View& made) {
    made.id = id;
    made.known = false;
    made.columns_known = false;
    made.name = {std::string(schema_of(key)), name.name};
  });
  return &c.views.edit(key);
}

void Editor::drop_index(const Drop& op) {
  const std::string key = c.resolve_relation(op.name);
  const std::string owner = c.table_of_index(key);
  if (owner.empty()) {  // of a table that is not known: kept by its name alone
    const std::string other = other_key(op.kind, {}, key);
    if (c.relation_exists(key) || c.others.find_before(other)) {
      outcome = op.if_exists ? Outcome::no_op : Outcome::conflict;
    } else if (assume_missing(op.if_exists)) {
      const Id id = settle_in(ObjectKind::other, other);
      c.others.assume(other, [&](OtherObject& made) {
        made.id = id;
        made.kind = op.kind;
        made.name = key;
      });
      doom(id, false);
    }
    return;
  }
  const auto is_it = [&key](const auto& held) { return qualified(held->name) == key; };
  if (c.views.find(owner)) {
    View& v = c.views.edit(owner);
    const auto at = std::find_if(v.indexes.begin(), v.indexes.end(), is_it);
    if (at == v.indexes.end()) return;
    touch((*at)->id, Aspect::existence);
    v.indexes.erase(at);
    c.indexes_.erase(key);
    return;
  }
  const Table& held = *c.tables.find(owner);
  const auto at = std::find_if(held.indexes.begin(), held.indexes.end(), is_it);
  if (at == held.indexes.end()) return;
  if ((*at)->constraint != 0 || (*at)->parent != 0) {  // goes with its constraint or parent only
    outcome = Outcome::conflict;
    return;
  }
  const Id id = (*at)->id;
  remove_index(c.tables.edit(owner), id);
}

void Editor::drop_part(const Drop& op) {
  const Parts parts = parts_of(op.name, op.if_exists);
  if (!parts.triggers) return;
  const auto drop_named = [&](auto& list, auto is_it) {
    const auto at = std::find_if(list.begin(), list.end(), is_it);
    if (at == list.end()) {
      if (parts.table && !parts.table->known && !op.if_exists) return;
      (void)assume_missing(op.if_exists);
      return;
    }
    touch((*at)->id, Aspect::existence);
    list.erase(at);
  };
  const auto same_name = [&op](const auto& held) { return held->name == op.part; };
  if (op.kind == ObjectKind::rule) {
    drop_named(*parts.rules, same_name);
  } else if (op.kind == ObjectKind::policy) {
    if (!parts.table) return;
    drop_named(parts.table->policies,
               [&op](const auto& held) { return held->definition.name == op.part; });
  } else if (parts.table &&
             std::any_of(parts.triggers->begin(), parts.triggers->end(), same_name)) {
    remove_trigger(*parts.table, op.part);  // with those of partitions
  } else {
    drop_named(*parts.triggers, same_name);
  }
}

void Editor::drop_sequence(const std::string& key, bool cascade) {
  if (const Sequence* s = c.sequences.find(key)) doom(s->id, cascade);
  finish_drops();
}

}  // namespace backout::sql
