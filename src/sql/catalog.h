// The schema model: what PostgreSQL's catalog would hold after the statements applied so far.
// Objects are immutable values behind maps; applying an operation replaces what it touches and
// remembers what was there when the present change began, so one catalog answers for both "before"
// and "after", and comparing them costs what the change touched, not what the schema holds. It
// knows what it does not know: objects that migrations name without any that creates them are
// recorded with `known = false`. Facts: PostgreSQL 15, compared with pg_catalog of a real server in
// every test run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/source.h"
#include "sql/operation.h"
#include "sql/query.h"

namespace backout::sql {

using Id = std::uint32_t;  // identity of an object or a column; survives renames and replacements
                           // (OR REPLACE)

// role → privileges ("select", "insert", …, "select(column)"); "public" is PUBLIC.
using Grants = std::map<std::string, std::set<std::string>, std::less<>>;

struct Column {
  Id id = 0;
  bool known = true;  // false: named by a statement, never seen to be created
  std::string name;
  Type type;  // user types with their schema
  std::string collation;
  bool not_null = false;
  ExprPtr default_value;  // null: none. serial: nextval('schema.table_column_seq')
  Generated generated = Generated::no;
  ExprPtr generated_as;
  Identity identity = Identity::no;
  bool inherited = false;  // from a parent, not declared here
  Id type_id = 0;          // of a user type (enum, domain, composite …), else 0
};

struct Constraint {
  Id id = 0;
  bool known = true;
  std::string name;
  ConstraintKind kind = ConstraintKind::check;
  std::vector<std::string> columns;
  ExprPtr expression;
  std::string exclude_text;
  bool validated = true, enforced = true, no_inherit = false, deferrable = false,
       initially_deferred = false, nulls_not_distinct = false, inherited = false;
  QualifiedName referenced;  // foreign key, resolved
  Id referenced_id = 0;
  std::vector<std::string> referenced_columns;  // resolved also when written without
  FkAction on_delete = FkAction::no_action, on_update = FkAction::no_action;
  char match = 's';
  Id index = 0;  // unique, primary key, exclude: the index behind it
};

struct Index {
  Id id = 0;
  QualifiedName name;
  Id table = 0;
  std::vector<IndexKey> keys;
  std::vector<std::string> include;
  ExprPtr predicate;
  std::string method;
  bool unique = false, nulls_not_distinct = false, valid = true, primary = false;
  Id constraint = 0;  // that it serves, else 0
  Id parent = 0;      // partitioned index it is attached to
};

struct Trigger {
  Id id = 0;
  std::string name;
  CreateTrigger definition;  // table and function resolved
  char state = 'O';
};

struct Policy {
  Id id = 0;
  CreatePolicy definition;
};

struct RewriteRule {
  Id id = 0;
  std::string name;
  std::string definition;
  char state = 'O';
};

struct Table {  // also foreign and partitioned tables
  Id id = 0;
  bool known = true;  // false: named by a statement, never seen to be created
  QualifiedName name;
  bool foreign = false, unlogged = false, temporary = false;
  std::vector<std::shared_ptr<const Column>> columns;  // in order; dropped ones are gone
  std::vector<std::shared_ptr<const Constraint>> constraints;
  std::vector<std::shared_ptr<const Index>> indexes;
  std::vector<std::shared_ptr<const Trigger>> triggers;
  std::vector<std::shared_ptr<const Policy>> policies;
  std::vector<std::shared_ptr<const RewriteRule>> rules;
  std::vector<Id> parents;  // inheritance and partitioning
  std::vector<Id> children;
  bool is_partition = false;
  std::string partition_bound;  // "default" for the default partition
  std::string partition_strategy;
  std::vector<std::string> partition_columns;
  bool row_security = false, force_row_security = false;
  char replica_identity = 'd';
  std::string replica_index;
  std::string owner;  // empty: whoever ran the migrations
  Grants grants;

