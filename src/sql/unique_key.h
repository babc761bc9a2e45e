// What makes rows unique: the keys that ON CONFLICT can name and that an INSERT can run into,
// whether they are constraints or plain unique indexes. Keys are compared by the names old code
// uses, not by identity: a renamed column is a defect of its own. Facts: PostgreSQL infers the
// arbiter of ON CONFLICT (…) from valid, not deferrable unique indexes on exactly these columns and
// expressions, in any order, whose predicate follows from the one in the statement.
#pragma once

#include <string>
#include <vector>

#include "sql/catalog.h"

namespace backout::sql {

struct UniqueKey {
  Id id = 0;         // of the constraint, else of the index
  std::string name;  // of the constraint or index
  bool constraint = false, primary = false;
  std::vector<std::string> parts;    // columns and canonical expressions, sorted
  std::vector<std::string> columns;  // named in parts, each once
  ExprPtr predicate;
  bool nulls_not_distinct = false;
  bool arbiter = true;  // valid and not deferrable
};

[[nodiscard]] UniqueKey unique_key(const Constraint& constraint);  // kind unique or primary_key
[[nodiscard]] UniqueKey unique_key(const Index& index);
[[nodiscard]] std::vector<UniqueKey> unique_keys(const Table& table);
// False when the table is partitioned by something that is no column of the key: then PostgreSQL
// refuses the key.
[[nodiscard]] bool may_hold(const Table& table, const UniqueKey& key);

// True when ON CONFLICT that found `wanted` finds `offered` as well.
[[nodiscard]] bool serves(const UniqueKey& offered, const UniqueKey& wanted);
// True when rows that `held` accepts together are accepted by `wanted`. `table` says which columns
// hold no NULL.
[[nodiscard]] bool guarantees(const UniqueKey& held, const UniqueKey& wanted, const Table& table);

}  // namespace backout::sql
