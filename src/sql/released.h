// Tables as the released schema has them, for rules about data: what a statement changes matters only when old code's rows are there.
#pragma once

#include <optional>
#include <string>

#include "sql/catalog.h"

namespace backout::sql {

struct ReleasedTable {
  std::string key;                 // "schema.name", as the statement's name resolves
  const Table* before = nullptr;   // null: never seen, taken to be there
  const Table* after = nullptr;    // null: gone by the end of the change
  bool known = true;
};

// The released table that `name` means in a change; nothing when the change itself made it, or when it is a view or temporary.
[[nodiscard]] std::optional<ReleasedTable> released_table(const Catalog& catalog, const QualifiedName& name);

}  // namespace backout::sql
