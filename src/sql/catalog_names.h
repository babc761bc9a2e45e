// Names that PostgreSQL chooses when a statement gives none, and names inside strings.
// Facts: makeObjectName, ChooseIndexNameAddition and FigureIndexColname of PostgreSQL 15.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/operation.h"

namespace backout::sql {

// "schema.name", the key of relations and types.
[[nodiscard]] std::string qualify(std::string_view schema, std::string_view name);
// The schema of such a key.
[[nodiscard]] std::string_view schema_of(std::string_view key);

// "first_second_label" in at most 63 bytes, the longer of the first two cut; empty ones are left
// out.
[[nodiscard]] std::string compose_name(std::string_view first, std::string_view second,
                                       std::string_view label);

// The part of a chosen name that lists columns: "a_b".
[[nodiscard]] std::string joined(const std::vector<std::string>& columns);

// What each key of an index is called in the index's own columns: the column, the outermost
// function of an expression, "expr"; numbered when repeated. Included columns come last.
[[nodiscard]] std::vector<std::string> key_names(const std::vector<IndexKey>& keys,
                                                 const std::vector<std::string>& include);

// A name as text: `public."My Seq"` → {public, My Seq}; unquoted parts fold to lower case.
[[nodiscard]] QualifiedName name_in_text(std::string_view text);

}  // namespace backout::sql
