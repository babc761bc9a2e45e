// Look-up, the search path, causes, and the helpers every family of operations uses. What the
// operations do lies in catalog_*.cpp, see catalog_editor.h.
#include "sql/catalog.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "sql/catalog_editor.h"
#include "sql/catalog_expr.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

constexpr std::uint64_t any_aspect = 255;

// Tables in which migration tools keep their own books: the tool makes them, no migration does.
bool is_of_migration_tool(std::string_view name) {
  constexpr std::array<std::string_view, 14> names{"schema_migrations",
                                                   "schema_migration",
                                                   "flyway_schema_history",
                                                   "goose_db_version",
                                                   "_sqlx_migrations",
                                                   "__diesel_schema_migrations",
                                                   "refinery_schema_history",
                                                   "databasechangelog",
                                                   "databasechangeloglock",
                                                   "_prisma_migrations",
                                                   "atlas_schema_revisions",
                                                   "schema_version",
                                                   "pgmigrations",
                                                   "__drizzle_migrations"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::uint64_t cause_key(Id id, std::uint64_t aspect) { return (std::uint64_t{id} << 8U) | aspect; }

template <class Parts>
auto find_named(const Parts& parts, std::string_view name) -> decltype(parts.front().get()) {
  for (const auto& part : parts) {
    if (part->name == name) return part.get();
  }
  return nullptr;
}

}  // namespace

// ---------------------------------------------------------------- objects

const Column* Table::column(std::string_view column_name) const {
  return find_named(columns, column_name);
}

const Column* Table::column(Id column_id) const {
  for (const auto& part : columns) {
    if (part->id == column_id) return part.get();
  }
  return nullptr;
}

const Constraint* Table::constraint(std::string_view constraint_name) const {
  return find_named(constraints, constraint_name);
}

const ViewColumn* View::column(std::string_view column_name) const {
  for (const ViewColumn& part : columns) {
    if (part.name == column_name) return &part;
  }
  return nullptr;
}

std::string signature(const QualifiedName& name, const std::vector<Type>& input_types) {
  std::string key = to_string(name);
  key += '(';
  for (const Type& type : input_types) {
    if (key.back() != '(') key += ',';
    Type plain = type;  // modifiers are no part of a signature
    plain.modifiers.clear();
    key += to_string(plain);
  }
  key += ')';
  return key;
}

// ---------------------------------------------------------------- the catalog

Catalog::Catalog() {
  for (const std::string_view name : {"public", "pg_catalog", "information_schema"}) {
    SchemaObject schema;
    schema.id = next_id_++;
    schema.name = name;
    schema.grants["public"].insert("usage");  // PostgreSQL 15: CREATE on public is not for all
    homes_[schema.id] = {ObjectKind::schema, schema.name};
    schemas.put(schema.name, std::move(schema));
  }
  schemas.begin_change();
  reset_session();
}

// What a session keeps for itself goes with it.
void Catalog::reset_session() {
  search_path_ = {"$user", "public"};
  path_before_local_.reset();
  role_.clear();
  const auto forget = [this](auto& objects, const std::string& key) {
    if (const auto* there = objects.find(key)) homes_.erase(there->id);  // others may name it still
    objects.forget(key);
  };
  for (const std::string& key : temporary_) {
    forget(tables, key);
    forget(views, key);
    forget(sequences, key);
    forget(types, key);
    forget(functions, key);
    function_names_.erase(key.substr(0, key.find('(')));
  }
  temporary_.clear();
}

void Catalog::begin_change() {
  schemas.begin_change();
  tables.begin_change();
  views.begin_change();
  sequences.begin_change();
  types.begin_change();
  functions.begin_change();
  extensions.begin_change();
  others.begin_change();
  causes_ = {};
  called_.clear();
}

Outcome Catalog::apply(const Operation& operation, const Cause& cause) {
  Cause here = cause;
  here.conditional = here.conditional || operation.conditional;
  Editor editor(*this, here);
  std::visit([&editor](const auto& action) { editor(action); }, operation.action);
  const bool quiet = here.conditional && editor.outcome != Outcome::done;
  return quiet ? Outcome::no_op : editor.outcome;
}

bool Catalog::relation_exists(std::string_view key) const {
  return tables.find(key) || views.find(key) || sequences.find(key) ||
         indexes_.find(key) != indexes_.end();
}

std::string Catalog::resolve_relation(const QualifiedName& name) const {
  if (!name.schema.empty()) return qualify(name.schema, name.name);
  if (!temporary_.empty()) {
    std::string key = qualify("pg_temp", name.name);
    if (relation_exists(key)) return key;
  }
  for (const std::string& schema : search_path_) {
    std::string key = qualify(schema, name.name);
    if (relation_exists(key)) return key;
  }
  return qualify(creation_schema(), name.name);
}

std::string Catalog::resolve_type(const QualifiedName& name) const {
  if (!name.schema.empty()) return qualify(name.schema, name.name);
  const auto known = [this](std::string_view key) {
    return types.find(key) || tables.find(key) || views.find(key);
  };
  if (!temporary_.empty()) {
    std::string key = qualify("pg_temp", name.name);
    if (known(key)) return key;
  }
  for (const std::string& schema : search_path_) {
    std::string key = qualify(schema, name.name);
    if (known(key)) return key;
  }
  return qualify(creation_schema(), name.name);
}

// The first schema of the path that is there; when none is, the path names schemas made elsewhere.
const std::string& Catalog::creation_schema() const {
  static const std::string fallback = "public";
  for (const std::string& schema : search_path_) {
    if (schemas.find(schema)) return schema;
  }
  for (const std::string& schema : search_path_) {
    if (!schema.empty() && schema.front() != '$' && schema.rfind("pg_", 0) != 0) return schema;
  }
  return fallback;
}

std::string Catalog::table_of_index(std::string_view index_key) const {
  const auto it = indexes_.find(index_key);
  return it == indexes_.end() ? std::string() : relation_with(it->second);
}

const Function* Catalog::function_named(const QualifiedName& name) const {
  const auto lookup = [&](std::string_view schema) -> const std::vector<std::string>* {
    const auto it = function_names_.find(qualify(schema, name.name));
    return it == function_names_.end() || it->second.empty() ? nullptr : &it->second;
  };
  if (!name.schema.empty()) {
    const auto* keys = lookup(name.schema);
    return keys && keys->size() == 1 ? functions.find(keys->front()) : nullptr;
  }
  for (const std::string& schema : search_path_) {
    if (const auto* keys = lookup(schema))
      return keys->size() == 1 ? functions.find(keys->front()) : nullptr;
  }
  return nullptr;
}

std::string Catalog::relation_with(Id id) const {
  const auto it = homes_.find(id);
  if (it == homes_.end()) return {};
  const bool relation = it->second.kind == ObjectKind::table || it->second.kind == ObjectKind::view;
  return relation ? it->second.key : std::string();
}

const Cause* Catalog::cause(Id object, Aspect aspect) const {
  auto it = causes_.find(cause_key(object, static_cast<std::uint64_t>(aspect)));
  if (it == causes_.end()) it = causes_.find(cause_key(object, any_aspect));
  return it == causes_.end() ? nullptr : &it->second;
}

bool Catalog::complete() const { return complete_; }

// ---------------------------------------------------------------- identity, causes, dependencies

Id Editor::settle_in(ObjectKind kind, const std::string& key, Id id) {
  if (id == 0) id = fresh();
  c.homes_[id] = {kind, key};
  if (doubtful) c.doubtful_.insert(id);
  if (kind != ObjectKind::schema && kind != ObjectKind::extension) {
    if (const SchemaObject* s = c.schemas.find(schema_of(key))) depend(id, s->id);
  }
  return id;
}

void Editor::touch(Id id, Aspect aspect) {
  c.causes_[cause_key(id, static_cast<std::uint64_t>(aspect))] = cause_;
  c.causes_[cause_key(id, any_aspect)] = cause_;
}

void Editor::depend(Id user, Id on) {
  if (on != 0 && user != on) c.users_[on].insert(user);
}

std::vector<Id> Editor::users(Id of) {
  std::vector<Id> live;
  const auto it = c.users_.find(of);
  if (it == c.users_.end()) return live;
  live.reserve(it->second.size());
  for (auto user = it->second.begin(); user != it->second.end();) {
    if (c.homes_.contains(*user))
      live.push_back(*user++);
    else
      user = it->second.erase(user);  // dropped since: forget it, so that it costs once
  }
  return live;
}

const Catalog::Home* Editor::home(Id id) const {
  const auto it = c.homes_.find(id);
  return it == c.homes_.end() ? nullptr : &it->second;
}

// ---------------------------------------------------------------- look-up

std::string Editor::qualified(const QualifiedName& name) { return qualify(name.schema, name.name); }

SchemaObject* Editor::schema(const std::string& name) {
  if (c.schemas.find(name)) return &c.schemas.edit(name);
  if (c.schemas.find_before(name)) {  // dropped by this very change
    outcome = Outcome::conflict;
    return nullptr;
  }
  if (!assume_missing(false)) return nullptr;
  const Id id = settle_in(ObjectKind::schema, name);
  c.schemas.assume(name, [&](SchemaObject& s) {
    s.id = id;
    s.known = false;
    s.name = name;
  });
  return &c.schemas.edit(name);
}

std::string Editor::creation_schema(const QualifiedName& name, bool temporary) {
  if (temporary || name.schema == "pg_temp") return "pg_temp";
  std::string chosen = name.schema.empty() ? c.creation_schema() : name.schema;
  if (!c.schemas.find(chosen)) {
    const Outcome before = outcome;
    (void)schema(chosen);
    if (before == Outcome::conflict) outcome = before;
  }
  return chosen;
}

ObjectKind Editor::relation_kind(std::string_view key) const {
  if (c.tables.find(key)) return ObjectKind::table;
  if (c.views.find(key)) return ObjectKind::view;
  if (c.sequences.find(key)) return ObjectKind::sequence;
  if (c.indexes_.find(key) != c.indexes_.end()) return ObjectKind::index;
  return ObjectKind::other;
}

bool Editor::assume_missing(bool if_exists, std::string_view table) {
  if (cause_.conditional || (if_exists && c.complete_)) {
    outcome = Outcome::no_op;
    return false;
  }
  outcome = Outcome::unknown_object;
  doubtful = if_exists;
  if (!is_of_migration_tool(table)) c.complete_ = false;
  return true;
}

Table* Editor::table(const QualifiedName& name, bool if_exists) {
  const std::string key = c.resolve_relation(name);
  if (c.tables.find(key)) return &c.tables.edit(key);
  if (c.relation_exists(key) || c.tables.find_before(key)) {  // no table, or dropped by this change
    outcome = if_exists && !c.relation_exists(key) ? Outcome::no_op : Outcome::conflict;
    return nullptr;
  }
  if (!assume_missing(if_exists, name.name)) return nullptr;
  const QualifiedName full{std::string(schema_of(key)), name.name};
  (void)creation_schema(full);
  outcome = Outcome::unknown_object;
  const Id id = settle_in(ObjectKind::table, key);
  c.tables.assume(key, [&](Table& t) {
    t.id = id;
    t.known = false;
    t.name = full;
  });
  return &c.tables.edit(key);
}

Table* Editor::table(Id id) {
  const Catalog::Home* at = home(id);
  return at && at->kind == ObjectKind::table ? &c.tables.edit(at->key) : nullptr;
}

View* Editor::view(Id id) {
  const Catalog::Home* at = home(id);
  return at && at->kind == ObjectKind::view ? &c.views.edit(at->key) : nullptr;
}

std::size_t Editor::column_at(const Table& t, std::string_view name) {
  std::size_t at = 0;
  while (at < t.columns.size() && t.columns[at]->name != name) ++at;
  return at;
}

Column* Editor::column(Table& t, std::string_view name, bool if_exists) {
  const std::size_t at = column_at(t, name);
  if (at < t.columns.size()) return &own(t.columns[at]);
  if (name.empty() || t.columns.size() >= max_columns) {
    outcome = Outcome::conflict;
    return nullptr;
  }
  if (!assume_missing(if_exists, t.name.name)) return nullptr;
  auto made = std::make_shared<Column>();
  made->id = fresh();
  made->known = false;
  made->name = name;
  c.tables.amend_before(key_of(t), [&](Table& before) {
    if (before.id == t.id && !before.column(name)) before.columns.push_back(made);
  });
  t.columns.push_back(std::move(made));
  return &own(t.columns.back());
}

// ---------------------------------------------------------------- chosen names

bool Editor::constraint_name_used(std::string_view schema, std::string_view name) const {
  const auto it = c.constraint_names_.find(qualify(schema, name));
  return it != c.constraint_names_.end() && it->second > 0;
}

void Editor::count_constraint(std::string_view schema, std::string_view name, int by) {
  std::string key = qualify(schema, name);
  if (by < 0) free_name(key);
  int& count = c.constraint_names_[std::move(key)];
  count = std::max(0, count + by);
}

template <class Taken>
static std::string numbered_name(TextMap<unsigned>& next_number, std::string_view schema,
                                 std::string_view first, std::string_view second,
                                 std::string_view label, Taken taken) {
  std::string name = compose_name(first, second, label);
  if (!taken(name)) return name;
  // The server counts up from 1 each time; remembering where it got to keeps many equal names
  // cheap.
  unsigned& number = next_number[qualify(schema, name)];
  do {
    name = compose_name(first, second, std::string(label) + std::to_string(++number));
  } while (taken(name));
  --number;
  return name;
}

std::string Editor::choose_relation_name(std::string_view schema, std::string_view first,
                                         std::string_view second, std::string_view label,
                                         bool constraint) {
  return numbered_name(c.next_number_, schema, first, second, label, [&](std::string_view name) {
    return c.relation_exists(qualify(schema, name)) ||
           (constraint && constraint_name_used(schema, name));
  });
}

std::string Editor::choose_constraint_name(std::string_view schema, std::string_view first,
                                           std::string_view second, std::string_view label) {
  return numbered_name(c.next_number_, schema, first, second, label,
                       [&](std::string_view name) { return constraint_name_used(schema, name); });
}

// A name became free: numbering may have to start lower again.
void Editor::free_name(std::string_view key) {
  std::string_view stem = key;
  while (!stem.empty() && stem.back() >= '0' && stem.back() <= '9') stem.remove_suffix(1);
  const auto it = c.next_number_.find(stem);
  if (it == c.next_number_.end()) return;
  unsigned number = 0;
  for (const char digit : key.substr(stem.size(), 9))
    number = number * 10 + static_cast<unsigned>(digit - '0');
  if (number > 0) it->second = std::min(it->second, number - 1);
}

// ---------------------------------------------------------------- expressions

ExprPtr Editor::settle(const ExprPtr& expr, Id user, const Type* own_type) {
  if (!expr) return nullptr;
  const Expr* top = expr.get();
  while (own_type && top->kind == Expr::Kind::cast && top->args.size() == 1 &&
         (top->text == to_string(own_type->name) || top->text == own_type->name.name ||
          top->text == to_string(*own_type)))
    top = &top->args.front();
  ExprPtr plain = top == expr.get() ? expr : std::make_shared<Expr>(*top);
  if (own_type) plain = constant_of_type(plain, *own_type);
  for (const std::string& name : functions_called(*plain)) {
    const QualifiedName function = name_in_text(name);
    const auto note = [&](std::string_view schema) {
      const auto it = c.function_names_.find(qualify(schema, function.name));
      if (it == c.function_names_.end()) return;
      for (const std::string& key : it->second) {
        if (const Function* f = c.functions.find(key)) depend(user, f->id);
      }
    };
    if (!function.schema.empty()) note(function.schema);
    for (const std::string& schema : c.search_path_) {
      if (function.schema.empty()) note(schema);
    }
  }
  return rename_nextval(plain, [&](const std::string& text) {
    std::string key = c.resolve_relation(name_in_text(text));
    if (const Sequence* s = c.sequences.find(key)) depend(user, s->id);
    return key;
  });
}

}  // namespace backout::sql
