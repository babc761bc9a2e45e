// Columns that an INSERT has to name.
#pragma once

#include "sql/catalog.h"

namespace backout::sql {

// NOT NULL, and nothing but the statement supplies a value: no default (of its own or of its
// domain), not identity, not generated. `before`: look the domain up as it was before the change.
[[nodiscard]] bool required(const Column& column, const Catalog& catalog, bool before = false);

}  // namespace backout::sql
