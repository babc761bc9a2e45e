// Applies one operation to a catalog. The catalog holds data and answers questions; everything that
// changes it goes through here: one overload an operation, one file a family of them
// (catalog_*.cpp). Idea: find the object (or note that nothing created it), edit it in place, tell
// the objects that depend on it. Nothing here fails: what the server would refuse becomes
// `outcome`.
#pragma once

#include <algorithm>
#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/catalog.h"

namespace backout::sql {

// A part of an object for writing: copied when anyone else (the schema before the change) holds it.
template <class T>
T& own(std::shared_ptr<const T>& part) {
  if (part.use_count() > 1) part = std::make_shared<T>(*part);
  return const_cast<T&>(*part);  // made non-const, and we are its only owner
}

template <class T, class... Ts>
concept one_of = (std::same_as<T, Ts> || ...);

constexpr std::size_t max_columns = 1600;  // of a table: MaxHeapAttributeNumber

class Editor {
 public:
  Editor(Catalog& catalog, const Cause& cause) : c(catalog), cause_(cause) {}

  Outcome outcome = Outcome::done;
  bool doubtful = false;  // what is assumed to be there may not be

  // catalog_table.cpp
  void operator()(const CreateTable& op);
  void operator()(const AddColumn& op);
  void operator()(const AlterColumnType& op);
  void operator()(const SetDefault& op);
  void operator()(const DropDefault& op);
  void operator()(const SetNotNull& op);
  void operator()(const DropNotNull& op);
  void operator()(const SetExpression& op);
  void operator()(const DropExpression& op);
  void operator()(const SetRowSecurity& op);
  void operator()(const SetPersistence& op);
  void operator()(const SetReplicaIdentity& op);
  // catalog_constraint.cpp
  void operator()(const AddConstraint& op);
  void operator()(const DropConstraint& op);
  void operator()(const ValidateConstraint& op);
  void operator()(const AlterConstraint& op);
  // catalog_index.cpp
  void operator()(const CreateIndex& op);
  // catalog_partition.cpp
  void operator()(const AttachPartition& op);
  void operator()(const DetachPartition& op);
  void operator()(const SetInherit& op);
  // catalog_sequence.cpp
  void operator()(const CreateSequence& op);
  void operator()(const AlterSequence& op);
  void operator()(const SetIdentity& op);
  void operator()(const DropIdentity& op);
  // catalog_type.cpp
  void operator()(const CreateEnum& op);
  void operator()(const AddEnumValue& op);
  void operator()(const RenameEnumValue& op);
  void operator()(const CreateComposite& op);
  void operator()(const AlterComposite& op);
  void operator()(const CreateRange& op);
  void operator()(const CreateBaseType& op);
  void operator()(const CreateDomain& op);
  void operator()(const AlterDomain& op);
  // catalog_view.cpp
  void operator()(const CreateView& op);
  void operator()(const AlterViewColumnDefault& op);
  void operator()(const Maintenance& op);
  // catalog_function.cpp
  void operator()(const CreateFunction& op);
  void operator()(const AlterFunction& op);
  void operator()(const Call& op);
  // catalog_trigger.cpp: triggers, rules and policies
  void operator()(const CreateTrigger& op);
  void operator()(const SetTriggerState& op);
  void operator()(const CreateRule& op);
  void operator()(const CreatePolicy& op);
  void operator()(const AlterPolicy& op);
  // catalog_rights.cpp
  void operator()(const Grant& op);
  void operator()(const DefaultPrivileges& op);
  void operator()(const ChangeOwner& op);
  // catalog_schema.cpp: schemas, extensions, other objects, settings
  void operator()(const CreateSchema& op);
  void operator()(const CreateExtension& op);
  void operator()(const AlterExtension& op);
  void operator()(const CreateOther& op);
  void operator()(const SetVariable& op);
  void operator()(const TransactionControl& op);
  // catalog_drop.cpp
  void operator()(const DropColumn& op);
  void operator()(const Drop& op);
  // catalog_rename.cpp
  void operator()(const Rename& op);
  void operator()(const SetSchema& op);
  // No effect on the model: data, maintenance and what only rules look at.
  template <one_of<SetTableOption, AlterOther, GrantRole, AlterSetting, Truncate, Delete, Update,
                   Insert, Copy, Merge, Read, Lock, Comment, DynamicSql, Other>
                T>
  void operator()(const T& /*op*/) {}

 private:
  // ---- identity, causes, dependencies (catalog.cpp)
  [[nodiscard]] Id fresh() { return c.next_id_++; }
  Id settle_in(ObjectKind kind, const std::string& key, Id id = 0);  // a home for a new object
  void touch(Id id, Aspect aspect);
  void depend(Id user, Id on);
  [[nodiscard]] std::vector<Id> users(Id of);  // those that still exist
  [[nodiscard]] const Catalog::Home* home(Id id) const;

