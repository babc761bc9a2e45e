// Views and materialized views: their columns from the query's shape, and what they depend on.
// Also the columns of CREATE TABLE … AS, and defaults of view columns.
#include <algorithm>
#include <set>
#include <string_view>

#include "sql/catalog_editor.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

// One FROM item with its columns.
struct Source {
  const Query::Item* item;
  std::vector<ViewColumn> columns;
  bool known;
};

const ViewColumn* named(const std::vector<ViewColumn>& columns, std::string_view name) {
  const auto at = std::find_if(columns.begin(), columns.end(),
                               [name](const ViewColumn& column) { return column.name == name; });
  return at == columns.end() ? nullptr : &*at;
}

bool has_duplicates(const std::vector<ViewColumn>& columns) {
  std::set<std::string_view> names;
  return std::any_of(columns.begin(), columns.end(),
                     [&](const ViewColumn& column) { return !names.insert(column.name).second; });
}

// What `*` gives: a column merged by USING or NATURAL stands once, before the rest of its join.
std::vector<ViewColumn> star(const std::vector<Source>& sources) {
  std::vector<ViewColumn> all;
  for (const Source& source : sources) {
    std::vector<std::string> merged = source.item->merged;
    if (source.item->natural) {
      for (const ViewColumn& column : all) {
        if (named(source.columns, column.name)) merged.push_back(column.name);
      }
    }
    if (merged.empty()) {
      all.insert(all.end(), source.columns.begin(), source.columns.end());
      continue;
    }
    std::vector<ViewColumn> joint;
    const auto is_merged = [&merged](const ViewColumn& column) {
      return std::find(merged.begin(), merged.end(), column.name) != merged.end();
    };
    for (const std::string& name : merged) {
      const ViewColumn* column = named(all, name);
      if (!column) column = named(source.columns, name);
      if (column) joint.push_back(*column);
    }
    std::remove_copy_if(all.begin(), all.end(), std::back_inserter(joint), is_merged);
    std::remove_copy_if(source.columns.begin(), source.columns.end(), std::back_inserter(joint),
                        is_merged);
    all = std::move(joint);
  }
  return all;
}

}  // namespace

Editor::Columns Editor::columns_of_relation(const QualifiedName& name) {
  Columns columns;
  const std::string key = c.resolve_relation(name);
  if (const Table* t = c.tables.find(key)) {
    columns.known = t->known;
    for (const auto& column : t->columns)
      columns.list.push_back({column->name, column->type, t->id, column->id});
  } else if (const View* v = c.views.find(key)) {
    columns.known = v->columns_known;
    for (const ViewColumn& column : v->columns)
      columns.list.push_back({column.name, column.type, v->id, 0});
  } else {
    columns.known = false;
  }
  return columns;
}

Editor::Columns Editor::columns_of_function(const std::string& name) {
  Columns columns;
  columns.known = false;
  const Function* f = c.function_named(name_in_text(name));
  if (!f) return columns;
  for (const Parameter& parameter : f->definition.parameters) {
    if (parameter.mode == 'i' || parameter.mode == 'v') continue;
    columns.list.push_back({parameter.name, parameter.type, 0, 0});
  }
  if (columns.list.empty() && f->definition.returns) {
    const std::string key = to_string(f->definition.returns->name);
    if (c.tables.find(key)) return columns_of_relation(f->definition.returns->name);
    if (const UserType* type = c.types.find(key)) {
      for (const Attribute& attribute : type->attributes)
        columns.list.push_back({attribute.name, attribute.type, 0, 0});
    }
    if (columns.list.empty())
      columns.list.push_back({f->definition.name.name, *f->definition.returns, 0, 0});
  }
  columns.known = true;
  return columns;
}

