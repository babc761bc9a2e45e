#include "core/glob.h"

#include <cstddef>

namespace backout {
namespace {

// Backtracks to the last `*` or `**` only, so the cost is at most pattern × path.
bool glob(std::string_view pattern, std::string_view path) {
  constexpr std::size_t none = std::string_view::npos;
  std::size_t p = 0, s = 0;
  std::size_t star = none, star_at = 0;    // `*`
  std::size_t stars = none, stars_at = 0;  // `**`
  while (s < path.size()) {
    if (p + 1 < pattern.size() && pattern[p] == '*' && pattern[p + 1] == '*') {
      p += 2;
      if (p < pattern.size() && pattern[p] == '/') ++p;  // `**/` also stands for no folder at all
      stars = p;
      stars_at = s;
      star = none;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_at = s;
    } else if (p < pattern.size() &&
               (pattern[p] == path[s] || (pattern[p] == '?' && path[s] != '/'))) {
      ++p;
      ++s;
    } else if (star != none && path[star_at] != '/') {
      p = star;
      s = ++star_at;
    } else if (stars != none) {
      p = stars;
      s = ++stars_at;
      star = none;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

bool matches(std::string_view pattern, std::string_view path) {
  if (path == pattern || pattern.empty() ||
      (path.size() > pattern.size() && path[pattern.size()] == '/' && path.starts_with(pattern)))
    return true;  // also a name that holds `*` or `[x]` itself
  if (pattern.find_first_of("*?") == std::string_view::npos) return false;
  for (std::size_t end = path.size(); end != std::string_view::npos;
       end = path.rfind('/', end - 1)) {
    if (end == 0) break;
    if (glob(pattern, path.substr(0, end))) return true;
  }
  return false;
}

}  // namespace backout
