// What running a migration up and then down leaves different from where it started. Objects and
// parts are told by name and shape, not by identity: a down part makes anew what the up part
// dropped. Rights, owners, comments, data and the order of columns are left out.
#pragma once

#include <string>
#include <vector>

#include "core/finding.h"
#include "sql/catalog.h"

namespace backout::sql {

struct Leftover {
  enum class How : std::uint8_t { stays, missing, differs };
  How how = How::differs;
  ObjectRef object;      // kind and name at the start; of what stays: its name now
  std::string detail{};  // of what differs: "its type is `text`, was `integer`"
  bool certain = true;   // false: what was there at the start is not fully known
};

// The catalog's change must be exactly: up, then down.
[[nodiscard]] std::vector<Leftover> leftovers(const Catalog& catalog);

}  // namespace backout::sql
