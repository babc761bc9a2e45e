// Fingerprints of findings: what makes two runs speak of the same finding. They stay when a
// statement moves to another line or file and when its blanks, comments, or the case of its words
// change; they change when what it does changes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/finding.h"

namespace backout {

// Sets the fingerprint of each finding: 16 hexadecimal digits of a hash over rule, object and
// statement. Equal ones are told apart by counting in the order given.
void set_fingerprints(std::vector<Finding>& findings);

// FNV-1a over the tokens of a statement: lower case outside quotes, comments and blanks left out
// but where they part two words.
[[nodiscard]] std::uint64_t statement_hash(std::string_view statement);

}  // namespace backout
