// What a function's body names and the schema does not have. PostgreSQL keeps bodies as text and
// looks names up when the function runs, so neither CREATE FUNCTION nor DROP TABLE refuses.
#pragma once

#include <string>
#include <vector>

#include "sql/catalog.h"

namespace backout::sql {

struct MissingName {
  std::string name;      // "outbox.messages", "NEW.keywords"
  std::string column;    // of the trigger's table; empty: `name` is a relation
  bool lost = false;     // it was there before the change
  bool foreign = false;  // in a schema that no migration made: another tool may do that
};

struct BrokenBody {
  std::vector<MissingName> missing;
  bool guarded = false;  // it looks whether things are there, or catches errors: it may well run
};

// `trigger`, `table`: of a function that is looked at as this trigger's, else null. Empty for
// bodies that cannot be read; of names made at run time nothing is known.
[[nodiscard]] BrokenBody broken_body(const Catalog& catalog, const CreateFunction& function,
                                     const CreateTrigger* trigger, const Table* table);

}  // namespace backout::sql
