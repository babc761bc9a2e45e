// What the bodies of functions do: the operations of their static SQL, and what they name. Bodies
// in PL/pgSQL and SQL are read; of other languages nothing is known. DO blocks come through
// lower_do (sql/lower.h).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/operation.h"
#include "sql/parse.h"

namespace backout::sql {

struct BodyOperations {
  bool understood =
      false;  // false: another language, BEGIN ATOMIC, or a body whose words do not nest
  std::vector<Operation>
      operations;  // spans: the body's literal; DynamicSql for EXECUTE of text that is not constant
  std::vector<Unparsed> unparsed;  // static SQL that does not parse
};
[[nodiscard]] BodyOperations body_operations(const CreateFunction& function);

struct BodyUse {
  bool understood = false;
  bool dynamic = false;  // EXECUTE of text that is not constant: names may be missing
  std::vector<QualifiedName> relations;  // each once
  std::vector<std::pair<std::string, std::string>>
      columns;  // (qualifier or "", column), each once; variables and parameters left out
  std::vector<std::string> functions;    // each once
  std::vector<Type> types;               // of declared variables
  std::vector<std::string> new_columns;  // trigger functions: c of `NEW.c := …`
  bool only_assigns_new =
      false;             // and that is all that happens: no other table, no error, no skipped row
  bool straight = true;  // no assignment and no RETURN depends on a condition
  bool raises = false;   // an error, on purpose: it may refuse what it is called for
};
[[nodiscard]] BodyUse body_use(const CreateFunction& function);

}  // namespace backout::sql
