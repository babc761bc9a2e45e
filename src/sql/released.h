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

// What a name that a statement of the change uses stood for in the released schema, also when the change renames it. Null: the change made it.
template <class T>
[[nodiscard]] const T* as_released(const Objects<T>& objects, std::string_view key) {
  const T* before = objects.find_before(key);
  const T* now = objects.find(key);
  if (!now || (before && before->id == now->id)) return before;
  for (const std::string& touched : objects.touched())
    if (const T* old = objects.find_before(touched); old && old->id == now->id) return old;
  return nullptr;
}
// Where a released object that the change touched is by its end; null: gone.
template <class T>
[[nodiscard]] const T* by_the_end(const Objects<T>& objects, const T& released) {
  for (const std::string& touched : objects.touched())
    if (const T* now = objects.find(touched); now && now->id == released.id) return now;
  return nullptr;
}

}  // namespace backout::sql
