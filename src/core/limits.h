// Bounds on input. A bound that is reached is reported and makes the verdict `undecided` (exit 3),
// never a pass.
#pragma once

#include <cstdint>

namespace backout {

struct Limits {
  std::uint64_t file_bytes = 64ULL << 20;       // one file
  std::uint64_t statement_bytes = 16ULL << 20;  // one SQL statement
  std::uint32_t statements = 1'000'000;         // of one file
  std::uint32_t nesting = 256;    // parentheses, brackets, CASE … of one SQL statement
  std::uint32_t terms = 200'000;  // tokens of one SQL expression chain (`1+1+…`, UNION …)
  std::uint32_t yaml_bytes = 16U << 20;   // one document of a manifest
  std::uint32_t yaml_values = 1'000'000;  // of one, aliases counted as often as they are used
  std::uint32_t yaml_nesting = 200;       // maps and lists in one another
  std::uint32_t findings = 10'000;        // reported; the rest is counted
};

}  // namespace backout
