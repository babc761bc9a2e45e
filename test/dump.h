// Operations as one line of text each, for tables of input and expected output.
#pragma once

#include <string>

#include "sql/operation.h"

namespace backout::sql {

[[nodiscard]] std::string dump(const Action& action);
[[nodiscard]] std::string dump(const ColumnDef& column);
[[nodiscard]] std::string dump(const ConstraintDef& constraint);
// "type increment 2 min 1 …", empty when nothing is set.
[[nodiscard]] std::string dump(const SequenceOptions& options);

}  // namespace backout::sql
