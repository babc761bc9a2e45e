// Comparing what the change touched, kind by kind. Parts of a table (columns, constraints, indexes
// …) are matched first by identity, then by name, then by the role they play, so that a rename is a
// rename and a re-created key is a replacement.
#include "sql/difference.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace backout::sql {
namespace {

std::string qualified(const Table& table, std::string_view part) {
  return to_string(table.name).append(".").append(part);
}

// Who was and who is, by identity, among what the change touched.
template <class T>
struct Identities {
  explicit Identities(const Objects<T>& objects) {
    for (const std::string& key : objects.touched()) {
      if (const T* old = objects.find_before(key)) before.emplace(old->id, old);
      if (const T* now = objects.find(key)) after.emplace(now->id, now);
    }
  }
  const T* now(Id id) const {
    const auto it = after.find(id);
    return it == after.end() ? nullptr : it->second;
  }
  std::unordered_map<Id, const T*> before, after;
};

// ---------------------------------------------------------------- parts of a table

const std::string& name_of(const Constraint& part) { return part.name; }
const std::string& name_of(const Index& part) { return part.name.name; }
const std::string& name_of(const Trigger& part) { return part.name; }
const std::string& name_of(const Policy& part) { return part.definition.name; }
const std::string& name_of(const RewriteRule& part) { return part.name; }

bool same_role(const Constraint& a, const Constraint& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == ConstraintKind::check) return same(a.expression, b.expression);
  return a.columns == b.columns && a.exclude_text == b.exclude_text;
}
bool same_keys(const Index& a, const Index& b) {
  return std::equal(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(),
                    [](const IndexKey& x, const IndexKey& y) {
                      return x.column == y.column && same(x.expression, y.expression);
                    });
}
bool same_role(const Index& a, const Index& b) {
  return a.unique == b.unique && same_keys(a, b) && same(a.predicate, b.predicate);
}
bool same_role(const Trigger& a, const Trigger& b) {
  return a.definition.function == b.definition.function &&
         a.definition.events == b.definition.events && a.definition.timing == b.definition.timing;
}
bool same_role(const Policy&, const Policy&) { return false; }
bool same_role(const RewriteRule&, const RewriteRule&) { return false; }

// Inherited parts follow their parent, where the difference is reported once.
bool reported_elsewhere(const Constraint& part) { return part.inherited; }
bool reported_elsewhere(const Index& part) { return part.constraint != 0 || part.parent != 0; }
bool reported_elsewhere(const Trigger&) { return false; }
bool reported_elsewhere(const Policy&) { return false; }
bool reported_elsewhere(const RewriteRule&) { return false; }

bool is_known(const Constraint& part) { return part.known; }
template <class T>
bool is_known(const T&) {
  return true;
}

template <class T>
using Parts = std::vector<std::shared_ptr<const T>>;

// Parts by identity and by name in logarithmic time: a table may carry thousands of indexes.
template <class T>
class Lookup {
 public:
  explicit Lookup(const Parts<T>& parts) {
    for (const auto& part : parts) {
      by_id_.emplace_back(part->id, part.get());
      by_name_.emplace_back(name_of(*part), part.get());
    }
    std::sort(by_id_.begin(), by_id_.end());
    std::sort(by_name_.begin(), by_name_.end());
  }
  const T* id(Id id) const { return find(by_id_, id); }
  const T* name(std::string_view name) const { return find(by_name_, name); }

 private:
  template <class Key>
  static const T* find(const std::vector<std::pair<Key, const T*>>& sorted, const Key& key) {
    const auto it =
        std::lower_bound(sorted.begin(), sorted.end(), key,
                         [](const auto& entry, const Key& k) { return entry.first < k; });
    return it != sorted.end() && it->first == key ? it->second : nullptr;
  }
  std::vector<std::pair<Id, const T*>> by_id_;
  std::vector<std::pair<std::string_view, const T*>> by_name_;
};

