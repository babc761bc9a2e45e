// Constraints of tables. Unique, primary key and exclusion constraints own an index of their name;
// checks come down to inheriting tables, foreign keys and keys to partitions.
#include <algorithm>
#include <unordered_set>

#include "sql/catalog_editor.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

// The order in which CREATE TABLE names its constraints.
int phase(ConstraintKind kind) {
  switch (kind) {
    case ConstraintKind::check:
    case ConstraintKind::not_null:
      return 0;
    case ConstraintKind::primary_key:
      return 1;
    case ConstraintKind::unique:
    case ConstraintKind::exclude:
      return 2;
    case ConstraintKind::foreign_key:
      return 3;
  }
  return 3;
}

bool same_key(const ConstraintDef& a, const ConstraintDef& b) {
  return b.kind == ConstraintKind::unique && a.using_index.empty() && b.using_index.empty() &&
         a.columns == b.columns && a.include == b.include && a.deferrable == b.deferrable &&
         a.initially_deferred == b.initially_deferred &&
         a.nulls_not_distinct == b.nulls_not_distinct;
}

bool is_key(ConstraintKind kind) {
  return kind == ConstraintKind::unique || kind == ConstraintKind::primary_key ||
         kind == ConstraintKind::exclude;
}

bool same_columns(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

}  // namespace

// Those of one statement: `id int UNIQUE PRIMARY KEY` makes one index (transformIndexConstraints).
void Editor::add_constraints(Table& t, std::vector<ConstraintDef> defs, bool only) {
  std::stable_sort(defs.begin(), defs.end(), [](const ConstraintDef& a, const ConstraintDef& b) {
    return phase(a.kind) < phase(b.kind);
  });
  std::vector<ConstraintDef> kept;
  for (ConstraintDef& def : defs) {
    const auto twin = std::find_if(kept.begin(), kept.end(), [&def](const ConstraintDef& other) {
      return (other.kind == ConstraintKind::unique || other.kind == ConstraintKind::primary_key) &&
             same_key(other, def);
    });
    if (twin == kept.end())
      kept.push_back(std::move(def));
    else if (twin->name.empty())
      twin->name = def.name;
  }
  for (const ConstraintDef& def : kept) add_constraint(t, def, only);
}

Constraint& Editor::put_constraint(Table& t, Constraint constraint) {
  if (constraint.id == 0) constraint.id = fresh();
  count_constraint(t.name.schema, constraint.name, 1);
  touch(constraint.id, Aspect::existence);
  t.constraints.push_back(std::make_shared<Constraint>(std::move(constraint)));
  return own(t.constraints.back());
}

void Editor::inherit_check(Table& child, const Constraint& from) {
  for (auto& held : child.constraints) {
    if (held->name != from.name) continue;
    if (held->kind == ConstraintKind::check) own(held).inherited = true;  // merged
    return;
  }
  Constraint copy = from;
  copy.id = 0;
  copy.inherited = true;
  put_constraint(child, std::move(copy));
}

