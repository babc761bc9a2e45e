// What a parse tree names, wherever in it: relations, columns, functions. One walk without
// recursion, since chains of UNION or joins may be very long. Names bound by WITH are told from
// tables of the same name by their scope.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sql/name.h"
#include "sql/tree.h"

namespace backout::sql {

struct TreeNames {
  std::vector<QualifiedName> relations;  // each once
  std::vector<std::pair<std::string, std::string>>
      columns;  // (qualifier or "", column), each once; also targets of INSERT and UPDATE
  std::vector<std::string> functions;  // without pg_catalog, each once
  bool has_star = false;
  std::uint64_t fingerprint = 0;  // of the whole tree, locations left out
};

[[nodiscard]] TreeNames names_in(Node tree);

// A fingerprint as text, for texts that are only compared.
[[nodiscard]] std::string fingerprint_text(std::uint64_t fingerprint);

// The name in a list of String nodes, without pg_catalog: "now", "public.f".
[[nodiscard]] std::string function_name(NodeList names);

}  // namespace backout::sql