// The two versions of a table whose parts are compared.
struct Pair {
  const Table& before;
  const Table& after;
  const View* view_after;
  const Catalog& catalog;
};

template <class T>
void compare_parts(const Pair& tables, Parts<T> Table::*member, std::string_view kind,
                   std::vector<Difference<T>>& out) {
  const Parts<T>& before = tables.before.*member;
  const Parts<T>& after = tables.after.*member;
  auto add = [&](const T* old_part, const T* new_part, const T* moved, const T* replacement,
                 Aspect aspect) {
    const T& shown = old_part ? *old_part : *new_part;
    const Id id = new_part && aspect != Aspect::existence ? new_part->id : shown.id;
    out.push_back({.before = old_part,
                   .after = new_part,
                   .moved = moved,
                   .replacement = replacement,
                   .table_before = &tables.before,
                   .table_after = &tables.after,
                   .view_after = tables.view_after,
                   .object = {std::string(kind), qualified(tables.before, name_of(shown))},
                   .cause = tables.catalog.cause(id, aspect),
                   .certain = !old_part || is_known(*old_part) || !new_part});
  };
  if (before == after) return;  // the same parts, shared
  const Lookup<T> was(before), is(after);
  std::vector<const T*> fresh;  // candidates to take the place of what is gone
  for (const auto& part : after)
    if (!was.id(part->id)) fresh.push_back(part.get());
  std::unordered_set<const T*> taken;
  // Released parts first: by identity, else by name, else gone (maybe with a successor in the same
  // role).
  for (const auto& part : before) {
    const T* by_id = is.id(part->id);
    const T* by_name = is.name(name_of(*part));
    if (!by_id && by_name && !was.id(by_name->id)) taken.insert(by_name);
    if (reported_elsewhere(*part) || by_id == part.get()) continue;
    if (by_id) {
      const bool renamed = name_of(*by_id) != name_of(*part);
      add(part.get(), by_name, renamed ? by_id : nullptr, nullptr,
          renamed ? Aspect::name : Aspect::definition);
      continue;
    }
    const T* replacement = nullptr;
    for (const T* candidate : fresh) {
      if (!same_role(*part, *candidate)) continue;
      replacement = candidate;
      taken.insert(candidate);
      break;
    }
    add(part.get(), by_name, nullptr, by_name == replacement ? nullptr : replacement,
        Aspect::existence);
  }
  for (const T* part : fresh)
    if (!reported_elsewhere(*part) && !taken.count(part))
      add(nullptr, part, nullptr, nullptr, Aspect::existence);
}

Aspect first_difference(const Column& a, const Column& b) {
  if (a.type != b.type) return Aspect::type;
  if (a.not_null != b.not_null) return Aspect::nullability;
  if (a.identity != b.identity) return Aspect::identity;
  if (a.generated != b.generated || !same(a.generated_as, b.generated_as)) return Aspect::generated;
  if (!same(a.default_value, b.default_value)) return Aspect::default_value;
  return Aspect::collation;
}
bool equal(const Column& a, const Column& b) {
  return first_difference(a, b) == Aspect::collation && a.collation == b.collation;
}

