#include "report/layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"

namespace backout::report {

std::string paragraph(std::string_view lead, std::string_view text, std::size_t width,
                      std::string_view color, std::string_view reset) {
  std::string out, row(lead);
  bool begun = false;
  const auto flush = [&] {
    out += fmt::format("{}{}{}\n", color, row, reset);
    row.assign(lead.size(), ' ');
    begun = false;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (begun && width > 0 && row.size() + 1 + word.size() > width) flush();
    if (begun) row += ' ';
    row += word;
    begun = true;
    at = end + 1;
  }
  if (begun || text.empty()) flush();
  return out;
}

std::string markdown_text(std::string_view text) {
  std::string out;
  bool code = false;
  const std::string safe = visible(text);
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const char c = safe[i];
    if (c == '`') {
      const bool run = i + 1 < safe.size() && safe[i + 1] == '`';
      out += run ? '\'' : '`';
      code = run ? code : !code;
    } else if (!code && std::string_view("<>&@#*_[]|!").find(c) != std::string_view::npos) {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return code ? out + '`' : out;
}

}  // namespace backout::report
