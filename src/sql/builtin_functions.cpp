// Look-up in the generated table, which is sorted by name.
#include "sql/builtin_functions.h"

#include <algorithm>
#include <iterator>

namespace backout::sql {
namespace {

constexpr BuiltinFunction functions[] = {
#include "sql/builtin_functions.inc"
};
static_assert(std::is_sorted(std::begin(functions), std::end(functions),
                             [](const BuiltinFunction& a, const BuiltinFunction& b) {
                               return a.name < b.name;
                             }));

constexpr BuiltinFunction other_server_function = {"pg_", 'v', 'f',
                                                   ""};  // volatile pg_* are not listed

}  // namespace

const BuiltinFunction* builtin_function(std::string_view name) {
  constexpr std::string_view catalog_schema = "pg_catalog.";
  if (name.starts_with(catalog_schema)) name.remove_prefix(catalog_schema.size());
  const auto* const found = std::lower_bound(
      std::begin(functions), std::end(functions), name,
      [](const BuiltinFunction& entry, std::string_view wanted) { return entry.name < wanted; });
  if (found != std::end(functions) && found->name == name) return found;
  return name.starts_with("pg_") ? &other_server_function : nullptr;
}

}  // namespace backout::sql
