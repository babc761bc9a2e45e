// Tables as the released schema has them, for rules about data: what a statement changes matters
// only when old code's rows are there.
#pragma once

#include <optional>
#include <string>

#include "sql/catalog.h"

namespace backout::sql {

struct ReleasedTable {
  std::string key;                // "schema.name", as the statement's name resolves
  const Table* before = nullptr;  // null: never seen, taken to be there
  const Table* after = nullptr;   // null: gone by the end of the change
  bool known = true;
};

// The released table that `name` means in a change; nothing when the change itself made it, or when
// it is a view or temporary.
[[nodiscard]] std::optional<ReleasedTable> released_table(const Catalog& catalog,
                                                          const QualifiedName& name);

// What a name that a statement of the change uses stands for: the object as released and by the
// change's end, under whatever name.
template <class T>
struct Released {
  const T* before = nullptr;  // null: the change made it
  const T* after = nullptr;   // null: gone
};
template <class T>
[[nodiscard]] Released<T> released(const Objects<T>& objects, std::string_view key) {
  const auto same = [](const T* a, const T* b) { return a && b && a->id == b->id; };
  const T* before = objects.find_before(key);
  const T* now = objects.find(key);
  if (now && !same(before, now)) {
    const T* old = objects.find_before(objects.came_from(key));
    return same(old, now) ? Released<T>{old, now} : Released<T>{};
  }
  if (!now) now = objects.find(objects.went_to(key));
  return {before, same(before, now) ? now : nullptr};
}

}  // namespace backout::sql
