// What SQL statements do, as small structs of our own: independent of the parser's version. One
// statement becomes one or more operations (ALTER TABLE with three actions: three operations).
// Names are as written (folded, maybe unqualified); the catalog resolves them. Only `sql/lower*`
// makes them from parse trees.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/source.h"
#include "sql/expr.h"
#include "sql/name.h"
#include "sql/type.h"

namespace backout::sql {

// ---------------------------------------------------------------- definitions shared by CREATE and
// ALTER

enum class Generated : std::uint8_t { no, stored, virtual_ };
enum class Identity : std::uint8_t { no, always, by_default };
enum class FkAction : std::uint8_t { no_action, restrict, cascade, set_null, set_default };
enum class ConstraintKind : std::uint8_t {
  check,
  not_null,
  unique,
  primary_key,
  foreign_key,
  exclude
};

struct SequenceOptions {
  std::optional<std::string> type;  // canonical: "smallint", "integer", "bigint"
  std::optional<std::int64_t> increment, min, max, start, restart;
  bool restart_plain = false;  // RESTART without a value
  bool no_min = false, no_max = false;
  std::optional<bool> cycle;
  std::optional<std::vector<std::string>> owned_by;  // {"schema"?, "table", "column"}; {"none"}
};

struct IndexKey {
  std::string column;  // empty when an expression
  ExprPtr expression;
  std::string collation;
  std::string opclass;
  bool descending = false;
  bool nulls_first = false;  // effective: default for DESC
};

struct ConstraintDef {
  ConstraintKind kind = ConstraintKind::check;
  std::string name;  // empty: PostgreSQL chooses it (the catalog does as the server does)
  Span span;         // of the definition where known, else of the statement
  std::vector<std::string> columns;
  std::vector<std::string> include;
  ExprPtr expression;        // check
  std::string exclude_text;  // exclude: canonical text of elements and operators
  bool not_valid = false;
  bool not_enforced = false;
  bool no_inherit = false;
  bool deferrable = false, initially_deferred = false;
  bool nulls_not_distinct = false;
  std::string using_index;                      // UNIQUE/PRIMARY KEY USING INDEX
  QualifiedName referenced;                     // foreign key
  std::vector<std::string> referenced_columns;  // empty: the referenced primary key
  FkAction on_delete = FkAction::no_action, on_update = FkAction::no_action;
  char match = 's';  // s(imple), f(ull), p(artial)
};

struct ColumnDef {
  std::string name;
  Span span;
  Type type;
  bool serial = false;  // smallserial/serial/bigserial: `type` is then the integer type
  std::string collation;
  bool not_null = false;
  bool has_default = false;
  ExprPtr
      default_value;  // DEFAULT NULL counts as no default in PostgreSQL: has_default is then false
  Generated generated = Generated::no;
  ExprPtr generated_as;
  Identity identity = Identity::no;
  SequenceOptions identity_options;
  std::vector<ConstraintDef>
      constraints;  // inline CHECK, UNIQUE, PRIMARY KEY, REFERENCES; columns filled in
};

// ---------------------------------------------------------------- kinds of objects

enum class ObjectKind : std::uint8_t {
  schema,
  table,
  foreign_table,
  column,
  constraint,
  index,
  view,
  materialized_view,
  sequence,
  type,
  domain,
  attribute,
  function,
  procedure,
  aggregate,
  routine,
  trigger,
  rule,
  policy,
  extension,
  role,
  database,
  tablespace,
  publication,
  subscription,
  operator_,
  operator_class,
  operator_family,
  cast,
  collation,
  conversion,
  statistics,
  event_trigger,
  language,
  foreign_data_wrapper,
  server,
  user_mapping,
  transform,
  access_method,
  text_search,
  enum_value,
  default_acl,
  other,
};
// The field's word: "materialized view", "function", …
[[nodiscard]] std::string_view to_string(ObjectKind kind);

// ---------------------------------------------------------------- tables

struct LikeClause {
  QualifiedName table;
  bool defaults = false, constraints = false, indexes = false, identity = false, generated = false;
};

// A query's shape, for views, CREATE TABLE AS and INSERT … SELECT. Column names and what it names;
// expanded by the catalog.
struct Query;
using QueryPtr = std::shared_ptr<const Query>;

struct CreateTable {
  QualifiedName name;
  bool if_not_exists = false, temporary = false, unlogged = false, foreign = false;
  std::vector<ColumnDef> columns;
  std::vector<ConstraintDef> constraints;
  std::vector<LikeClause> like;
  std::vector<QualifiedName> inherits;
  bool partition_of = false;       // then inherits[0] is the parent
  std::string partition_bound;     // canonical text; "default" for the default partition
  std::string partition_strategy;  // "range", "list", "hash": this table is partitioned
  std::vector<std::string> partition_columns;  // empty names stand for expressions
  QueryPtr as_query;                           // CREATE TABLE … AS
  std::vector<std::string> as_columns;
  std::optional<QualifiedName> of_type;
};
struct AddColumn {
  QualifiedName table;
  ColumnDef column;
  bool if_not_exists = false, if_exists = false;
  bool only = false;
};
struct DropColumn {
  QualifiedName table;
  std::string column;
  bool missing_ok = false, cascade = false, if_exists = false;
  bool only = false;
};
struct AlterColumnType {
  QualifiedName table;
  std::string column;
  Type type;
  std::string collation;
  ExprPtr using_;
  bool if_exists = false;
};
struct SetDefault {
  QualifiedName table;
  std::string column;
  ExprPtr value;
  bool if_exists = false;
  bool only = false;
};  // DEFAULT NULL is DropDefault
struct DropDefault {
  QualifiedName table;
  std::string column;
  bool if_exists = false;
  bool only = false;
};
struct SetNotNull {
  QualifiedName table;
  std::string column;
  bool if_exists = false;
  bool only = false;
};
struct DropNotNull {
  QualifiedName table;
  std::string column;
  bool if_exists = false;
  bool only = false;
};
struct SetIdentity {
  QualifiedName table;
  std::string column;
  Identity identity = Identity::always;
  bool add = false;
  SequenceOptions options;
  bool if_exists = false;
};
struct DropIdentity {
  QualifiedName table;
  std::string column;
  bool missing_ok = false, if_exists = false;
};
struct SetExpression {
  QualifiedName table;
  std::string column;
  ExprPtr expression;
  bool if_exists = false;
};  // 17
struct DropExpression {
  QualifiedName table;
  std::string column;
  bool missing_ok = false, if_exists = false;
};
struct AddConstraint {
  QualifiedName table;
  ConstraintDef constraint;
  bool if_exists = false;
  bool only = false;
};  // table or (domain = true) domain
struct DropConstraint {
  QualifiedName table;
  std::string constraint;
  bool missing_ok = false, cascade = false, if_exists = false;
  bool only = false;
};
struct ValidateConstraint {
  QualifiedName table;
  std::string constraint;
  bool if_exists = false;
};
struct AlterConstraint {
  QualifiedName table;
  std::string constraint;
  bool deferrable = false, initially_deferred = false, not_enforced = false;
  bool if_exists = false;
};
struct AttachPartition {
  QualifiedName table, partition;
  std::string bound;
  bool index = false;
};
struct DetachPartition {
  QualifiedName table, partition;
  bool concurrently = false, finalize = false;
};
struct SetInherit {
  QualifiedName table, parent;
  bool inherit = true;
};
struct SetRowSecurity {
  QualifiedName table;
  std::optional<bool> enabled, forced;
  bool if_exists = false;
};
struct SetTriggerState {
  QualifiedName table;
  std::string trigger;
  bool all = false, user = false, rule = false;
  char state = 'O';
};  // O(rigin), D(isabled), R(eplica), A(lways)
struct SetPersistence {
  QualifiedName table;
  bool unlogged = false;
  bool if_exists = false;
};
struct SetReplicaIdentity {
  QualifiedName table;
  char kind = 'd';
  std::string index;
};  // d(efault), n(othing), f(ull), i(ndex)
struct SetTableOption {
  QualifiedName table;
  std::string what;
};  // storage parameters, statistics, cluster, tablespace, access method …: no effect on the model

struct CreateIndex {
  std::string name;  // empty: PostgreSQL chooses it
  QualifiedName table;
  std::vector<IndexKey> keys;
  std::vector<std::string> include;
  ExprPtr predicate;
  std::string method = "btree";
  bool unique = false, concurrently = false, if_not_exists = false, only = false,
       nulls_not_distinct = false;
};

// ---------------------------------------------------------------- any object

struct Drop {
  ObjectKind kind = ObjectKind::other;
  QualifiedName name;  // of the object; for trigger, rule, policy: of its table
  std::string part;    // trigger, rule or policy name; cast, operator …: canonical text
  std::optional<std::vector<Type>> arguments;  // functions: absent when written without a list
  bool if_exists = false, cascade = false, concurrently = false;
  std::shared_ptr<const std::vector<QualifiedName>>
      also{};  // all names of the same statement, when it drops several
};
struct Rename {
  ObjectKind kind = ObjectKind::other;
  ObjectKind relation_kind = ObjectKind::table;  // for columns: of what (table, view, type …)
  QualifiedName name;  // of the object; for columns, constraints, triggers, attributes, policies:
                       // of the relation
  std::string part;    // column, constraint, trigger, attribute, policy
  std::string new_name;
  std::optional<std::vector<Type>> arguments;
  bool if_exists = false;
};
struct SetSchema {
  ObjectKind kind = ObjectKind::other;
  QualifiedName name;
  std::string new_schema;
  std::optional<std::vector<Type>> arguments;
  bool if_exists = false;
};
struct ChangeOwner {
  ObjectKind kind = ObjectKind::other;
  QualifiedName name;
  std::string new_owner;
  std::optional<std::vector<Type>> arguments;
};

// ---------------------------------------------------------------- views, types, functions …

struct CreateView {
  QualifiedName name;
  bool materialized = false, or_replace = false, if_not_exists = false, temporary = false,
       with_data = true;
  std::vector<std::string> columns;  // explicit names
  QueryPtr query;
  std::string options;  // canonical text of security_invoker, security_barrier, check option
};
struct AlterViewColumnDefault {
  QualifiedName view;
  std::string column;
  ExprPtr value;
};
struct CreateEnum {
  QualifiedName name;
  std::vector<std::string> labels;
};
struct AddEnumValue {
  QualifiedName type;
  std::string label, before, after;
  bool if_not_exists = false;
};
struct RenameEnumValue {
  QualifiedName type;
  std::string label, new_label;
};
struct Attribute {
  std::string name;
  Type type;
};
struct CreateComposite {
  QualifiedName name;
  std::vector<Attribute> attributes;
};
struct AlterComposite {
  QualifiedName type;
  enum class Action : std::uint8_t { add, drop, retype } action;
  Attribute attribute;
  bool missing_ok = false, cascade = false;
};
struct CreateRange {
  QualifiedName name;
  Type subtype;
};
struct CreateBaseType {
  QualifiedName name;
};  // shell and base types
struct CreateDomain {
  QualifiedName name;
  Type type;
  std::string collation;
  bool not_null = false;
  ExprPtr default_value;
  std::vector<ConstraintDef> constraints;
};
struct AlterDomain {
  QualifiedName domain;
  enum class Action : std::uint8_t {
    set_default,
    drop_default,
    set_not_null,
    drop_not_null,
    add_constraint,
    drop_constraint,
    validate_constraint
  } action;
  ExprPtr default_value;
  ConstraintDef constraint;
  std::string constraint_name;
  bool missing_ok = false, cascade = false;
};

struct Parameter {
  std::string name;
  Type type;
  char mode = 'i';
  bool has_default = false;
};  // i(n), o(ut), b(oth), v(ariadic), t(able)
struct CreateFunction {
  QualifiedName name;
  bool procedure = false, or_replace = false;
  std::vector<Parameter> parameters;
  std::optional<Type> returns;
  bool returns_set = false, returns_table = false;
  std::string language;  // lower-case
  std::string
      body;  // text of AS '…' (for C functions: object file and symbol); empty for BEGIN ATOMIC
  Span body_span;         // of the literal in the source, when found
  std::string sql_body;   // canonical text of BEGIN ATOMIC / RETURN bodies
  char volatility = 'v';  // i, s, v
  bool strict = false, security_definer = false, leakproof = false, window = false;
};
struct AlterFunction {
  QualifiedName name;
  std::optional<std::vector<Type>> arguments;
  std::optional<char> volatility;
  std::optional<bool> strict, security_definer;
};
struct CreateTrigger {
  std::string name;
  QualifiedName table, function;
  bool or_replace = false, constraint = false, row = false;
  char timing = 'a';   // b(efore), a(fter), i(nstead of)
  std::string events;  // sorted letters of i(nsert), u(pdate), d(elete), t(runcate)
  std::vector<std::string> update_of;
  ExprPtr when;
  std::string arguments;                       // canonical text
  std::vector<std::string> transition_tables;  // REFERENCING NEW TABLE AS …
};
struct CreateRule {
  std::string name;
  QualifiedName table;
  bool or_replace = false;
  std::string definition;
};
struct CreatePolicy {
  std::string name;
  QualifiedName table;
  std::string command = "all";
  bool permissive = true;
  std::vector<std::string> roles;
  ExprPtr using_, check;
};
struct AlterPolicy {
  std::string name;
  QualifiedName table;
  std::optional<std::vector<std::string>> roles;
  ExprPtr using_, check;
};
struct CreateSequence {
  QualifiedName name;
  bool if_not_exists = false, temporary = false;
  SequenceOptions options;
};
struct AlterSequence {
  QualifiedName name;
  SequenceOptions options;
  bool if_exists = false;
};
struct CreateSchema {
  std::string name;
  bool if_not_exists = false;
  std::string owner;
};
struct CreateExtension {
  std::string name;
  bool if_not_exists = false;
  std::string schema;
};
struct AlterExtension {
  std::string name;
  std::string what;
};  // "update", "add …", "drop …"
struct CreateOther {
  ObjectKind kind = ObjectKind::other;
  QualifiedName name;
  std::string part;
  bool or_replace = false, if_not_exists = false;
};
struct AlterOther {
  ObjectKind kind = ObjectKind::other;
  QualifiedName name;
  std::string what;
};

// ---------------------------------------------------------------- rights and settings

struct Grant {  // GRANT and REVOKE on objects; one operation an object
  bool revoke = false, grant_option_only = false, cascade = false;
  ObjectKind kind = ObjectKind::table;
  bool all_in_schema = false;  // ON ALL TABLES IN SCHEMA name.schema
  QualifiedName name;
  std::optional<std::vector<Type>> arguments;
  std::vector<std::string>
      privileges;  // lower-case; "all" for ALL PRIVILEGES; "select(a,b)" for columns
  std::vector<std::string> roles;  // "public", "current_user" as such
};
struct GrantRole {
  bool revoke = false;
  std::vector<std::string> granted, to;
};
struct DefaultPrivileges {
  bool revoke = false;
  ObjectKind kind = ObjectKind::table;
  std::vector<std::string> for_roles, schemas, privileges, roles;
};
struct AlterSetting {  // ALTER ROLE/DATABASE/SYSTEM … SET/RESET, ALTER ROLE with options
  ObjectKind kind = ObjectKind::role;  // other = system
  std::string object;                  // role or database
  std::string database;                // ALTER ROLE … IN DATABASE
  std::string setting;  // lower-case; options as "login", "password", "connection limit", …
  std::string value;
};
struct SetVariable {
  std::string name, value;
  bool local = false, reset = false;
  std::vector<std::string> values;
};  // SET, RESET, set_config('x','y',…)

// ---------------------------------------------------------------- data

struct Assignment {
  std::string column;
  ExprPtr value;
  bool depends_on_column = false;
  bool constant = false;
};  // depends: names the old value of any column
struct Truncate {
  std::vector<QualifiedName> tables;
  bool cascade = false, restart_identity = false;
};
struct Delete {
  QualifiedName table;
  bool everything = false;  // no WHERE, WHERE true, 1=1, USING without a condition
  bool returned = false;    // inside WITH, its rows feed another statement
  ExprPtr where;
};
struct Update {
  QualifiedName table;
  std::vector<Assignment> assignments;
  bool everything = false;
  ExprPtr where;
  bool on_conflict = false;  // of INSERT … ON CONFLICT DO UPDATE
};
struct Insert {
  QualifiedName table;
  std::vector<std::string> columns;
  bool from_query = false;
  std::vector<QualifiedName> sources;
};
struct Copy {
  QualifiedName table;
  std::vector<std::string> columns;
  bool from = true;
  bool from_stdin = false;
};
struct Merge {
  QualifiedName table;
  bool deletes = false;
  std::vector<Assignment> assignments;
};
struct Call {
  QualifiedName function;
  std::vector<ExprPtr> arguments;
};               // SELECT f(…), CALL p(…), PERFORM f(…) at statement level
struct Read {};  // any other SELECT, VALUES, EXPLAIN, SHOW

// ---------------------------------------------------------------- the rest

struct TransactionControl {
  enum class Kind : std::uint8_t {
    begin,
    commit,
    rollback,
    savepoint,
    release,
    rollback_to,
    prepared
  } kind;
};
struct Lock {
  std::vector<QualifiedName> tables;
  std::string mode;
};
struct Maintenance {
  std::string what;
  std::vector<QualifiedName> tables;
  bool full = false, concurrently = false;
};  // vacuum, analyze, cluster, reindex, refresh
struct Comment {
  ObjectKind kind = ObjectKind::other;
  QualifiedName name;
};
struct DynamicSql {
  std::string text;
};  // EXECUTE of text that is not a constant, or a language we do not read
struct Other {
  std::string node;
};  // the parse tree's node name, for statements without an effect on the model

using Action = std::variant<
    CreateTable, AddColumn, DropColumn, AlterColumnType, SetDefault, DropDefault, SetNotNull,
    DropNotNull, SetIdentity, DropIdentity, SetExpression, DropExpression, AddConstraint,
    DropConstraint, ValidateConstraint, AlterConstraint, AttachPartition, DetachPartition,
    SetInherit, SetRowSecurity, SetTriggerState, SetPersistence, SetReplicaIdentity, SetTableOption,
    CreateIndex, Drop, Rename, SetSchema, ChangeOwner, CreateView, AlterViewColumnDefault,
    CreateEnum, AddEnumValue, RenameEnumValue, CreateComposite, AlterComposite, CreateRange,
    CreateBaseType, CreateDomain, AlterDomain, CreateFunction, AlterFunction, CreateTrigger,
    CreateRule, CreatePolicy, AlterPolicy, CreateSequence, AlterSequence, CreateSchema,
    CreateExtension, AlterExtension, CreateOther, AlterOther, Grant, GrantRole, DefaultPrivileges,
    AlterSetting, SetVariable, Truncate, Delete, Update, Insert, Copy, Merge, Call, Read,
    TransactionControl, Lock, Maintenance, Comment, DynamicSql, Other>;

struct Operation {
  Span span;  // the narrowest place known in the source: the action of an ALTER TABLE, else the
              // statement
  bool conditional = false;  // inside IF, LOOP, CASE or a block with EXCEPTION of a DO body or
                             // function: may not happen, may fail quietly
  Action action;
};

struct Statement {
  Span span;  // without leading blanks and comments, without the semicolon
  std::vector<Operation> operations;
};

}  // namespace backout::sql
