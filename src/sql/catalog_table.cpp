// Tables and their columns: CREATE TABLE in all its forms, and the column actions of ALTER TABLE.
// An action on a parent reaches the tables that inherit from it, as the server does.
#include <algorithm>
#include <unordered_set>

#include "sql/catalog_editor.h"
#include "sql/catalog_expr.h"
#include "sql/catalog_names.h"

namespace backout::sql {

// ---------------------------------------------------------------- create

void Editor::operator()(const CreateTable& op) {
  const std::string schema_name = creation_schema(op.name, op.temporary);
  const std::string key = qualify(schema_name, op.name.name);
  const Table* named = c.tables.find(key);
  const bool discovered = named && !named->known;  // named before; here is where it is made
  if (!discovered && c.relation_exists(key)) {
    outcome = op.if_not_exists ? Outcome::no_op : Outcome::conflict;
    return;
  }
  Table fresh_table;
  if (discovered) {
    fresh_table.id = named->id;
    fresh_table.owner = named->owner;
    fresh_table.grants = named->grants;
    fresh_table.children = named->children;
  } else {
    fresh_table.id = settle_in(ObjectKind::table, key);
    fresh_table.owner = c.role_;
    apply_default_grants(ObjectKind::table, schema_name, fresh_table.grants);
  }
  fresh_table.name = {schema_name, op.name.name};
  fresh_table.foreign = op.foreign;
  fresh_table.unlogged = op.unlogged;
  fresh_table.temporary = schema_name == "pg_temp";
  fresh_table.partition_strategy = op.partition_strategy;
  fresh_table.partition_columns = op.partition_columns;
  Table& t = c.tables.put(key, std::move(fresh_table));
  if (t.temporary) c.temporary_.push_back(key);
  touch(t.id, Aspect::existence);

  for (const QualifiedName& parent : op.inherits) {
    if (const Table* p = table(parent)) inherit_from(t, key_of(*p), op.partition_of);
  }
  if (op.partition_of) t.partition_bound = op.partition_bound;
  if (op.of_type) {
    Type row;
    row.name = *op.of_type;
    Id type_id = 0;
    resolve(row, &type_id);
    if (const UserType* type = user_type(type_id)) {
      for (const Attribute& attribute : type->attributes) {
        ColumnDef def;
        def.name = attribute.name;
        def.type = attribute.type;
        add_column(t, def);
      }
      depend(t.id, type_id);
    }
  }
  for (const ColumnDef& def : op.columns) add_column(t, def);
  for (const LikeClause& like : op.like) copy_like(t, like);
  if (op.as_query) {
    Columns columns = columns_of(*op.as_query);
    for (std::size_t i = 0; i < columns.list.size(); ++i) {
      ColumnDef def;
      def.name = i < op.as_columns.size() ? op.as_columns[i] : columns.list[i].name;
      def.type = columns.list[i].type;
      if (column_at(t, def.name) == t.columns.size()) add_column(t, def);
    }
  }
  std::vector<ConstraintDef> constraints;
  for (const ColumnDef& def : op.columns)
    constraints.insert(constraints.end(), def.constraints.begin(), def.constraints.end());
  constraints.insert(constraints.end(), op.constraints.begin(), op.constraints.end());
  add_constraints(t, std::move(constraints));
  if (op.partition_of && !t.parents.empty()) {
    if (Table* parent = table(t.parents.front())) attach_parts(*parent, t);
  }
}

Column& Editor::add_column(Table& t, const ColumnDef& def) {
  const std::size_t at = column_at(t, def.name);
  const bool merged = at < t.columns.size();  // also inherited: this definition adds to that one
  Column made;
  if (merged) made = *t.columns[at];
  if (!merged) made.id = fresh();
  made.inherited = false;
  made.name = def.name;
  if (!def.type.name.name.empty()) made.type = resolve(def.type, &made.type_id);
  depend(t.id, made.type_id);
  if (!def.collation.empty()) made.collation = def.collation;
  made.not_null = made.not_null || def.not_null || def.serial || def.identity != Identity::no;
  if (def.has_default) made.default_value = settle(def.default_value, t.id, &made.type);
  if (def.generated != Generated::no) {
    made.generated = def.generated;
    made.generated_as = settle(def.generated_as, t.id, &made.type);
  }
  made.identity = def.identity;
  touch(made.id, Aspect::existence);
  touch(t.id, Aspect::columns);
  if (merged)
    t.columns[at] = std::make_shared<Column>(std::move(made));
  else
    t.columns.push_back(std::make_shared<Column>(std::move(made)));
  Column& col = own(t.columns[at]);
  if (def.serial)
    col.default_value = nextval_of(column_sequence(t, col, def.identity_options, false));
  if (def.identity != Identity::no) column_sequence(t, col, def.identity_options, true);
  return col;
}

void Editor::inherit_column(Table& child, const Column& from) {
  const std::size_t at = column_at(child, from.name);
  if (at < child.columns.size()) {  // declared in both: one column
    Column& col = own(child.columns[at]);
    col.not_null = col.not_null || from.not_null;
    return;
  }
  Column copy = from;
  copy.id = fresh();
  copy.inherited = true;
  copy.identity = Identity::no;  // before 17
  depend(child.id, copy.type_id);
  if (copy.default_value) {
    for (const std::string& key : nextval_targets(*copy.default_value)) {
      if (const Sequence* s = c.sequences.find(key)) depend(child.id, s->id);
    }
  }
  touch(copy.id, Aspect::existence);
  touch(child.id, Aspect::columns);
  child.columns.push_back(std::make_shared<Column>(std::move(copy)));
}

// Columns and checks come down; indexes and the like of partitions follow in `attach_parts`.
void Editor::inherit_from(Table& child, const std::string& parent_key, bool partition) {
  Table& parent = c.tables.edit(parent_key);
  if (parent.id == child.id) {
    outcome = Outcome::conflict;
    return;
  }
  child.parents.push_back(parent.id);
  child.is_partition = partition;
  parent.children.push_back(child.id);
  depend(child.id, parent.id);
  touch(parent.id, Aspect::partitioning);
  for (const auto& col : parent.columns) inherit_column(child, *col);
  for (const auto& constraint : parent.constraints) {
    if (constraint->kind != ConstraintKind::check || constraint->no_inherit) continue;
    if (child.constraint(constraint->name)) continue;
    Constraint copy = *constraint;
    copy.id = fresh();
    copy.inherited = true;
    put_constraint(child, std::move(copy));
  }
}

void Editor::copy_like(Table& t, const LikeClause& like) {
  const std::string source_key = c.resolve_relation(like.table);
  if (const View* v = c.views.find(source_key)) {
    for (const ViewColumn& col : v->columns) {
      ColumnDef def;
      def.name = col.name;
      def.type = col.type;
      add_column(t, def);
    }
    return;
  }
  const Table* found = table(like.table);
  if (!found) return;
  const Table source = *found;  // `t` may be the same map's object
  for (const auto& from : source.columns) {
    if (column_at(t, from->name) < t.columns.size()) continue;
    Column copy = *from;
    copy.id = fresh();
    copy.inherited = false;
    if (!like.defaults) copy.default_value = nullptr;
    if (copy.generated != Generated::no && !like.generated) {
      copy.generated = Generated::no;
      copy.generated_as = nullptr;
    }
    const bool identity = copy.identity != Identity::no && like.identity;
    if (!identity) copy.identity = Identity::no;
    depend(t.id, copy.type_id);
    if (copy.default_value) {
      for (const std::string& sequence : nextval_targets(*copy.default_value)) {
        if (const Sequence* s = c.sequences.find(sequence)) depend(t.id, s->id);
      }
    }
    touch(copy.id, Aspect::existence);
    t.columns.push_back(std::make_shared<Column>(std::move(copy)));
    if (identity) {
      // The server hands on the sequence's numbers but not its type.
      SequenceOptions options;
      options.type = "bigint";
      const std::string sequence = identity_sequence(source, from->id);
      if (const Sequence* s = c.sequences.find(sequence)) {
        options.increment = s->increment;
        options.min = s->min;
        options.max = s->max;
        options.start = s->start;
        options.cycle = s->cycle;
      }
      column_sequence(t, own(t.columns.back()), options, true);
    }
  }
  for (const auto& from : source.constraints) {
    if (from->kind != ConstraintKind::check || !like.constraints || t.constraint(from->name))
      continue;
    Constraint copy = *from;
    copy.id = fresh();
    copy.inherited = false;
    put_constraint(t, std::move(copy));
  }
  if (!like.indexes) return;
  for (const auto& index : source.indexes) clone_index(t, source, *index, false);
}

// ---------------------------------------------------------------- columns

std::vector<Id> Editor::descendants(const Table& t) {
  std::vector<Id> found;
  std::unordered_set<Id> seen{t.id};
  std::vector<Id> open = t.children;
  while (!open.empty()) {
    const Id id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    const Catalog::Home* at = home(id);
    const Table* child = at && at->kind == ObjectKind::table ? c.tables.find(at->key) : nullptr;
    if (!child) continue;
    found.push_back(id);
    open.insert(open.end(), child->children.begin(), child->children.end());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void Editor::operator()(const AddColumn& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) return;
  if (column_at(*t, op.column.name) < t->columns.size()) {
    const std::size_t at = column_at(*t, op.column.name);
    if (t->columns[at]->known) {
      outcome = op.if_not_exists ? Outcome::no_op : Outcome::conflict;
      return;
    }
  }
  if (t->columns.size() >= max_columns) {
    outcome = Outcome::conflict;
    return;
  }
  const Column added = add_column(*t, op.column);
  if (!op.only) {
    for (const Id id : descendants(*t)) {
      if (Table* child = table(id)) inherit_column(*child, added);
    }
  }
  add_constraints(*t, op.column.constraints, op.only);
}

void Editor::operator()(const AlterColumnType& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) return;
  Column* col = column(*t, op.column);
  if (!col) return;
  for (const auto& held : t->columns) {
    if (mentions(held->generated_as, op.column)) outcome = Outcome::conflict;
  }
  Id type_id = 0;
  const Type type = resolve(op.type, &type_id);
  for (const Id user : users(t->id)) {
    const Catalog::Home* at = home(user);
    const View* v = at && at->kind == ObjectKind::view ? c.views.find(at->key) : nullptr;
    if (v && std::find(v->depends.begin(), v->depends.end(), std::pair{t->id, col->id}) !=
                 v->depends.end())
      outcome = Outcome::conflict;
  }
  with_children(*t, false, [&](Table& target) {
    const std::size_t at = column_at(target, op.column);
    if (at == target.columns.size()) return;
    Column& changed = own(target.columns[at]);
    changed.type = type;
    changed.type_id = type_id;
    changed.collation = op.collation;
    depend(target.id, type_id);
    touch(changed.id, Aspect::type);
    touch(changed.id, Aspect::collation);
    touch(target.id, Aspect::columns);
    if (changed.identity == Identity::no) return;
    const std::string sequence = identity_sequence(target, changed.id);
    if (sequence.empty()) return;
    SequenceOptions options;
    options.type = type.name.name;
    apply_options(c.sequences.edit(sequence), options);
  });
}

void Editor::operator()(const SetDefault& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) {
    set_view_default(op.table, op.column, op.value);
    return;
  }
  if (!column(*t, op.column)) return;
  with_children(*t, op.only, [&](Table& target) {
    const std::size_t at = column_at(target, op.column);
    if (at == target.columns.size()) return;
    Column& col = own(target.columns[at]);
    col.default_value = settle(op.value, target.id, &col.type);
    touch(col.id, Aspect::default_value);
  });
}

