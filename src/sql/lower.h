// From parse trees to operations. One function a family of statements, found by the tree's node
// name through a table in lower.cpp; a name that is not in it becomes `Other`, a subtype that is
// not known `AlterOther`, `DropOther` …: nothing is lost, so that rules can fail closed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/source.h"
#include "sql/operation.h"
#include "sql/parse.h"
#include "sql/query.h"
#include "sql/tree.h"

namespace backout::sql {

// Where a statement stands and where its operations go. Node locations are offsets into `text`.
struct Lowering {
  const Source* source = nullptr;
  const ParseOptions* options = nullptr;
  std::string_view text;   // what the parser saw (placeholders filled, meta-commands blanked)
  std::uint32_t base = 0;  // offset of text[0] in the source
  Span statement;          // in the source
  std::vector<Operation>* operations = nullptr;
  std::vector<Unparsed>* unparsed = nullptr;  // static SQL of DO bodies that does not parse
  bool conditional = false;
  bool verbatim = true;     // the source holds the bytes of `text` at `base`; false for text that
                            // EXECUTE puts together
  std::uint32_t depth = 0;  // how many DO bodies and EXECUTEs around it

  void add(Action action) const { add(statement, std::move(action)); }
  void add(Span span, Action action) const {
    operations->push_back({span, conditional, std::move(action)});
  }

  // The field `location` of a node as an offset into the source; the statement's begin when the
  // node has none.
  [[nodiscard]] std::uint32_t offset(Node node) const;
};

// The whole statement: `node` is wrapped ({"CreateStmt": {…}}).
void lower_statement(const Lowering& to, Node node);

// Families. `kind` is the node's name, `node` its body.
void lower_table(const Lowering& to, std::string_view kind, Node node);   // lower_table.cpp
void lower_object(const Lowering& to, std::string_view kind, Node node);  // lower_object.cpp
void lower_definition(const Lowering& to, std::string_view kind,
                      Node node);                                          // lower_definition.cpp
void lower_rights(const Lowering& to, std::string_view kind, Node node);   // lower_rights.cpp
void lower_session(const Lowering& to, std::string_view kind, Node node);  // lower_session.cpp
// SelectStmt, InsertStmt, UpdateStmt, DeleteStmt, MergeStmt, TruncateStmt, CopyStmt, CallStmt,
// ExplainStmt, PrepareStmt, ExecuteStmt, DeclareCursorStmt
void lower_data(const Lowering& to, std::string_view kind, Node node);  // lower_data.cpp
void lower_do(const Lowering& to, Node node);                           // plpgsql.cpp: DoStmt

// SQL inside a statement: pieces of a PL/pgSQL body, text that EXECUTE runs. Bounds are checked and
// placeholders filled as for the text of a file.
struct InnerSql {
  std::string text;                 // as the parser saw it
  ParsedText parsed;                // `root` is null when it failed
  std::optional<Unparsed> failure;  // then: why; spans are offsets into `text`
};
[[nodiscard]] InnerSql parse_inner(std::string sql, const ParseOptions& options);  // parse.cpp

// Parts, used by all.
[[nodiscard]] ExprPtr lower_expr(Node node);  // lower_expr.cpp: null when the node is absent
[[nodiscard]] Type lower_type(Node type_name,
                              bool* serial = nullptr);  // lower_type.cpp: body of a TypeName;
                                                        // `serial`, if given, tells serial types
[[nodiscard]] QueryPtr lower_query(
    Node select);  // lower_query.cpp: wrapped SelectStmt (or its body)

// Canonical text of any tree, locations left out: equal texts are equal trees. For parts that are
// compared but not read.
[[nodiscard]] std::string tree_text(Node node);

// A RangeVar's body. A schema that is a placeholder (`${schema}.users`) is unknown: read as written
// without one, so that the name resolves on the search path.
[[nodiscard]] QualifiedName relation_name(Node range_var);
// A list of String nodes: {"schema", "name"}; a catalog before them is dropped.
[[nodiscard]] QualifiedName object_name(NodeList names);
// Every String of a list.
[[nodiscard]] std::vector<std::string> strings(NodeList list);

}  // namespace backout::sql
