#include "core/annotation.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace backout {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_word(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

// Behind the comment that begins at `at`; PostgreSQL nests block comments.
std::size_t comment_end(std::string_view text, std::size_t at) {
  if (text[at] == '-') return std::min(text.find('\n', at), text.size());
  std::size_t depth = 0;
  for (std::size_t i = at; i + 1 < text.size(); ++i) {
    const std::string_view two = text.substr(i, 2);
    if (two == "/*") {
      ++depth, ++i;
    } else if (two == "*/") {
      ++i;
      if (--depth == 0) return i + 1;
    }
  }
  return text.size();
}

class Header {
 public:
  explicit Header(std::string_view text) : text_(text) {
    std::size_t at = 0;
    while ((at = text.find_first_not_of(" \t\r\n\f\v", at)) != std::string_view::npos) {
      const std::string_view two = text.substr(at, 2);
      if (two != "--" && two != "/*") break;
      const std::size_t end = comment_end(text, at);
      for (std::size_t line = at; line < end;) {
        const std::size_t line_end = std::min(text.find('\n', line), end);
        take(line, line_end);
        line = line_end + 1;
      }
      at = end;
    }
  }

  std::optional<Annotation> found;

 private:
  void take(std::size_t begin, std::size_t end) {
    std::string_view line = trim(text_.substr(begin, end - begin));
    while (line.starts_with("--") || line.starts_with("/*") || line.starts_with('*'))
      line = trim(line.substr(line.starts_with('*') ? 1 : 2));
    if (line.ends_with("*/")) line = trim(line.substr(0, line.size() - 2));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view key = trim(line.substr(0, colon)), value = trim(line.substr(colon + 1));
    if (is_word(key, "reason")) {
      if (reason_.empty()) reason_ = value;
      if (found && found->reason.empty()) found->reason = reason_;
    } else if (is_word(key, "migration-incompatible")) {
      if (value == "false" && !found) {
        denied_ = true;
        return;
      }
      const bool first = !found;
      if (first) {
        const auto offset = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
        found = Annotation{{offset(begin), offset(end)}, std::string(reason_), {}};
      }
      if (value != "true")
        found->problem = fmt::format(
            "`migration-incompatible` is `{}`; it must read `-- migration-incompatible: true`",
            value.substr(0, 100));
      else if (denied_ || !first)
        found->problem = "`migration-incompatible` is given twice; once must do";
    }
  }

  std::string_view text_, reason_;
  bool denied_ = false;
};

}  // namespace

std::optional<Annotation> read_annotation(const Source& source) {
  std::optional<Annotation> found = Header(source.text).found;
  if (found && found->problem.empty() && found->reason.empty())
    found->problem = "the annotation gives no reason; add `-- reason: …` below it";
  return found;
}

}  // namespace backout
