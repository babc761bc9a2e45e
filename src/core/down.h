// Down parts of new migrations, tried out: each migration is run up and down on a catalog of its
// own, which must then be as it was. Where it is, that catalog goes on to the next migration, so
// the price is that of replaying; only after one that is not does it have to be copied anew.
#pragma once

#include <optional>
#include <vector>

#include "core/change.h"
#include "sql/catalog.h"
#include "sql/leftover.h"

namespace backout {

// A new migration with a down part that does something, and what up and down leave behind.
struct DownSubject {
  const ParsedMigration& migration;
  const std::vector<sql::Leftover>& leftovers;  // never empty
  bool readable;  // false: parts of it could not be read, so the leftovers may not be all there is
};

// Whether the sections do anything but read, comment and set session variables.
[[nodiscard]] bool has_effect(const std::vector<ParsedSection>& sections);
// Whether every statement was read to its end: no dynamic SQL, nothing unparsed.
[[nodiscard]] bool is_readable(const std::vector<ParsedSection>& sections);

class DownTrial {
 public:
  // What the migration's up and down parts leave, on top of `before`; the migrations of a history
  // come in order, each with the catalog as it is before it.
  std::vector<sql::Leftover> run(const ParsedMigration& migration, const sql::Catalog& before);
  // Migrations were applied that this trial has not seen.
  void forget() { trial_.reset(); }

 private:
  std::optional<sql::Catalog> trial_;  // as before the next migration; none: copied when needed
};

}  // namespace backout
