// What the CHECKs and NOT NULLs of a table, or the constraints of a domain, already hold every new
// row to. A constraint that is NOT VALID counts: PostgreSQL enforces it for every row written.
#pragma once

#include <string_view>

#include "sql/catalog.h"

namespace backout::sql {

// `column IS NOT NULL`
[[nodiscard]] Expr not_null(std::string_view column);

[[nodiscard]] bool enforces(const Table& table, const Expr& condition);
[[nodiscard]] bool enforces(const UserType& domain, const Expr& condition);
// The one CHECK from which `condition` follows, null when none does alone.
[[nodiscard]] const Constraint* enforcing_check(const Table& table, const Expr& condition);

}  // namespace backout::sql
