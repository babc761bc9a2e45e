// The net pass: what differs between the schema a release was built for and the schema after the
// change, each difference with the statement that caused it. Rules subscribe to one kind of
// difference by the parameter type of their check.
#pragma once

#include <string>
#include <vector>

#include "core/finding.h"
#include "sql/catalog.h"

namespace backout::sql {

// One object before and after. `before` null: new. `after`: what old code finds under the old name
// now (the same object or another one); null: nothing. Objects new in the change (their table or
// themselves) produce no differences of their parts: nothing old depends on them.
template <class T>
struct Difference {
  const T* before = nullptr;
  const T* after = nullptr;
  const T* moved =
      nullptr;  // the same object (identity) under another name, when `after` is not it
  const T* replacement = nullptr;  // constraints, indexes, triggers: a new one that takes its place
                                   // (same kind and columns) under another name
  const Table* table_before = nullptr;  // of columns, constraints, indexes, triggers, policies
  const Table* table_after = nullptr;   // under the old name, else moved
  const View* view_after = nullptr;     // a view that took the old table's name
  ObjectRef object;  // kind and qualified name as old code knows it (new objects: their name)
  const Cause* cause = nullptr;  // the statement that made it differ; rules with a finer interest
                                 // ask `Catalog::cause`
  bool certain =
      true;  // false: what was before is not fully known; a finding drops one severity and says so
};

using TableDifference = Difference<Table>;
using ColumnDifference = Difference<Column>;
using ConstraintDifference = Difference<Constraint>;
using IndexDifference = Difference<Index>;
using TriggerDifference = Difference<Trigger>;
using PolicyDifference = Difference<Policy>;
using RuleDifference = Difference<RewriteRule>;
using ViewDifference = Difference<View>;
using SequenceDifference = Difference<Sequence>;
using TypeDifference = Difference<UserType>;
using FunctionDifference = Difference<Function>;
using SchemaDifference = Difference<SchemaObject>;
using ExtensionDifference = Difference<Extension>;
using OtherDifference = Difference<OtherObject>;

// Everything that differs, in the order of the objects' first touch.
struct Differences {
  std::vector<SchemaDifference> schemas;
  std::vector<TableDifference> tables;
  std::vector<ColumnDifference> columns;
  std::vector<ConstraintDifference>
      constraints;  // also of domains: table_before is then null, object.kind "domain constraint"
  std::vector<IndexDifference> indexes;  // those that serve no constraint
  std::vector<TriggerDifference> triggers;
  std::vector<PolicyDifference> policies;
  std::vector<RuleDifference> rules;
  std::vector<ViewDifference> views;
  std::vector<SequenceDifference> sequences;
  std::vector<TypeDifference> types;
  std::vector<FunctionDifference> functions;
  std::vector<ExtensionDifference> extensions;
  std::vector<OtherDifference> others;
};

[[nodiscard]] Differences differences(const Catalog& catalog);

}  // namespace backout::sql