void Editor::operator()(const DropDefault& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) {
    set_view_default(op.table, op.column, nullptr);
    return;
  }
  if (!column(*t, op.column)) return;
  with_children(*t, op.only, [&](Table& target) {
    const std::size_t at = column_at(target, op.column);
    if (at == target.columns.size()) return;
    Column& col = own(target.columns[at]);
    col.default_value = nullptr;
    touch(col.id, Aspect::default_value);
  });
}

void Editor::set_not_null(Table& t, std::string_view name) {
  const std::size_t at = column_at(t, name);
  if (at == t.columns.size() || t.columns[at]->not_null) return;
  Column& col = own(t.columns[at]);
  col.not_null = true;
  touch(col.id, Aspect::nullability);
}

void Editor::operator()(const SetNotNull& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t || !column(*t, op.column)) return;
  with_children(*t, op.only, [&](Table& target) { set_not_null(target, op.column); });
}

void Editor::operator()(const DropNotNull& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t || !column(*t, op.column)) return;
  for (const auto& constraint : t->constraints) {
    if (constraint->kind == ConstraintKind::primary_key &&
        std::find(constraint->columns.begin(), constraint->columns.end(), op.column) !=
            constraint->columns.end()) {
      outcome = Outcome::conflict;
      return;
    }
  }
  with_children(*t, op.only, [&](Table& target) {
    const std::size_t at = column_at(target, op.column);
    if (at == target.columns.size()) return;
    Column& col = own(target.columns[at]);
    col.not_null = false;
    touch(col.id, Aspect::nullability);
  });
}

