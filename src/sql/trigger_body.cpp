#include "sql/trigger_body.h"

#include <algorithm>

#include "sql/plpgsql.h"

namespace backout::sql {

Fills filled_on_insert(const Catalog& catalog, const Table& table, std::string_view column) {
  Fills result = Fills::no;
  for (const auto& trigger : table.triggers) {
    const CreateTrigger& definition = trigger->definition;
    if (!definition.row || definition.timing != 'b' ||
        definition.events.find('i') == std::string::npos)
      continue;
    if (trigger->state == 'D' || trigger->state == 'R') continue;
    const Function* function = catalog.functions.find(signature(definition.function, {}));
    if (!function) continue;
    const BodyUse use = body_use(function->definition);
    if (std::find(use.new_columns.begin(), use.new_columns.end(), column) == use.new_columns.end())
      continue;
    if (use.only_assigns_new && use.straight && !definition.when) return Fills::always;
    result = Fills::maybe;
  }
  return result;
}

bool may_refuse(const Catalog& catalog, const CreateTrigger& trigger) {
  const Function* function = catalog.functions.find(signature(trigger.function, {}));
  return function && body_use(function->definition).raises;
}

}  // namespace backout::sql
