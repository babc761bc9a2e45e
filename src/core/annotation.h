// The header comment by which a migration says of itself that it breaks what runs:
//
//   -- migration-incompatible: true
//   -- reason: 2.3.0 was the last release that read the column; it left the window on 1 March
//
// Only comments before the first statement count, in either form (`--`, `/* … */`), one key a line.
#pragma once

#include <optional>
#include <string>

#include "core/source.h"

namespace backout {

struct Annotation {
  Span place;           // of the line `migration-incompatible: …`
  std::string reason;   // empty: there is none
  std::string problem;  // why it does not count, in the words of a message; empty: it does
};

// Nothing: the migration makes no such claim (`migration-incompatible: false` is none either).
[[nodiscard]] std::optional<Annotation> read_annotation(const Source& source);

}  // namespace backout
