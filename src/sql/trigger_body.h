// What row triggers do to the writes that set them off, read from the bodies of their functions.
#pragma once

#include <string_view>

#include "sql/catalog.h"

namespace backout::sql {

enum class Fills : std::uint8_t { no, maybe, always };
// What the enabled BEFORE INSERT row triggers of `table` do for a column that an INSERT leaves out.
// Always: when the body is nothing but unconditional assignments to NEW and RETURN NEW.
[[nodiscard]] Fills filled_on_insert(const Catalog& catalog, const Table& table,
                                     std::string_view column);

// Whether the function may end the statement that set the trigger off with an error of its own
// (RAISE, ASSERT): then the trigger is a check in other words.
[[nodiscard]] bool may_refuse(const Catalog& catalog, const CreateTrigger& trigger);

}  // namespace backout::sql
