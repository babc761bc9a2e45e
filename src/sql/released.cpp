#include "sql/released.h"

namespace backout::sql {

std::optional<ReleasedTable> released_table(const Catalog& catalog, const QualifiedName& name) {
  ReleasedTable out;
  out.key = catalog.resolve_relation(name);
  out.before = catalog.tables.find_before(out.key);
  out.after = catalog.tables.find(out.key);
  if (!out.before && out.after) {  // made by the change, or renamed by it
    out.before = released(catalog.tables, out.key).before;
    if (!out.before) return std::nullopt;
  }
  if (!out.before && (catalog.views.find_before(out.key) || catalog.views.find(out.key)))
    return std::nullopt;
  if (out.before && out.before->temporary) return std::nullopt;
  if (!out.before && catalog.tables.was_touched(out.key))
    return std::nullopt;  // made and dropped again by the change
  out.known = out.before && out.before->known;
  if (out.before && (!out.after || out.after->id != out.before->id))
    out.after = catalog.tables.find(catalog.relation_with(out.before->id));
  return out;
}

}  // namespace backout::sql
