// Partitions and inheritance of existing tables: what a partition gets from its parent when it
// comes, and keeps when it goes.
#include <algorithm>

#include "sql/catalog_editor.h"
#include "sql/catalog_names.h"

namespace backout::sql {

// Indexes, keys, foreign keys and row triggers of the parent, for a new partition. Columns and
// checks are there already.
void Editor::attach_parts(Table& parent, Table& child) {
  for (const auto& index : std::vector(parent.indexes)) adopt_index(child, parent, *index);
  for (const auto& held : std::vector(parent.constraints)) {
    if (held->kind == ConstraintKind::foreign_key) {
      const Constraint from = *held;
      clone_foreign_key(child, from);
      for (const Id id : descendants(child)) {
        if (Table* below = table(id)) clone_foreign_key(*below, from);
      }
    }
  }
  for (const auto& trigger : parent.triggers) {
    if (trigger->definition.row) clone_trigger(child, *trigger);
  }
}

void Editor::operator()(const AttachPartition& op) {
  if (op.index) {
    attach_index(op);
    return;
  }
  Table* parent = table(op.table);
  Table* child = parent ? table(op.partition) : nullptr;
  if (!child) return;
  const std::vector<Id> below = descendants(*child);
  if (!child->parents.empty() || child == parent ||
      std::find(below.begin(), below.end(), parent->id) != below.end()) {
    outcome = Outcome::conflict;
    return;
  }
  child->is_partition = true;
  child->partition_bound = op.bound;
  child->parents = {parent->id};
  parent->children.push_back(child->id);
  depend(child->id, parent->id);
  touch(child->id, Aspect::partitioning);
  touch(parent->id, Aspect::partitioning);
  for (const auto& from : parent->columns) {
    const std::size_t at = column_at(*child, from->name);
    if (at < child->columns.size()) own(child->columns[at]).inherited = true;
  }
  for (const auto& held : std::vector(parent->constraints)) {
    if (held->kind == ConstraintKind::check && !held->no_inherit) inherit_check(*child, *held);
  }
  attach_parts(*parent, *child);
}

// ALTER INDEX parent ATTACH PARTITION index
void Editor::attach_index(const AttachPartition& op) {
  const std::string parent_key = c.resolve_relation(op.table);
  const std::string child_key = c.resolve_relation(op.partition);
  const std::string parent_table = c.table_of_index(parent_key);
  const std::string child_table = c.table_of_index(child_key);
  if (parent_table.empty() || child_table.empty() || !c.tables.find(parent_table) ||
      !c.tables.find(child_table)) {
    (void)assume_missing(false);
    return;
  }
  Table& parent = c.tables.edit(parent_table);
  Table& child = c.tables.edit(child_table);
  Id parent_index = 0;
  for (const auto& held : parent.indexes) {
    if (qualified(held->name) == parent_key) parent_index = held->id;
  }
  for (auto& held : child.indexes) {
    if (qualified(held->name) != child_key) continue;
    Index& index = own(held);
    index.parent = parent_index;
    touch(index.id, Aspect::partitioning);
    for (auto& constraint : child.constraints) {
      if (index.constraint != 0 && constraint->id == index.constraint)
        own(constraint).inherited = true;
    }
  }
  refresh_validity(parent, parent_index);
}

void Editor::operator()(const DetachPartition& op) {
  Table* parent = table(op.table);
  Table* child = parent ? table(op.partition) : nullptr;
  if (!child) return;
  if (op.finalize && child->parents.empty()) return;  // detached by the first phase
  const auto at = std::find(parent->children.begin(), parent->children.end(), child->id);
  if (at == parent->children.end()) {
    if (child->known && parent->known) outcome = Outcome::conflict;
    return;
  }
  parent->children.erase(at);
  child->parents.clear();
  child->is_partition = false;
  child->partition_bound.clear();
  touch(child->id, Aspect::partitioning);
  touch(parent->id, Aspect::partitioning);
  for (auto& held : child->columns) {
    if (held->inherited) own(held).inherited = false;
  }
  for (auto& held : child->constraints) {
    if (held->inherited) own(held).inherited = false;
  }
  for (auto& held : child->indexes) {
    if (held->parent != 0) own(held).parent = 0;
  }
  for (const auto& trigger : std::vector(parent->triggers)) {
    if (trigger->definition.row) remove_trigger(*child, trigger->name);
  }
}

void Editor::operator()(const SetInherit& op) {
  Table* child = table(op.table);
  Table* parent = child ? table(op.parent) : nullptr;
  if (!parent) return;
  const auto held = std::find(parent->children.begin(), parent->children.end(), child->id);
  touch(child->id, Aspect::partitioning);
  touch(parent->id, Aspect::partitioning);
  if (op.inherit) {
    const std::vector<Id> below = descendants(*child);
    if (held != parent->children.end() || child == parent ||
        std::find(below.begin(), below.end(), parent->id) != below.end()) {
      outcome = Outcome::conflict;
      return;
    }
    child->parents.push_back(parent->id);
    parent->children.push_back(child->id);
    depend(child->id, parent->id);
    return;
  }
  if (held == parent->children.end()) {
    if (child->known && parent->known) outcome = Outcome::conflict;
    return;
  }
  parent->children.erase(held);
  std::erase(child->parents, parent->id);
  if (!child->parents.empty()) return;
  for (auto& col : child->columns) {
    if (col->inherited) own(col).inherited = false;
  }
  for (auto& constraint : child->constraints) {
    if (constraint->inherited) own(constraint).inherited = false;
  }
}

}  // namespace backout::sql
