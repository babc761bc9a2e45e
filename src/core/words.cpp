// See words.h.
#include "core/words.h"

#include <fmt/format.h>

#include <string_view>

namespace backout {

std::string quoted_list(const std::vector<std::string>& names, std::size_t shown) {
  // "and 1 more" would be longer than most names it hides.
  const std::size_t spelled = names.size() <= shown + 1 ? names.size() : shown;
  const std::size_t hidden = names.size() - spelled;
  std::string out;
  for (std::size_t i = 0; i < spelled; ++i) {
    const bool last = i + 1 == spelled && hidden == 0;
    const std::string_view link = i == 0 ? "" : last ? " and " : ", ";
    out += fmt::format("{}`{}`", link, names[i]);
  }
  if (hidden > 0) out += fmt::format(" and {} more", hidden);
  return out;
}

}  // namespace backout