void Editor::operator()(const SetExpression& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t || !column(*t, op.column)) return;
  with_children(*t, false, [&](Table& target) {
    const std::size_t at = column_at(target, op.column);
    if (at == target.columns.size()) return;
    Column& col = own(target.columns[at]);
    col.generated_as = settle(op.expression, target.id, &col.type);
    touch(col.id, Aspect::generated);
  });
}

void Editor::operator()(const DropExpression& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) return;
  const Column* col = column(*t, op.column);
  if (!col) return;
  if (col->known && col->generated == Generated::no) {
    outcome = op.missing_ok ? Outcome::no_op : Outcome::conflict;
    return;
  }
  with_children(*t, false, [&](Table& target) {
    const std::size_t at = column_at(target, op.column);
    if (at == target.columns.size()) return;
    Column& changed = own(target.columns[at]);
    changed.generated = Generated::no;
    changed.generated_as = nullptr;
    touch(changed.id, Aspect::generated);
  });
}

// ---------------------------------------------------------------- properties

void Editor::operator()(const SetRowSecurity& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) return;
  if (op.enabled) t->row_security = *op.enabled;
  if (op.forced) t->force_row_security = *op.forced;
  touch(t->id, Aspect::row_security);
}

void Editor::operator()(const SetPersistence& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) return;
  t->unlogged = op.unlogged;
  touch(t->id, Aspect::persistence);
}

void Editor::operator()(const SetReplicaIdentity& op) {
  Table* t = table(op.table);
  if (!t) return;
  t->replica_identity = op.kind;
  t->replica_index = op.index;
  touch(t->id, Aspect::replica_identity);
}

}  // namespace backout::sql
