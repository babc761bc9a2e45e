// Which columns a row trigger's function fills in, read from bodies of the simplest kind: `NEW.c :=
// …; RETURN NEW;`. Enough to tell a trigger that keeps old code's writes complete from one that may
// do anything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/catalog.h"

namespace backout::sql {

struct TriggerBody {
  bool simple = false;  // nothing but assignments to NEW's columns and RETURN NEW
  std::vector<std::string>
      assigned;  // columns of NEW that are assigned, also in branches when not simple
};
[[nodiscard]] TriggerBody trigger_body(const Function& function);

enum class Fills : std::uint8_t { no, maybe, always };
// What the enabled BEFORE INSERT row triggers of `table` do for a column that an INSERT leaves out.
[[nodiscard]] Fills filled_on_insert(const Catalog& catalog, const Table& table,
                                     std::string_view column);

// Whether the function may end the statement that set the trigger off with an error of its own
// (RAISE, ASSERT): then the trigger is a check in other words.
[[nodiscard]] bool may_refuse(const Catalog& catalog, const CreateTrigger& trigger);

}  // namespace backout::sql
