// Indexes of tables and materialized views, and how they come down to partitions.
#include <algorithm>

#include "sql/catalog_editor.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

bool same_keys(const std::vector<IndexKey>& a, const std::vector<IndexKey>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const IndexKey& x, const IndexKey& y) {
                      return x.column == y.column && same(x.expression, y.expression) &&
                             x.collation == y.collation && x.opclass == y.opclass &&
                             x.descending == y.descending && x.nulls_first == y.nulls_first;
                    });
}

// An index that a partition brings along and that the parent's can adopt (CompareIndexInfo).
bool can_attach(const Index& child, const Index& parent) {
  return child.parent == 0 && child.unique == parent.unique && child.method == parent.method &&
         child.primary == parent.primary && (child.constraint != 0) == (parent.constraint != 0) &&
         child.include == parent.include && same_keys(child.keys, parent.keys) &&
         same(child.predicate, parent.predicate);
}

}  // namespace

Index& Editor::put_index(Table& t, Index index) {
  if (index.id == 0) index.id = fresh();
  index.table = t.id;
  c.indexes_[qualified(index.name)] = t.id;
  touch(index.id, Aspect::existence);
  t.indexes.push_back(std::make_shared<Index>(std::move(index)));
  return own(t.indexes.back());
}

void Editor::operator()(const CreateIndex& op) {
  const std::string key = c.resolve_relation(op.table);
  View* matview = c.views.find(key) ? &c.views.edit(key) : nullptr;
  Table* t = matview ? nullptr : table(op.table);
  if (!t && !matview) return;
  const QualifiedName owner = t ? t->name : matview->name;
  Index index;
  index.keys = op.keys;
  for (IndexKey& part : index.keys) {
    if (part.column.empty())
      part.expression = settle(part.expression, t ? t->id : matview->id);
    else if (t && !column(*t, part.column))
      return;
  }
  index.include = op.include;
  index.predicate = settle(op.predicate, t ? t->id : matview->id);
  index.method = op.method;
  index.unique = op.unique;
  index.nulls_not_distinct = op.nulls_not_distinct;
  std::string name = op.name;
  if (name.empty()) {
    name = choose_relation_name(owner.schema, owner.name, joined(key_names(op.keys, op.include)),
                                "idx", false);
  } else if (c.relation_exists(qualify(owner.schema, name))) {
    outcome = op.if_not_exists ? Outcome::no_op : Outcome::conflict;
    return;
  }
  index.name = {owner.schema, std::move(name)};
  if (matview) {
    index.id = fresh();
    index.table = matview->id;
    c.indexes_[qualified(index.name)] = matview->id;
    touch(index.id, Aspect::existence);
    matview->indexes.push_back(std::make_shared<Index>(std::move(index)));
    return;
  }
  if (op.only && !t->children.empty()) index.valid = false;  // until all partitions have one
  const Index stored = put_index(*t, std::move(index));
  if (op.only || t->partition_strategy.empty()) return;
  for (const Id id : std::vector<Id>(t->children)) {
    if (Table* child = table(id)) adopt_index(*child, *t, stored);
  }
}

// A partition's index for the parent's: one that it has already, else a new one.
void Editor::adopt_index(Table& child, const Table& parent, const Index& from) {
  for (auto& held : child.indexes) {
    if (!can_attach(*held, from)) continue;
    Index& index = own(held);
    index.parent = from.id;
    touch(index.id, Aspect::partitioning);
    if (index.constraint == 0) return;
    for (auto& constraint : child.constraints) {
      if (constraint->id == index.constraint) own(constraint).inherited = true;
    }
    return;
  }
  clone_index(child, parent, from, true);
}

void Editor::clone_index(Table& child, const Table& parent, const Index& from, bool attach) {
  Index copy = from;
  copy.id = fresh();
  copy.parent = attach ? from.id : 0;
  copy.constraint = 0;
  copy.valid = true;
  const Constraint* source = nullptr;
  for (const auto& held : parent.constraints) {
    if (from.constraint != 0 && held->id == from.constraint) source = held.get();
  }
  const std::string_view label = !source                                       ? "idx"
                                 : source->kind == ConstraintKind::primary_key ? "pkey"
                                 : source->kind == ConstraintKind::unique      ? "key"
                                                                               : "excl";
  const std::string parts =
      label == "pkey" ? std::string() : joined(key_names(copy.keys, copy.include));
  copy.name = {child.name.schema, choose_relation_name(child.name.schema, child.name.name, parts,
                                                       label, source != nullptr)};
  if (source) {
    Constraint constraint = *source;
    constraint.id = fresh();
    constraint.name = copy.name.name;
    constraint.index = copy.id;
    constraint.inherited = attach;
    copy.constraint = constraint.id;
    if (constraint.kind == ConstraintKind::primary_key) {
      for (const std::string& name : constraint.columns) set_not_null(child, name);
    }
    put_constraint(child, std::move(constraint));
  }
  const Index stored = put_index(child, std::move(copy));
  if (child.partition_strategy.empty()) return;
  for (const Id id : std::vector<Id>(child.children)) {
    if (Table* below = table(id)) adopt_index(*below, child, stored);
  }
}

void Editor::remove_index(Table& t, Id id) {
  const auto at = std::find_if(t.indexes.begin(), t.indexes.end(),
                               [id](const auto& held) { return held->id == id; });
  if (at == t.indexes.end()) return;
  const std::string key = qualified((*at)->name);
  const bool partitioned = !t.partition_strategy.empty();
  touch(id, Aspect::existence);
  t.indexes.erase(at);
  c.indexes_.erase(key);
  free_name(key);
  if (!partitioned) return;
  for (const Id child_id : std::vector<Id>(t.children)) {
    Table* child = table(child_id);
    if (!child) continue;
    const auto below = std::find_if(child->indexes.begin(), child->indexes.end(),
                                    [id](const auto& held) { return held->parent == id; });
    if (below == child->indexes.end()) continue;
    const Id constraint_id = (*below)->constraint;
    if (constraint_id != 0)
      remove_constraint(*child, constraint_id, true);
    else
      remove_index(*child, (*below)->id);
  }
}

// A parent's index becomes valid when every partition has one that belongs to it.
void Editor::refresh_validity(Table& parent, Id parent_index) {
  for (const Id id : parent.children) {
    const Catalog::Home* at = home(id);
    const Table* child = at ? c.tables.find(at->key) : nullptr;
    if (!child) continue;
    const bool has = std::any_of(child->indexes.begin(), child->indexes.end(), [&](const auto& i) {
      return i->parent == parent_index && i->valid;
    });
    if (!has) return;
  }
  for (auto& held : parent.indexes) {
    if (held->id != parent_index || held->valid) continue;
    own(held).valid = true;
    touch(parent_index, Aspect::validity);
  }
}

}  // namespace backout::sql
