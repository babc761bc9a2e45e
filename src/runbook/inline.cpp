#include "runbook/inline.h"

#include <algorithm>
#include <string>

namespace backout::runbook {
namespace {

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// Links further than that from their bracket are none: long lines of brackets stay cheap.
constexpr std::size_t most_link_bytes = 1000;

class Reader {
 public:
  Reader(std::string_view text, Markdown& out) : text_(text), out_(out) {}

  // True: a comment is open at the end of the line.
  bool read(Span line) {
    const std::string_view body = text_.substr(line.begin, line.end - line.begin);
    if (const std::string_view start = trim(body); start.starts_with('[')) {  // "[name]: target"
      const std::size_t close = start.find("]:");
      if (close != std::string_view::npos && start.find(']') == close) {
        const auto offset = static_cast<std::size_t>(start.data() - text_.data());
        add_link(offset + close + 2, line.end);
        return false;
      }
    }
    for (std::size_t i = line.begin; i < line.end; ++i) {
      const char c = text_[i];
      const std::string_view rest = text_.substr(i, line.end - i);
      if (c == '\\') {
        ++i;
      } else if (c == '`') {
        i = behind_code(i, line.end) - 1;
      } else if (rest.starts_with("<!--")) {
        const std::size_t close = rest.find("-->");
        if (close == std::string_view::npos) {
          return true;
        }
        i += close + 2;
      } else if (rest.starts_with("<a ")) {
        take_anchor(rest.substr(0, 300));
      } else if (rest.starts_with("](")) {
        const std::size_t close = closing(i + 1, line.end);
        if (close == line.end) continue;
        add_link(i + 2, close);
        i = close;
      }
    }
    return false;
  }

 private:
  void add_link(std::size_t begin, std::size_t end) {
    std::string_view raw = text_.substr(begin, end - begin);
    const std::size_t skip = std::min(raw.find_first_not_of(" \t"), raw.size());
    begin += skip;
    raw.remove_prefix(skip);
    if (raw.starts_with('<')) {
      const std::size_t close = raw.find('>');
      if (close == std::string_view::npos) return;
      raw = raw.substr(1, close - 1);
      ++begin;
    } else {
      raw = raw.substr(0, std::min(raw.find_first_of(" \t"), raw.size()));
    }
    out_.links.push_back(
        {raw, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + raw.size())}});
  }

  // Behind the code span that begins at `at`, or behind its marks when it never ends on this line.
  std::size_t behind_code(std::size_t at, std::size_t end) const {
    std::size_t length = 0;
    while (at + length < end && text_[at + length] == '`') ++length;
    for (std::size_t i = at + length; i < end;) {
      std::size_t run = 0;
      while (i + run < end && text_[i + run] == '`') ++run;
      if (run == length) return i + run;
      i += std::max<std::size_t>(run, 1);
      if (i - at > most_link_bytes) break;
    }
    return at + length;
  }

  // The bracket that closes the one at `at`; `end`: none.
  std::size_t closing(std::size_t at, std::size_t end) const {
    std::size_t depth = 0;
    for (std::size_t i = at; i < end && i - at < most_link_bytes; ++i) {
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == '(')
        ++depth;
      else if (text_[i] == ')' && --depth == 0)
        return i;
    }
    return end;
  }

  // `tag`: begins with one.
  void take_anchor(std::string_view tag) {
    tag = tag.substr(0, tag.find('>'));
    for (const std::string_view key : {" id=", " name="}) {
      const std::size_t at = tag.find(key);
      if (at == std::string_view::npos) continue;
      std::string_view value = tag.substr(at + key.size());
      if (value.starts_with('"') || value.starts_with('\'')) {
        const std::size_t close = value.find(value[0], 1);
        value = value.substr(1, close == std::string_view::npos ? close : close - 1);
      } else {
        value = value.substr(0, value.find(' '));
      }
      out_.anchors.emplace_back(value);
    }
  }

  const std::string_view text_;
  Markdown& out_;
};

}  // namespace

bool read_inline(std::string_view text, Span line, Markdown& out) {
  return Reader(text, out).read(line);
}

}  // namespace backout::runbook