  [[nodiscard]] const Column* column(std::string_view column_name) const;
  [[nodiscard]] const Column* column(Id column_id) const;
  [[nodiscard]] const Constraint* constraint(std::string_view constraint_name) const;
};

struct ViewColumn {
  std::string name;
  Type type;                 // empty name: not known
  Id table = 0, column = 0;  // where a plain column comes from, else 0
};

struct View {
  Id id = 0;
  bool known = true;
  QualifiedName name;
  bool materialized = false, populated = true, updatable = false;
  std::vector<ViewColumn> columns;
  bool columns_known = true;  // false: a star over something unknown
  std::string text;           // canonical text of the query
  std::string options;
  std::vector<std::pair<Id, Id>> depends;  // (relation, column or 0), each once
  std::vector<Id> depends_types, depends_functions;
  std::vector<std::shared_ptr<const Index>> indexes;  // materialized views
  std::vector<std::shared_ptr<const Trigger>> triggers;
  std::vector<std::shared_ptr<const RewriteRule>> rules;
  std::string owner;
  Grants grants;
  [[nodiscard]] const ViewColumn* column(std::string_view column_name) const;
};

struct Sequence {
  Id id = 0;
  bool known = true;
  QualifiedName name;
  std::string type = "bigint";
  std::int64_t increment = 1, min = 1, max = INT64_MAX, start = 1;
  bool cycle = false, identity = false;
  Id owner_table = 0, owner_column = 0;
  std::optional<std::int64_t> restarted;  // last RESTART or setval with a constant
  std::string owner;
  Grants grants;
};

struct UserType {
  enum class Kind : std::uint8_t { enum_, composite, domain, range, base } kind = Kind::enum_;
  Id id = 0;
  bool known = true;
  QualifiedName name;
  std::vector<std::string> labels;    // enum, in order
  std::vector<Attribute> attributes;  // composite
  Type base;                          // domain's type, range's subtype
  std::string collation;
  bool not_null = false;  // domain
  ExprPtr default_value;
  std::vector<std::shared_ptr<const Constraint>> constraints;  // domain
  std::string owner;
  Grants grants;
};

struct Function {
  Id id = 0;
  bool known = true;
  CreateFunction definition;  // name and types resolved
  bool aggregate = false;
  std::vector<Type> input_types;  // of in, inout and variadic parameters: the signature
  std::size_t body_hash = 0;
  std::string owner;
  Grants grants;
};
// "schema.name(integer,text)", the key of a function.
[[nodiscard]] std::string signature(const QualifiedName& name,
                                    const std::vector<Type>& input_types);

// Hash for look-up by string_view without a copy.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

struct SchemaObject {
  Id id = 0;
  bool known = true;
  std::string name;
  std::string owner;
  Grants grants;
};
struct Extension {
  Id id = 0;
  std::string name;
  std::string schema;
  std::string version_note;
};
struct OtherObject {
  Id id = 0;
  ObjectKind kind = ObjectKind::other;
  std::string name;
};  // aggregates' kin: operators, casts, publications, servers …; key "kind name"

// One kind of objects by key, with what was there when the change began.
template <class T>
class Objects {
 public:
  [[nodiscard]] const T* find(std::string_view key) const {
    const auto it = now_.find(key);
    return it == now_.end() ? nullptr : it->second.get();
  }
  [[nodiscard]] const T* find_before(std::string_view key) const {
    const auto it = before_.find(key);
    return it == before_.end() ? find(key) : it->second.get();
  }
  // For writing; the object must be there. The first touch in a change keeps the old value.
  T& edit(std::string_view key) {
    auto it = now_.find(key);
    remember(it->first, it->second);
    if (it->second.use_count() > 1) it->second = std::make_shared<T>(*it->second);
    return const_cast<T&>(*it->second);  // we are its only owner
  }
  // By reference, so that a key may be made from a field of `value` in the same call.
  T& put(std::string key, T&& value) {
    auto [it, added] = now_.try_emplace(std::move(key));
    remember(it->first, it->second);
    auto fresh = std::make_shared<T>(std::move(value));
    T& reference = *fresh;
    it->second = std::move(fresh);
    return reference;
  }
  void erase(std::string_view key) {
    const auto it = now_.find(key);
    if (it == now_.end()) return;
    remember(it->first, it->second);
    now_.erase(it);
  }
  void move(std::string_view from, std::string to) {
    const std::string origin(came_from(from));
    const auto it = now_.find(from);
    std::shared_ptr<const T> value = it->second;
    erase(from);
    auto [target, added] = now_.try_emplace(std::move(to));
    remember(target->first, target->second);
    target->second = std::move(value);
    came_from_[target->first] = origin;
    went_to_[origin] = target->first;
  }
  // Where an object stood when the change began, and where the change took it from there, by what
  // move() did; the key itself when it did nothing.
  [[nodiscard]] std::string_view came_from(std::string_view key) const {
    return other_end(came_from_, key);
  }
  [[nodiscard]] std::string_view went_to(std::string_view key) const {
    return other_end(went_to_, key);
  }
  // Records an object that a statement names and nothing created: it was there before the change.
  // The callback fills the object as it was, in both views; also for parts (a column never seen) of
  // an object that the change has touched already.
  template <class Fill>
  void assume(std::string_view key, Fill fill) {
    if (const auto was = before_.find(key); was != before_.end() && was->second) {
      auto copy = std::make_shared<T>(*was->second);
      fill(*copy);
      was->second = std::move(copy);
    }
    auto [it, added] = now_.try_emplace(std::string(key));
    auto copy = added ? std::make_shared<T>() : std::make_shared<T>(*it->second);
    fill(*copy);
    it->second = std::move(copy);
  }
  // Changes what is remembered of an object as it was before the change: for a part that a
  // statement names and nothing created.
  template <class Change>
  void amend_before(std::string_view key, Change change) {
    const auto was = before_.find(key);
    if (was == before_.end() || !was->second) return;
    auto copy = std::make_shared<T>(*was->second);
    change(*copy);
    was->second = std::move(copy);
  }
  // Takes an object away as if it had never been there: temporary objects at the end of a session.
  void forget(std::string_view key) {
    if (const auto it = now_.find(key); it != now_.end()) now_.erase(it);
    if (const auto it = before_.find(key); it != before_.end()) it->second = nullptr;
  }
  void begin_change() {
    before_ = {};  // not clear(): that costs what the largest change ever needed
    touched_.clear();
    if (!came_from_.empty()) came_from_ = went_to_ = {};
  }
  [[nodiscard]] bool was_touched(std::string_view key) const {
    return before_.find(key) != before_.end();
  }
  // Keys written since the change began, each once, in the order of their first touch.
  [[nodiscard]] const std::vector<std::string>& touched() const { return touched_; }
  [[nodiscard]] const auto& all() const { return now_; }