Constraint* Editor::add_constraint(Table& t, const ConstraintDef& def, bool only) {
  Constraint made;
  if (!def.name.empty() && constraint_name_used(t.name.schema, def.name)) {
    const auto held =
        std::find_if(t.constraints.begin(), t.constraints.end(),
                     [&def](const auto& constraint) { return constraint->name == def.name; });
    if (held != t.constraints.end()) {
      if ((*held)->known) {
        outcome = Outcome::conflict;
        return nullptr;
      }
      made.id = (*held)->id;  // named before; here is where it is made
      count_constraint(t.name.schema, def.name, -1);
      t.constraints.erase(held);
    }
  }
  made.name = def.name;
  made.kind = def.kind;
  made.columns = def.columns;
  made.exclude_text = def.exclude_text;
  made.validated = !def.not_valid && !def.not_enforced;
  made.enforced = !def.not_enforced;
  made.no_inherit = def.no_inherit;
  made.deferrable = def.deferrable;
  made.initially_deferred = def.initially_deferred;
  made.nulls_not_distinct = def.nulls_not_distinct;
  const std::string& schema_name = t.name.schema;

  switch (def.kind) {
    case ConstraintKind::check: {
      made.expression = settle(def.expression, t.id);
      // Not only columns that are there: those of later actions of the same statement count too.
      made.columns.clear();
      if (made.expression) made.columns = sql::columns_of(*made.expression);
      if (made.name.empty()) {
        const std::string only_column = made.columns.size() == 1 ? made.columns[0] : std::string();
        made.name = choose_constraint_name(schema_name, t.name.name, only_column, "check");
      }
      Constraint& added = put_constraint(t, std::move(made));
      if (!only && !added.no_inherit) {
        for (const Id id : descendants(t)) {
          if (Table* child = table(id)) inherit_check(*child, added);
        }
      }
      return &added;
    }
    case ConstraintKind::not_null: {
      for (const std::string& name : made.columns) {
        if (!column(t, name)) continue;
        with_children(t, only, [&](Table& target) { set_not_null(target, name); });
      }
      if (made.name.empty())
        made.name =
            choose_constraint_name(schema_name, t.name.name, joined(made.columns), "not_null");
      return &put_constraint(t, std::move(made));
    }
    case ConstraintKind::foreign_key: {
      for (const std::string& name : made.columns) (void)column(t, name);
      resolve_reference(t, made, def);
      if (made.name.empty())
        made.name = choose_constraint_name(schema_name, t.name.name, joined(made.columns), "fkey");
      Constraint& added = put_constraint(t, std::move(made));
      if (!t.partition_strategy.empty() && !only) {
        const Constraint copy = added;
        for (const Id id : descendants(t)) {
          if (Table* child = table(id)) clone_foreign_key(*child, copy);
        }
      }
      return &added;
    }
    case ConstraintKind::unique:
    case ConstraintKind::primary_key:
    case ConstraintKind::exclude:
      return add_key(t, def, std::move(made), only);
  }
  return nullptr;
}

Constraint* Editor::add_key(Table& t, const ConstraintDef& def, Constraint made, bool only) {
  const bool primary = def.kind == ConstraintKind::primary_key;
  if (primary) {
    for (const auto& held : t.constraints) {
      if (held->kind == ConstraintKind::primary_key && held->known) {
        outcome = Outcome::conflict;
        return nullptr;
      }
    }
  }
  if (!def.using_index.empty()) return take_index(t, def, std::move(made));
  Index index;
  for (const std::string& name : def.columns) {
    if (!column(t, name)) return nullptr;
    IndexKey key;
    key.column = name;
    index.keys.push_back(std::move(key));
  }
  index.include = def.include;
  index.unique = def.kind != ConstraintKind::exclude;
  index.primary = primary;
  index.nulls_not_distinct = def.nulls_not_distinct;
  index.method = def.kind == ConstraintKind::exclude ? "gist" : "btree";
  const std::string& schema_name = t.name.schema;
  if (made.name.empty()) {
    const std::string_view label = primary ? "pkey" : index.unique ? "key" : "excl";
    const std::string parts = primary ? std::string() : joined(key_names(index.keys, def.include));
    made.name = choose_relation_name(schema_name, t.name.name, parts, label, true);
  } else if (c.relation_exists(qualify(schema_name, made.name))) {
    outcome = Outcome::conflict;
    return nullptr;
  }
  if (primary) {
    for (const std::string& name : def.columns)
      with_children(t, only || t.partition_strategy.empty(),
                    [&](Table& target) { set_not_null(target, name); });
  }
  made.id = made.id ? made.id : fresh();
  index.name = {schema_name, made.name};
  index.constraint = made.id;
  if (only && !t.children.empty()) index.valid = false;
  Index& stored = put_index(t, std::move(index));
  made.index = stored.id;
  Constraint& added = put_constraint(t, std::move(made));
  if (!only && !t.partition_strategy.empty()) {
    const Index copy = stored;
    for (const Id id : std::vector<Id>(t.children)) {
      if (Table* child = table(id)) clone_index(*child, t, copy, true);
    }
  }
  return &added;
}