Editor::Columns Editor::columns_of(const Query::Item& item) {
  Columns columns;
  if (item.subquery)
    columns = columns_of(*item.subquery);
  else if (!item.relation.name.empty())
    columns = columns_of_relation(item.relation);
  else if (!item.function.empty())
    columns = columns_of_function(item.function);
  else
    columns.known = false;
  for (std::size_t i = 0; i < item.column_aliases.size(); ++i) {
    if (i == columns.list.size()) columns.list.emplace_back();
    columns.list[i].name = item.column_aliases[i];
  }
  return columns;
}

Editor::Columns Editor::columns_of(const Query& query) {
  std::vector<Source> sources;
  for (const Query::Item& item : query.from) {
    Columns columns = columns_of(item);
    sources.push_back({&item, std::move(columns.list), columns.known});
  }
  Columns result;
  for (const Query::Output& output : query.outputs) {
    if (output.star) {
      if (output.qualifier.empty()) {
        std::vector<ViewColumn> all = star(sources);
        result.list.insert(result.list.end(), all.begin(), all.end());
      }
      for (const Source& source : sources) {
        if (!output.qualifier.empty() && source.item->alias != output.qualifier) continue;
        result.known = result.known && source.known;
        if (!output.qualifier.empty())
          result.list.insert(result.list.end(), source.columns.begin(), source.columns.end());
      }
    } else {
      ViewColumn column;
      column.name = output.name;
      column.type = output.type;
      if (column.type.name.name.empty() && !output.column.empty()) {
        for (const Source& source : sources) {
          if (!output.qualifier.empty() && source.item->alias != output.qualifier) continue;
          if (const ViewColumn* from = named(source.columns, output.column)) {
            column.type = from->type;
            column.table = from->table;
            column.column = from->column;
            break;
          }
        }
      } else if (column.type.name.name.empty() && !output.function.empty()) {
        const Function* f = c.function_named(name_in_text(output.function));
        if (f && f->definition.returns) column.type = *f->definition.returns;
      } else {
        column.type = resolve(column.type);
      }
      result.list.push_back(std::move(column));
    }
    if (result.list.size() > max_columns) {  // more than any relation can have
      result.list.resize(max_columns);
      result.known = false;
      break;
    }
  }
  return result;
}

// Every relation named anywhere, and of those every column that a name in the query can mean.
void Editor::note_dependencies(View& v, const Query& query) {
  std::set<std::pair<Id, Id>> found;
  TextMap<std::vector<const Query::Item*>> aliases;
  std::vector<const Query*> open{&query};
  while (!open.empty()) {
    const Query* next = open.back();
    open.pop_back();
    for (const Query::Item& item : next->from) {
      if (item.subquery) open.push_back(item.subquery.get());
      if (!item.relation.name.empty()) aliases[item.alias].push_back(&item);
    }
  }
  const auto note = [&](const QualifiedName& relation, const std::string& column) {
    const std::string key = c.resolve_relation(relation);
    if (const Table* t = c.tables.find(key)) {
      const Column* held = t->column(column);
      if (held) found.emplace(t->id, held->id);
      return held != nullptr;
    }
    return false;
  };
  for (const QualifiedName& relation : query.relations) {
    const std::string key = c.resolve_relation(relation);
    if (const Table* t = c.tables.find(key)) found.emplace(t->id, 0);
    if (const View* other = c.views.find(key)) found.emplace(other->id, 0);
  }
  for (const auto& [qualifier, column] : query.columns) {
    const auto known = aliases.find(qualifier);
    if (!qualifier.empty() && known != aliases.end()) {
      for (const Query::Item* item : known->second) note(item->relation, column);
      continue;
    }
    for (const QualifiedName& relation : query.relations) {
      if (qualifier.empty() || relation.name == qualifier) note(relation, column);
    }
  }
  for (const ViewColumn& column : v.columns) {  // stars, expanded
    if (column.column != 0) found.emplace(column.table, column.column);
  }
  v.depends.assign(found.begin(), found.end());
  v.depends_functions.clear();
  v.depends_types.clear();
  for (const std::string& name : query.functions) {
    if (const Function* f = c.function_named(name_in_text(name)))
      v.depends_functions.push_back(f->id);
  }
  for (const auto& [relation, column] : v.depends) depend(v.id, relation);
  for (const Id function : v.depends_functions) depend(v.id, function);
}