 private:
  using Map = TextMap<std::shared_ptr<const T>>;
  void remember(const std::string& key, const std::shared_ptr<const T>& value) {
    if (before_.try_emplace(key, value).second) touched_.push_back(key);
  }
  static std::string_view other_end(const TextMap<std::string>& moves, std::string_view key) {
    const auto it = moves.find(key);
    return it == moves.end() ? key : std::string_view(it->second);
  }
  Map now_, before_;
  std::vector<std::string> touched_;
  TextMap<std::string> came_from_, went_to_;  // keys of this change's renames
};

// The statement that did something, for anchoring findings.
struct Cause {
  const Source* source = nullptr;
  Span statement;  // the whole statement
  Span place;      // the action within it
  bool conditional = false;
};

// What about an object changed, for finding the statement that caused it.
enum class Aspect : std::uint8_t {
  existence,  // created or dropped
  name,
  schema,
  type,
  nullability,
  default_value,
  generated,
  identity,
  collation,
  definition,
  validity,
  state,
  grants,
  owner,
  labels,
  attributes,
  row_security,
  persistence,
  partitioning,
  replica_identity,
  columns,
  sequence,
};

enum class Outcome : std::uint8_t {
  done,
  no_op,           // IF EXISTS on nothing, IF NOT EXISTS on something that is there
  unknown_object,  // names something never seen: assumed to have been there before
                   // (Objects::assume, known = false), the history is incomplete. With IF EXISTS
                   // that is so only when the history is known to be incomplete already, else it is
                   // a no_op
  conflict,        // would fail: the object is already there, a dependent object is in the way
};

class Catalog {
 public:
  Catalog();  // an empty database: schemas public, pg_catalog, information_schema

