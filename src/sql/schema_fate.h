// What became of a schema or extension: what happens to its content is then one defect of the
// schema or extension, not one of each object in it.
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
// Whether the statement drops an extension: what that brought goes with it.
[[nodiscard]] inline bool drops_extension(const Differences& differences, const Cause* cause) {
  for (const ExtensionDifference& d : differences.extensions)
    if (d.before && !d.after && d.cause && cause && d.cause->source == cause->source &&
        d.cause->statement == cause->statement)
      return true;
  return false;
}

}  // namespace backout::sql