  // ---- look-up (catalog.cpp)
  // Where an unqualified name would be created; an unknown schema is recorded.
  [[nodiscard]] std::string creation_schema(const QualifiedName& name, bool temporary = false);
  [[nodiscard]] ObjectKind relation_kind(std::string_view key) const;
  // A missing object: decides by IF EXISTS, conditions and what is known whether it is assumed to
  // have been there. Sets `outcome`. `table`: its name when it is one or belongs to one.
  [[nodiscard]] bool assume_missing(bool if_exists, std::string_view table = {});
  // The table for writing, null when there is nothing to write to (`outcome` says why).
  [[nodiscard]] Table* table(const QualifiedName& name, bool if_exists = false);
  [[nodiscard]] Table* table(Id id);  // by identity, null when it is no table
  [[nodiscard]] View* view(Id id);
  // The column for writing; recorded when nothing created it.
  Column* column(Table& t, std::string_view name, bool if_exists = false);
  [[nodiscard]] static std::size_t column_at(const Table& t, std::string_view name);
  [[nodiscard]] static std::string key_of(const Table& t) { return qualified(t.name); }
  [[nodiscard]] static std::string qualified(const QualifiedName& name);
  [[nodiscard]] SchemaObject* schema(const std::string& name);

  // ---- chosen names (catalog.cpp)
  [[nodiscard]] std::string choose_relation_name(std::string_view schema, std::string_view first,
                                                 std::string_view second, std::string_view label,
                                                 bool constraint);
  [[nodiscard]] std::string choose_constraint_name(std::string_view schema, std::string_view first,
                                                   std::string_view second, std::string_view label);
  [[nodiscard]] bool constraint_name_used(std::string_view schema, std::string_view name) const;
  void count_constraint(std::string_view schema, std::string_view name, int by);
  void free_name(std::string_view key);

  // ---- types and expressions
  Type resolve(const Type& type, Id* id = nullptr);  // catalog_type.cpp
  // As the server stores it: sequences resolved, no cast to the type it has anyway; dependencies of
  // `user` noted.
  ExprPtr settle(const ExprPtr& expr, Id user, const Type* own_type = nullptr);
  [[nodiscard]] const UserType* user_type(Id id) const;
  UserType* type_for(const QualifiedName& name);
  UserType* define_type(const QualifiedName& name, UserType type);
  void add_domain_constraint(UserType& domain, const ConstraintDef& def);

  // ---- tables
  Column& add_column(Table& t, const ColumnDef& def);
  void inherit_column(Table& child, const Column& from);
  void copy_like(Table& t, const LikeClause& like);
  void inherit_from(Table& child, const std::string& parent_key, bool partition);
  void set_not_null(Table& t, std::string_view name);
  // Calls `edit(table)` for the table and, unless `only`, every table that inherits from it.
  template <class F>
  void with_children(Table& t, bool only, F&& edit) {
    edit(t);
    if (only) return;
    for (const Id id : descendants(t)) {
      if (Table* child = table(id)) edit(*child);
    }
  }
  [[nodiscard]] std::vector<Id> descendants(const Table& t);

  // ---- constraints and indexes
  void add_constraints(Table& t, std::vector<ConstraintDef> defs, bool only = false);
  // Returns the new constraint, null when the server would refuse it.
  Constraint* add_constraint(Table& t, const ConstraintDef& def, bool only);
  Constraint& put_constraint(Table& t, Constraint constraint);
  void inherit_check(Table& child, const Constraint& from);
  void remove_constraint(Table& t, Id id, bool cascade);
  Constraint* add_key(Table& t, const ConstraintDef& def, Constraint made, bool only);
  Constraint* take_index(Table& t, const ConstraintDef& def, Constraint made);
  Constraint* constraint(Table& t, const std::string& name, bool missing_ok);
  Index& put_index(Table& t, Index index);
  void remove_index(Table& t, Id id);
  void adopt_index(Table& child, const Table& parent, const Index& from);
  void attach_index(const AttachPartition& op);
  void clone_trigger(Table& child, const Trigger& from);
  void remove_trigger(Table& t, const std::string& name);
  void clone_index(Table& child, const Table& parent, const Index& from, bool attach);
  void clone_foreign_key(Table& child, const Constraint& from);
  void attach_parts(Table& parent, Table& child);
  void drop_dependent_keys(const Table& t, const Constraint& key, bool cascade);
  void resolve_reference(const Table& t, Constraint& constraint, const ConstraintDef& def);
  void refresh_validity(Table& parent, Id parent_index);

  // ---- sequences
  Sequence* sequence(const QualifiedName& name, bool if_exists = false);
  Sequence& create_sequence(const QualifiedName& name, const SequenceOptions& options);
  void set_sequence_owner(Id id, const SequenceOptions& options);
  void apply_options(Sequence& s, const SequenceOptions& options);
  void own_sequence(Sequence& s, const Table& t, Id column_id);
  // The sequence behind a serial or identity column.
  std::string column_sequence(Table& t, const Column& col, const SequenceOptions& options,
                              bool identity);
  [[nodiscard]] std::string identity_sequence(const Table& t, Id column_id);
  [[nodiscard]] static std::string serial_type(const Type& type);

