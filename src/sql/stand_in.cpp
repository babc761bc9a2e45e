// See stand_in.h.
#include "sql/stand_in.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/words.h"

namespace backout::sql {

StandIn stand_in(const Table& table, const View& view) {
  StandIn result;
  const bool by_trigger =
      std::any_of(view.triggers.begin(), view.triggers.end(),
                  [](const auto& trigger) { return trigger->definition.timing == 'i'; });
  result.takes_writes = by_trigger || (view.updatable && !view.materialized);
  for (const auto& column : table.columns) {
    const ViewColumn* shown = view.column(column->name);
    if (!shown) {
      if (view.columns_known) result.missing.push_back(column->name);
    } else if (!by_trigger && shown->column != column->id) {
      result.read_only.push_back(column->name);
    }
  }
  return result;
}

std::string shortcoming(const StandIn& view) {
  if (!view.missing.empty())
    return fmt::format("the view in its place lacks {}", quoted_list(view.missing));
  if (!view.takes_writes) return "the view in its place takes no writes";
  if (!view.read_only.empty())
    return fmt::format("the view in its place takes no writes to {}", quoted_list(view.read_only));
  return {};
}

}  // namespace backout::sql
