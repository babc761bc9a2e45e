// Names as text: keys of the catalog and words of messages.
#include "sql/name.h"

namespace backout::sql {

std::string to_string(const QualifiedName& name) {
  if (name.schema.empty()) return name.name;
  std::string text;
  text.reserve(name.schema.size() + 1 + name.name.size());
  text.append(name.schema).append(1, '.').append(name.name);
  return text;
}

}  // namespace backout::sql