  // ---- views
  struct Columns {
    std::vector<ViewColumn> list;
    bool known = true;
  };
  [[nodiscard]] Columns columns_of(const Query& query);
  [[nodiscard]] Columns columns_of(const Query::Item& item);
  [[nodiscard]] Columns columns_of_relation(const QualifiedName& name);
  [[nodiscard]] Columns columns_of_function(const std::string& name);
  [[nodiscard]] bool stands_on_updatable(const Query& query) const;
  void note_dependencies(View& v, const Query& query);
  void set_view_default(const QualifiedName& name, std::string_view column, const ExprPtr& value);

  // ---- functions, triggers
  Function* function(const QualifiedName& name, const std::optional<std::vector<Type>>& arguments,
                     bool if_exists);
  [[nodiscard]] const Function* function_called(const Call& op) const;
  void run_body(const Function& function);
  [[nodiscard]] const Function* trigger_function(const QualifiedName& name);
  struct Parts {  // of a table or view, for writing; empty when there is none
    Table* table = nullptr;
    View* view = nullptr;
    Id id = 0;
    std::vector<std::shared_ptr<const Trigger>>* triggers = nullptr;
    std::vector<std::shared_ptr<const RewriteRule>>* rules = nullptr;
    QualifiedName name;
  };
  [[nodiscard]] Parts parts_of(const QualifiedName& name, bool if_exists);
  [[nodiscard]] static std::string other_key(ObjectKind kind, const QualifiedName& name,
                                             const std::string& part);

  // ---- rights
  void apply_default_grants(ObjectKind kind, std::string_view schema, Grants& grants);
  void change_grants(Grants& grants, const Grant& op, ObjectKind kind);
  void grant_in_schema(const Grant& op, ObjectKind kind);

  // ---- dropping (catalog_drop.cpp)
  void doom(Id id, bool cascade);            // to be dropped by finish_drops
  void doom_dependent(Id id, bool cascade);  // the same, but a conflict without CASCADE
  bool goes_too(Id id) const;                // the same statement drops it as well
  void finish_drops();
  void drop_object(Id id, bool cascade);
  void drop_table(const std::string& key, bool cascade);
  void drop_view(const std::string& key);
  void drop_sequence(const std::string& key, bool cascade);
  void drop_column(Table& t, Id column_id, bool cascade);
  void drop_references(const Table& from, Id to, const std::string& column, bool cascade);
  void drop_relation(const Drop& op);
  void drop_aggregate(const Drop& op);
  void drop_index(const Drop& op);
  void drop_part(const Drop& op);
  template <class T>
  void drop_by_name(Objects<T>& objects, const Drop& op, const std::string& key);
  void release_users(Id gone, const Catalog::Home& was, bool cascade);
  void release_from_table(Table& t, Id gone, const Catalog::Home& was, bool cascade);
  void release_from_type(UserType& type, const QualifiedName& gone, bool cascade);
  [[nodiscard]] View* assume_view(const QualifiedName& name, bool if_exists);
  [[nodiscard]] std::vector<std::string> functions_meant(
      const QualifiedName& name, const std::optional<std::vector<Type>>& arguments) const;
  [[nodiscard]] static QualifiedName name_of_key(std::string_view key);

  // ---- renaming (catalog_rename.cpp)
  void touch_move(Id id, const QualifiedName& from, const QualifiedName& to);
  void rehome(Id id, const std::string& key);
  [[nodiscard]] std::string relation_to_move(ObjectKind kind, const QualifiedName& name,
                                             bool if_exists);
  void move_relation(const std::string& key, const QualifiedName& to);
  void move_table(const std::string& key, const QualifiedName& to);
  void move_view(const std::string& key, const QualifiedName& to);
  void move_sequence(const std::string& key, const QualifiedName& to);
  void move_type(const std::string& key, const QualifiedName& to);
  void move_function(const std::string& key, const QualifiedName& to);
  void move_index(const std::string& key, const QualifiedName& to);
  void rename_column_of(Table& t, Id column_id, const std::string& to);
  void rename_constraint(Table& t, const std::string& from, const std::string& to);
  void rename_table_column(const Rename& op);
  void rename_attribute(const Rename& op);
  void rename_part(const Rename& op);
  void rename_other(const Rename& op);
  void rename_schema(const std::string& from, const std::string& to);
  void retype_users(Id type_id, const QualifiedName& from, const QualifiedName& to);

  Catalog& c;
  Cause cause_;
  std::vector<std::pair<Id, bool>> doomed_;           // objects still to be dropped
  const std::vector<QualifiedName>* also_ = nullptr;  // all names of the DROP at hand
};

}  // namespace backout::sql