void compare_columns(const Pair& tables, std::vector<ColumnDifference>& out) {
  const bool same_table = tables.before.id == tables.after.id;
  auto add = [&](const Column* before, const Column* after, const Column* moved,
                 const Cause* cause) {
    const Column& shown = before ? *before : *after;
    out.push_back({.before = before,
                   .after = after,
                   .moved = moved,
                   .table_before = &tables.before,
                   .table_after = &tables.after,
                   .view_after = tables.view_after,
                   .object = {"column", qualified(tables.before, shown.name)},
                   .cause = cause,
                   .certain = !before || before->known || !after || before->id != after->id});
  };
  const auto cause = [&](const Column& column, Aspect aspect) {
    return tables.catalog.cause(column.id, aspect);
  };
  for (const auto& column : tables.before.columns) {
    if (column->inherited) continue;
    const Column* after = tables.after.column(column->name);
    if (after == column.get()) continue;
    const Column* moved = same_table ? tables.after.column(column->id) : nullptr;
    if (moved == after) moved = nullptr;
    if (!after && tables.view_after && tables.view_after->column(column->name)) continue;
    if (after && equal(*column, *after) && (!same_table || after->id == column->id)) continue;
    if (moved) {
      add(column.get(), after, moved, cause(*column, Aspect::name));
    } else if (!after) {
      const Cause* gone = cause(*column, Aspect::existence);
      add(column.get(), nullptr, nullptr,
          gone ? gone : tables.catalog.cause(tables.before.id, Aspect::existence));
    } else {
      add(column.get(), after, nullptr,
          cause(*after,
                after->id == column->id ? first_difference(*column, *after) : Aspect::existence));
    }
  }
  for (const auto& column : tables.after.columns) {
    if (column->inherited || tables.before.column(column->name)) continue;
    if (same_table && tables.before.column(column->id)) continue;
    add(nullptr, column.get(), nullptr, cause(*column, Aspect::existence));
  }
}

void compare_tables(const Catalog& catalog, Differences& out) {
  const Identities<Table> identities(catalog.tables);
  for (const std::string& key : catalog.tables.touched()) {
    const Table* before = catalog.tables.find_before(key);
    const Table* after = catalog.tables.find(key);
    if (before == after || (before ? before : after)->temporary) continue;
    if (!before) {
      if (!identities.before.count(after->id))  // else the other end of a rename
        out.tables.push_back({.after = after,
                              .object = {"table", key},
                              .cause = catalog.cause(after->id, Aspect::existence)});
      continue;
    }
    TableDifference table{.before = before,
                          .after = after,
                          .view_after = catalog.views.find(key),
                          .object = {before->foreign ? "foreign table" : "table", key},
                          .certain = !catalog.doubtful(before->id)};
    if (!after || after->id != before->id) table.moved = identities.now(before->id);
    const Table* target = after ? after : table.moved;
    table.table_before = before;
    table.table_after = target;
    const bool renamed = table.moved != nullptr;
    table.cause =
        catalog.cause(before->id, renamed                             ? Aspect::name
                                  : !after || after->id != before->id ? Aspect::existence
                                                                      : Aspect::definition);
    out.tables.push_back(table);
    if (!target) continue;
    const Pair pair{*before, *target, table.view_after, catalog};
    compare_columns(pair, out.columns);
    compare_parts(pair, &Table::constraints, "constraint", out.constraints);
    compare_parts(pair, &Table::indexes, "index", out.indexes);
    compare_parts(pair, &Table::triggers, "trigger", out.triggers);
    compare_parts(pair, &Table::policies, "policy", out.policies);
    compare_parts(pair, &Table::rules, "rule", out.rules);
  }
}

// ---------------------------------------------------------------- whole objects

template <class T, class Kind>
void compare_objects(const Catalog& catalog, const Objects<T>& objects, Kind kind_of,
                     std::vector<Difference<T>>& out) {
  const Identities<T> identities(objects);
  for (const std::string& key : objects.touched()) {
    const T* before = objects.find_before(key);
    const T* after = objects.find(key);
    if (before == after) continue;
    if (!before) {
      if (!identities.before.count(after->id))
        out.push_back({.after = after,
                       .object = {std::string(kind_of(*after)), key},
                       .cause = catalog.cause(after->id, Aspect::existence)});
      continue;
    }
    Difference<T> difference{.before = before,
                             .after = after,
                             .object = {std::string(kind_of(*before)), key},
                             .certain = !catalog.doubtful(before->id)};
    const bool same_object = after && after->id == before->id;
    if (!same_object) difference.moved = identities.now(before->id);
    difference.cause = catalog.cause(before->id, same_object        ? Aspect::definition
                                                 : difference.moved ? Aspect::name
                                                                    : Aspect::existence);
    out.push_back(difference);
  }
}

