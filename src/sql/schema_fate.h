// What became of a schema: what happens to its content is then one defect of the schema, not one of
// each object in it.
#pragma once

#include <string_view>

#include "sql/difference.h"

namespace backout::sql {

[[nodiscard]] inline bool schema_dropped(const Differences& differences, std::string_view schema) {
  for (const SchemaDifference& d : differences.schemas)
    if (d.before && !d.after && !d.moved && d.before->name == schema) return true;
  return false;
}
[[nodiscard]] inline bool schema_renamed(const Differences& differences, std::string_view schema) {
  for (const SchemaDifference& d : differences.schemas)
    if (d.before && d.moved && d.before->name == schema) return true;
  return false;
}

}  // namespace backout::sql
