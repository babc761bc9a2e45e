// Names of database objects, as PostgreSQL folds them (unquoted names are already lower-case).
#pragma once

#include <string>
#include <string_view>

namespace backout::sql {

struct QualifiedName {
  std::string schema;  // empty: resolved through the search path
  std::string name;
  friend bool operator==(const QualifiedName&, const QualifiedName&) = default;
  friend auto operator<=>(const QualifiedName&, const QualifiedName&) = default;
};

// "schema.name", or "name" when the schema is empty. No quoting: for keys and messages.
[[nodiscard]] std::string to_string(const QualifiedName& name);

}  // namespace backout::sql
