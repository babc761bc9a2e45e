// What a change of a column's type means: to the code that reads and writes the column, to the
// values stored, and to the table's files. Three answers, because they do not follow from one
// another: varchar(20) to text is free for the table, keeps every value, and still lets new code
// store what old code cannot hold. Facts: PostgreSQL 15, measured by relfilenode and by the
// server's debug lines; see the table in the test.
#pragma once

#include <cstdint>

#include "sql/catalog.h"
#include "sql/type.h"

namespace backout::sql {

// A type and, when it is a user's, its definition. A user type without definition is taken for an
// opaque type.
struct TypeRef {
  const Type& type;
  const UserType* user = nullptr;
};

// To code that knows the old type.
enum class TypeChange : std::uint8_t {
  none,           // the same type, or a domain without constraints in place of what it stands for
  grown,          // same type with a larger length, precision or scale
  to_text,        // varchar(n) to text or to varchar without limit
  widened,        // smallint to integer to bigint, real to double precision
  narrowed,       // values that were fine are refused, rounded or cut
  blank_padding,  // char(n) to or from varchar or text: trailing blanks and comparison differ
  json,           // json to jsonb or back
  time_zone,      // timestamp to timestamptz or back: same text, other meaning
  case_folding,   // text to citext or back: equality differs
  constrained,    // to a domain with NOT NULL or CHECK
  replaced,       // another type
};
[[nodiscard]] TypeChange classify(TypeRef before, TypeRef after);

// To values stored, when the change has no USING expression.
enum class Fit : std::uint8_t {
  kept,     // every value as it was
  refused,  // a value that does not fit makes the statement fail
  altered,  // values are rounded or cut without a word
};
[[nodiscard]] Fit fit(TypeRef before, TypeRef after);

// To the table's files, without USING.
enum class Rewrite : std::uint8_t {
  none,        // catalog only
  indexes,     // the indexes on the column are rebuilt
  unless_utc,  // indexes when the session's TimeZone is UTC (since PostgreSQL 12), else the table
  table,       // table and all its indexes
};
[[nodiscard]] Rewrite rewrite(TypeRef before, TypeRef after);

}  // namespace backout::sql