std::string_view kind_of_type(const UserType& type) {
  if (!type.known) return "type";
  switch (type.kind) {
    case UserType::Kind::enum_:
      return "enum";
    case UserType::Kind::composite:
      return "composite type";
    case UserType::Kind::domain:
      return "domain";
    case UserType::Kind::range:
      return "range type";
    case UserType::Kind::base:
      break;
  }
  return "type";
}

// A sequence that a column owns goes with its column, where the difference is reported.
bool owner_gone(const Catalog& catalog, const Sequence& sequence) {
  if (sequence.owner_table == 0) return false;
  const Table* table = catalog.tables.find(catalog.relation_with(sequence.owner_table));
  return !table || (sequence.owner_column != 0 && !table->column(sequence.owner_column));
}

void compare_domain_constraints(const Catalog& catalog, const TypeDifference& type,
                                std::vector<ConstraintDifference>& out) {
  if (!type.before || !type.after) return;
  const Lookup<Constraint> was(type.before->constraints), is(type.after->constraints);
  auto add = [&](const Constraint* before, const Constraint* after, Aspect aspect) {
    const Constraint& shown = before ? *before : *after;
    out.push_back({.before = before,
                   .after = after,
                   .object = {"domain constraint", type.object.name + "." + shown.name},
                   .cause = catalog.cause(shown.id, aspect),
                   .certain = shown.known});
  };
  for (const auto& part : type.before->constraints) {
    const Constraint* now = is.id(part->id);
    if (now != part.get()) add(part.get(), now, now ? Aspect::definition : Aspect::existence);
  }
  for (const auto& part : type.after->constraints)
    if (!was.id(part->id)) add(nullptr, part.get(), Aspect::existence);
}

// A function that went, and a new one of the same name with other arguments.
void pair_overloads(std::vector<FunctionDifference>& functions) {
  std::unordered_map<std::string, const Function*> added;
  for (const FunctionDifference& d : functions)
    if (!d.before && d.after) added.emplace(to_string(d.after->definition.name), d.after);
  for (FunctionDifference& d : functions) {
    if (!d.before || d.after || d.moved) continue;
    const auto it = added.find(to_string(d.before->definition.name));
    if (it != added.end()) d.replacement = it->second;
  }
}

}  // namespace

Differences differences(const Catalog& catalog) {
  Differences out;
  compare_objects(
      catalog, catalog.schemas, [](const SchemaObject&) { return "schema"; }, out.schemas);
  compare_tables(catalog, out);
  compare_objects(
      catalog, catalog.views,
      [](const View& view) { return view.materialized ? "materialized view" : "view"; }, out.views);
  for (ViewDifference& view : out.views) view.table_after = catalog.tables.find(view.object.name);
  compare_objects(
      catalog, catalog.sequences, [](const Sequence&) { return "sequence"; }, out.sequences);
  std::erase_if(out.sequences, [&](const SequenceDifference& d) {
    return d.before && !d.after && !d.moved && owner_gone(catalog, *d.before);
  });
  compare_objects(catalog, catalog.types, kind_of_type, out.types);
  for (const TypeDifference& type : out.types)
    compare_domain_constraints(catalog, type, out.constraints);
  compare_objects(
      catalog, catalog.functions,
      [](const Function& f) { return f.definition.procedure ? "procedure" : "function"; },
      out.functions);
  pair_overloads(out.functions);
  compare_objects(
      catalog, catalog.extensions, [](const Extension&) { return "extension"; }, out.extensions);
  compare_objects(
      catalog, catalog.others, [](const OtherObject& other) { return to_string(other.kind); },
      out.others);
  for (OtherDifference& d : out.others) d.object.name = (d.before ? d.before : d.after)->name;
  return out;
}

}  // namespace backout::sql