// UNIQUE / PRIMARY KEY USING INDEX: the index takes the constraint's name.
Constraint* Editor::take_index(Table& t, const ConstraintDef& def, Constraint made) {
  const auto found = std::find_if(t.indexes.begin(), t.indexes.end(), [&def](const auto& index) {
    return index->name.name == def.using_index;
  });
  if (found == t.indexes.end()) {
    if (!assume_missing(false)) return nullptr;
    Index guess;
    guess.name = {t.name.schema, def.using_index};
    guess.unique = true;
    guess.method = "btree";
    put_index(t, std::move(guess));
  }
  const auto at = std::find_if(t.indexes.begin(), t.indexes.end(), [&def](const auto& index) {
    return index->name.name == def.using_index;
  });
  if ((*at)->constraint != 0) {
    outcome = Outcome::conflict;
    return nullptr;
  }
  if (made.name.empty()) made.name = def.using_index;
  made.id = made.id ? made.id : fresh();
  if (made.name != def.using_index)
    move_index(qualify(t.name.schema, def.using_index), {t.name.schema, made.name});
  Index& index = own(*at);
  index.constraint = made.id;
  index.primary = def.kind == ConstraintKind::primary_key;
  touch(index.id, Aspect::definition);
  made.index = index.id;
  made.nulls_not_distinct = index.nulls_not_distinct;
  made.columns.clear();
  for (const IndexKey& key : index.keys) made.columns.push_back(key.column);
  if (index.primary) {
    for (const std::string& name : made.columns) set_not_null(t, name);
  }
  return &put_constraint(t, std::move(made));
}

// ---------------------------------------------------------------- foreign keys

void Editor::resolve_reference(const Table& t, Constraint& constraint, const ConstraintDef& def) {
  constraint.on_delete = def.on_delete;
  constraint.on_update = def.on_update;
  constraint.match = def.match;
  constraint.referenced_columns = def.referenced_columns;
  const std::string key = c.resolve_relation(def.referenced);
  const Table* referenced = c.tables.find(key);
  if (!referenced) referenced = table(def.referenced);
  if (!referenced) {
    constraint.referenced = {std::string(schema_of(key)), def.referenced.name};
    return;
  }
  constraint.referenced = referenced->name;
  constraint.referenced_id = referenced->id;
  depend(t.id, referenced->id);
  if (!constraint.referenced_columns.empty()) return;
  for (const auto& held : referenced->constraints) {
    if (held->kind == ConstraintKind::primary_key) constraint.referenced_columns = held->columns;
  }
}

void Editor::clone_foreign_key(Table& child, const Constraint& from) {
  for (auto& held : child.constraints) {
    if (held->kind == ConstraintKind::foreign_key && held->referenced_id == from.referenced_id &&
        held->columns == from.columns && held->referenced_columns == from.referenced_columns &&
        held->on_delete == from.on_delete && held->on_update == from.on_update) {
      own(held).inherited = true;  // an equal one of its own is attached
      return;
    }
  }
  Constraint copy = from;
  copy.id = 0;
  copy.inherited = true;
  if (child.constraint(copy.name))
    copy.name =
        choose_constraint_name(child.name.schema, child.name.name, joined(copy.columns), "fkey");
  depend(child.id, copy.referenced_id);
  put_constraint(child, std::move(copy));
}

