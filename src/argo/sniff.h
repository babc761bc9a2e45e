// Which files and documents can hold what we judge, told from their bytes: parsing YAML is a
// hundred times slower than looking for a word. An answer may err towards "yes" alone, also when
// somebody tries to hide a word behind escapes.
#pragma once

#include <cstdint>
#include <string_view>

namespace backout::argo {

enum class Interest : std::uint8_t {
  none,
  surroundings,  // Services, Ingresses …: only where there is an object of Argo to look at them for
  argo,
};

[[nodiscard]] bool is_manifest_name(std::string_view path);  // *.yaml, *.yml, *.json, in any case
[[nodiscard]] Interest interest(std::string_view text);
[[nodiscard]] Interest interest_of_bytes(std::string_view bytes);  // also in UTF-16

}  // namespace backout::argo
