// Parts that several statements share: columns, constraints, index keys, sequence options,
// signatures, roles.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/lower.h"

namespace backout::sql {

// What a DROP, ALTER or COMMENT names, from its `object` (wrapped: List, TypeName, ObjectWithArgs,
// String).
struct ObjectTarget {
  QualifiedName name;
  std::string part;  // trigger, policy, rule, constraint: `name` is then that of its relation
  std::optional<std::vector<Type>> arguments;  // functions: absent when written without a list
};
[[nodiscard]] ObjectTarget object_target(ObjectKind kind, Node object);
// OBJECT_TABLE …; `other` when not known.
[[nodiscard]] ObjectKind object_kind(std::string_view enumerator);
// The body of an ObjectWithArgs.
[[nodiscard]] ObjectTarget signature(Node object_with_args);

// Column of CREATE TABLE, ADD COLUMN: body of a ColumnDef; `span`: its definition.
[[nodiscard]] ColumnDef lower_column(const Lowering& to, Node column, Span span);
// Body of a Constraint that is one for ConstraintDef (see `is_constraint`).
[[nodiscard]] ConstraintDef lower_constraint(Node constraint, Span span);
[[nodiscard]] bool is_constraint(Node constraint);
// A deferrability clause (CONSTR_ATTR_…) behind a column's constraint; false when it is none.
bool apply_attribute(Node constraint, ConstraintDef& to);
// DEFAULT NULL is no default.
[[nodiscard]] bool is_null_constant(Node expr);

[[nodiscard]] IndexKey lower_index_key(Node index_elem);
[[nodiscard]] std::vector<std::string> index_column_names(NodeList index_elems);
[[nodiscard]] SequenceOptions lower_sequence_options(NodeList def_elems);
[[nodiscard]] QualifiedName collation_name(Node coll_clause);
[[nodiscard]] std::string partition_bound(Node bound);

// Body of a RoleSpec: the name, or "public", "current_user", "session_user", "current_role".
[[nodiscard]] std::string role_name(Node role_spec);
[[nodiscard]] std::vector<std::string> role_names(NodeList role_specs);

// A DefElem's argument as text: names, strings, numbers and flags ("true", "false"); canonical text
// of anything else.
[[nodiscard]] std::string option_text(Node argument);
// `name=value` of each DefElem, in order, joined by ", ".
[[nodiscard]] std::string options_text(NodeList def_elems);
// Whether an option is set: without an argument, or with true, on, 1.
[[nodiscard]] bool has_option(NodeList def_elems, std::string_view name);

// Part of the statement from the node's place to the end of its comma-separated piece, both offsets
// into the source.
[[nodiscard]] Span source_span(const Lowering& to, Span in_text);
// The comma-separated elements in the first brackets at or behind `offset` (into `to.text`); ends
// with the statement.
[[nodiscard]] std::vector<Span> bracket_elements(const Lowering& to, std::uint32_t offset);
[[nodiscard]] Span statement_in_text(const Lowering& to);

}  // namespace backout::sql
