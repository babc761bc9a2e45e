// A column's type: canonical name, modifiers, array dimensions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sql/name.h"

namespace backout::sql {

struct Type {
  // Canonical: built-in types by the name format_type() prints without modifiers ("integer",
  // "character varying", "timestamp with time zone", "numeric", "bit varying", …) and an empty
  // schema; others as written, schema filled in when the catalog knows it. Modifiers that are no
  // numbers stay in the name: "geometry(point,4326)".
  QualifiedName name;
  std::vector<std::int32_t>
      modifiers;  // varchar(20) → {20}; numeric(10) → {10,0}; interval fields are kept in `name`
  std::uint8_t dimensions = 0;  // 1 for any array: PostgreSQL does not tell int[] from int[][]
  friend bool operator==(const Type&, const Type&) = default;
};

// As format_type() prints it: "character varying(20)[]". `character` without a length is "bpchar",
// as there.
[[nodiscard]] std::string to_string(const Type& type);

// Canonical name of a built-in type from any spelling ("int4", "varchar", "pg_catalog.bool"), empty
// when it is none.
[[nodiscard]] std::string_view builtin_type(std::string_view spelling);

// Kinds of built-in types, by canonical name.
[[nodiscard]] bool is_text_like(const Type& type);  // text, character varying, character, name
[[nodiscard]] bool is_numeric(const Type& type);    // integers, numeric, real, double precision

}  // namespace backout::sql
