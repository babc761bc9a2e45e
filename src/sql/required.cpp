// See required.h.
#include "sql/required.h"

namespace backout::sql {

bool required(const Column& column, const Catalog& catalog, bool before) {
  if (column.default_value || column.identity != Identity::no || column.generated != Generated::no)
    return false;
  const std::string key = column.type_id == 0 ? std::string() : to_string(column.type.name);
  const UserType* type = key.empty() ? nullptr
                         : before    ? catalog.types.find_before(key)
                                     : catalog.types.find(key);
  const bool domain = type && type->kind == UserType::Kind::domain;
  if (domain && type->default_value) return false;
  return column.not_null || (domain && type->not_null);
}

}  // namespace backout::sql
