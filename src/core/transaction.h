// Which statements of a change reach the server in one transaction: what is dropped and created
// again inside one is never seen missing.
#pragma once

#include "core/change.h"
#include "sql/catalog.h"

namespace backout {

// True when the migration tool, or BEGIN and COMMIT in the file, put both statements into one
// transaction. `first` runs before `second`.
[[nodiscard]] bool same_transaction(const MigrationChange& change, const sql::Cause& first,
                                    const sql::Cause& second);

}  // namespace backout