void Editor::operator()(const CreateView& op) {
  const std::string schema_name = creation_schema(op.name, op.temporary);
  const std::string key = qualify(schema_name, op.name.name);
  const View* there = c.views.find(key);
  const bool discovered = there && !there->known;
  const bool replaces = there && op.or_replace && !there->materialized;
  if (!discovered && !replaces && c.relation_exists(key)) {
    outcome = op.if_not_exists ? Outcome::no_op : Outcome::conflict;
    return;
  }
  View v;
  if (there) v = *there;
  v.known = true;
  v.name = {schema_name, op.name.name};
  v.materialized = op.materialized;
  v.populated = op.with_data;
  v.options = op.options;
  v.text = op.query ? op.query->text : std::string();
  if (op.query) {
    Columns columns = columns_of(*op.query);
    v.columns = std::move(columns.list);
    v.columns_known = columns.known;
  }
  for (std::size_t i = 0; i < op.columns.size(); ++i) {
    if (i == v.columns.size()) v.columns.emplace_back();
    v.columns[i].name = op.columns[i];
  }
  if (has_duplicates(v.columns)) {
    outcome = Outcome::conflict;
    return;
  }
  // OR REPLACE may only add columns at the end; who writes this will drop and create.
  if (replaces && v.columns_known && there->columns_known &&
      !std::equal(there->columns.begin(), there->columns.end(), v.columns.begin(),
                  v.columns.begin() + static_cast<std::ptrdiff_t>(
                                          std::min(v.columns.size(), there->columns.size())),
                  [](const ViewColumn& a, const ViewColumn& b) { return a.name == b.name; }))
    outcome = Outcome::conflict;
  if (!there) {
    v.id = settle_in(ObjectKind::view, key);
    v.owner = c.role_;
    apply_default_grants(ObjectKind::table, schema_name, v.grants);
  }
  if (op.query) {
    note_dependencies(v, *op.query);
    v.updatable = op.query->updatable && !op.materialized && stands_on_updatable(*op.query);
  }
  for (const ViewColumn& column : v.columns) {
    const std::string type = to_string(column.type.name);
    if (const UserType* used = c.types.find(type)) v.depends_types.push_back(used->id);
  }
  for (const Id type : v.depends_types) depend(v.id, type);
  touch(v.id, there ? Aspect::definition : Aspect::existence);
  if (there) touch(v.id, Aspect::columns);
  if (schema_name == "pg_temp") c.temporary_.push_back(key);
  c.views.put(key, std::move(v));
}

bool Editor::stands_on_updatable(const Query& query) const {
  if (query.from.size() != 1) return false;
  const std::string key = c.resolve_relation(query.from.front().relation);
  if (c.tables.find(key)) return true;
  const View* v = c.views.find(key);
  return v && v->updatable;
}

void Editor::set_view_default(const QualifiedName& name, std::string_view column,
                              const ExprPtr& /*value*/) {
  const std::string key = c.resolve_relation(name);
  const View* v = c.views.find(key);
  if (!v) return;
  outcome = v->column(column) || !v->columns_known ? Outcome::done : Outcome::conflict;
  if (outcome == Outcome::done) touch(v->id, Aspect::default_value);
}

void Editor::operator()(const AlterViewColumnDefault& op) {
  set_view_default(op.view, op.column, op.value);
}

void Editor::operator()(const Maintenance& op) {
  if (op.what != "refresh") return;
  for (const QualifiedName& name : op.tables) {
    const std::string key = c.resolve_relation(name);
    const View* v = c.views.find(key);
    if (!v || v->populated) continue;
    c.views.edit(key).populated = true;
    touch(v->id, Aspect::state);
  }
}

}  // namespace backout::sql