// A key goes: foreign keys on exactly its columns go too, unless another key serves them.
void Editor::drop_dependent_keys(const Table& t, const Constraint& key, bool cascade) {
  for (const auto& index : t.indexes) {
    if (!index->unique || index->id == key.index || index->predicate) continue;
    std::vector<std::string> columns;
    for (const IndexKey& part : index->keys) columns.push_back(part.column);
    if (same_columns(std::move(columns), key.columns)) return;
  }
  std::vector<Id> tables = users(t.id);
  tables.push_back(t.id);
  for (const Id id : tables) {
    const Catalog::Home* at = home(id);
    const Table* other = at && at->kind == ObjectKind::table ? c.tables.find(at->key) : nullptr;
    if (!other) continue;
    std::vector<Id> gone;
    for (const auto& held : other->constraints) {
      if (held->kind == ConstraintKind::foreign_key && held->referenced_id == t.id &&
          same_columns(held->referenced_columns, key.columns))
        gone.push_back(held->id);
    }
    if (gone.empty()) continue;
    if (!cascade) {
      outcome = Outcome::conflict;
      continue;
    }
    Table& writable = *table(id);
    for (const Id constraint : gone) remove_constraint(writable, constraint, true);
  }
}

// ---------------------------------------------------------------- drop, validate, alter

void Editor::remove_constraint(Table& t, Id id, bool cascade) {
  const auto at = std::find_if(t.constraints.begin(), t.constraints.end(),
                               [id](const auto& held) { return held->id == id; });
  if (at == t.constraints.end()) return;
  const std::shared_ptr<const Constraint> gone = *at;
  t.constraints.erase(at);
  count_constraint(t.name.schema, gone->name, -1);
  touch(gone->id, Aspect::existence);
  if (is_key(gone->kind)) {
    if (gone->kind != ConstraintKind::exclude) drop_dependent_keys(t, *gone, cascade);
    if (gone->index != 0) remove_index(t, gone->index);
    return;
  }
  // What came down to other tables goes with it.
  for (const Id child_id : std::vector<Id>(t.children)) {
    Table* child = table(child_id);
    if (!child) continue;
    for (const auto& held : child->constraints) {
      if (!held->inherited || held->kind != gone->kind) continue;
      if (held->name != gone->name &&
          !(held->kind == ConstraintKind::foreign_key && held->columns == gone->columns &&
            held->referenced_id == gone->referenced_id))
        continue;
      remove_constraint(*child, held->id, cascade);
      break;
    }
  }
}

void Editor::operator()(const AddConstraint& op) {
  if (Table* t = table(op.table, op.if_exists)) add_constraint(*t, op.constraint, op.only);
}

Constraint* Editor::constraint(Table& t, const std::string& name, bool missing_ok) {
  for (auto& held : t.constraints) {
    if (held->name == name) return &own(held);
  }
  if (!assume_missing(missing_ok)) return nullptr;
  auto made = std::make_shared<Constraint>();
  made->id = fresh();
  made->known = false;
  made->name = name;
  c.tables.amend_before(key_of(t), [&](Table& before) {
    if (before.id == t.id && !before.constraint(name)) before.constraints.push_back(made);
  });
  t.constraints.push_back(std::move(made));
  count_constraint(t.name.schema, name, 1);
  return &own(t.constraints.back());
}

void Editor::operator()(const DropConstraint& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) return;
  if (const Constraint* held = constraint(*t, op.constraint, op.missing_ok))
    remove_constraint(*t, held->id, op.cascade);
}

void Editor::operator()(const ValidateConstraint& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t || !constraint(*t, op.constraint, false)) return;
  with_children(*t, false, [&](Table& target) {
    for (auto& held : target.constraints) {
      if (held->name != op.constraint || held->validated) continue;
      Constraint& changed = own(held);
      changed.validated = true;
      touch(changed.id, Aspect::validity);
    }
  });
}

void Editor::operator()(const AlterConstraint& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t || !constraint(*t, op.constraint, false)) return;
  with_children(*t, t->partition_strategy.empty(), [&](Table& target) {
    for (auto& held : target.constraints) {
      if (held->name != op.constraint) continue;
      Constraint& changed = own(held);
      changed.deferrable = op.deferrable;
      changed.initially_deferred = op.initially_deferred;
      if (op.not_enforced) changed.enforced = changed.validated = false;
      touch(changed.id, Aspect::definition);
    }
  });
}

}  // namespace backout::sql
