// Words about rules that more than one command prints.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backout::cli {

struct Family {
  std::string_view name, about;
};
// In the order they are listed in.
[[nodiscard]] std::span<const Family> families();

// The promises that a rule's letters ("a, c") say are broken, each a sentence without a full stop.
[[nodiscard]] std::vector<std::string_view> promises(std::string_view letters);

}  // namespace backout::cli