  // What a migration tool does between files: search_path and other settings fall back to the
  // session's defaults.
  void reset_session();
  // A new change begins: `before` is as of now.
  void begin_change();
  Outcome apply(const Operation& operation, const Cause& cause);

  Objects<SchemaObject> schemas;  // by name
  Objects<Table> tables;          // by "schema.name", as all that follow but functions
  Objects<View> views;
  Objects<Sequence> sequences;
  Objects<UserType> types;
  Objects<Function> functions;    // by signature()
  Objects<Extension> extensions;  // by name
  Objects<OtherObject> others;    // by "kind name"
  struct DefaultGrant {
    std::string role, schema;
    ObjectKind kind;
    Grants grants;
  };  // ALTER DEFAULT PRIVILEGES FOR role IN SCHEMA schema ("" = any)
  std::vector<DefaultGrant> default_grants;

  // "schema.name" of a name as written, through the search path: where the object is, else where it
  // would be created.
  [[nodiscard]] std::string resolve_relation(
      const QualifiedName& name) const;  // table, view, sequence, index
  [[nodiscard]] std::string resolve_type(const QualifiedName& name) const;
  // The table key an index belongs to, empty when there is no such index.
  [[nodiscard]] std::string table_of_index(std::string_view index_key) const;
  // The function that a call or a drop without argument list means: null when none or several.
  [[nodiscard]] const Function* function_named(const QualifiedName& name) const;
  // Signatures of the functions with this "schema.name".
  [[nodiscard]] std::span<const std::string> overloads(std::string_view name) const {
    const auto it = function_names_.find(name);
    return it == function_names_.end() ? std::span<const std::string>() : it->second;
  }
  // Key of the table or view with this identity now, empty when gone.
  [[nodiscard]] std::string relation_with(Id id) const;
  // The last statement of this change that touched this aspect, else that touched the object in any
  // way; null: none.
  [[nodiscard]] const Cause* cause(Id object, Aspect aspect) const;
  // Whether a statement of this change touched this very aspect; creating an object touches its
  // existence alone.
  [[nodiscard]] bool touched(Id object, Aspect aspect) const {
    return causes_.count((std::uint64_t{object} << 8U) | static_cast<std::uint64_t>(aspect)) > 0;
  }
  // True while no statement has named an object that no earlier one created.
  [[nodiscard]] bool complete() const;
  // Whether all that tells of an object is a statement with IF EXISTS in an incomplete history: it
  // may never have been there.
  [[nodiscard]] bool doubtful(Id object) const { return doubtful_.count(object) > 0; }

 private:
  friend class Editor;  // sql/catalog_*.cpp: one file a family of operations

  struct Home {  // where an object is kept: views stand for materialized ones too, types for
                 // domains, functions for procedures
    ObjectKind kind = ObjectKind::other;
    std::string key;
  };
  [[nodiscard]] bool relation_exists(std::string_view key) const;
  [[nodiscard]] const std::string& creation_schema() const;

  Id next_id_ = 1;
  bool complete_ = true;
  std::set<Id> doubtful_;
  std::unordered_map<Id, Home> homes_;
  std::unordered_map<Id, std::set<Id>>
      users_;  // object → objects that may depend on it (its schema's content too); checked on use
  TextMap<Id> indexes_;  // index → table or materialized view
  TextMap<int>
      constraint_names_;  // "schema.name" → how many: PostgreSQL avoids them when it chooses names
  TextMap<unsigned> next_number_;  // chosen name without number → lowest number that may be free
  TextMap<std::vector<std::string>> function_names_;           // "schema.name" → signatures
  std::vector<std::string> search_path_;                       // in force
  std::optional<std::vector<std::string>> path_before_local_;  // while SET LOCAL holds
  std::string role_;                    // SET ROLE; empty: whoever runs the migrations
  std::vector<std::string> temporary_;  // keys of temporary tables, views and sequences
  std::unordered_map<std::uint64_t, Cause> causes_;  // (id, aspect) of this change; aspect 255: any
  std::set<Id> called_;      // functions whose bodies statements of this change have run
  std::set<Id> idle_;        // functions whose bodies leave the schema alone
  unsigned call_depth_ = 0;  // of them, those that are running
};

}  // namespace backout::sql
