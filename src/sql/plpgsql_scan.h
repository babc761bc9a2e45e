// The statements of a PL/pgSQL body, found by its words alone: statements end at semicolons, IF,
// CASE, LOOP and blocks nest. libpg_query's own PL/pgSQL parser gives line numbers but no offsets,
// and findings must point into DO bodies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"

namespace backout::sql {

struct PlPiece {
  enum class Kind : std::uint8_t {
    sql,         // a statement, or the query of FOR, OPEN or RETURN QUERY
    perform,     // the whole PERFORM statement
    expression,  // a condition, the right side of an assignment, RETURN's or a declaration's value
    execute,     // the text expression of EXECUTE
    type,        // of a declared variable: users%ROWTYPE, users.id%TYPE
  };
  Kind kind = Kind::sql;
  Span span;                 // in the body
  bool conditional = false;  // inside IF, CASE, LOOP, an exception handler or a block that has one
};

struct PlBody {
  std::vector<PlPiece> pieces;           // in order
  std::vector<std::string> variables;    // declared, and of FOR loops
  std::vector<std::string> new_columns;  // c of `NEW.c := …`, each once
  bool only_assigns_new =
      false;  // nothing happens but that: assignments to NEW and to variables, IF, RETURN
  bool straight = true;  // no assignment and no RETURN depends on a condition
  bool raises = false;   // RAISE of an error, ASSERT: it may refuse what it is called for
  bool complete = true;  // false: it ends in the middle, or its words do not nest
};

[[nodiscard]] PlBody scan_plpgsql(std::string_view body);

// The SQL of a `sql` or `perform` piece, as long as the piece: PERFORM is spelled SELECT, and the
// variables that PL/pgSQL reads INTO are blanked.
[[nodiscard]] std::string sql_of(std::string_view body, const PlPiece& piece);

}  // namespace backout::sql
