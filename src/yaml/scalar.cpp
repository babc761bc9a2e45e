#include "yaml/scalar.h"

#include <algorithm>

#include "yaml/encoding.h"

namespace backout::yaml {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_break(char c) { return c == '\n' || c == '\r'; }

// Behind the line break at `at`.
std::size_t behind_break(std::string_view text, std::size_t at) {
  return at + (text.substr(at).starts_with("\r\n") ? 2 : 1);
}
std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t", at), text.size());
}

// Bytes with the place each came from.
struct Sink {
  std::string* text;
  std::vector<std::uint32_t>* offsets;

  void add(char c, std::size_t from) const {
    if (text) text->push_back(c);
    if (offsets) offsets->push_back(static_cast<std::uint32_t>(from));
  }
  void add(std::string_view bytes, std::size_t from) const {
    for (const char c : bytes) add(c, from);
  }
};

void add_code_point(const Sink& sink, std::uint32_t code, std::size_t from) {
  std::string bytes;
  append_utf8(bytes, code);
  sink.add(bytes, from);
}

std::uint32_t hexadecimal(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    value = value * 16 + (static_cast<std::uint32_t>(digit) & 15);
  }
  return value;
}

// The escape whose backslash is at `at`; returns the place behind it. The parser has refused what
// is none.
std::size_t decode_escape(std::string_view text, std::size_t at, const Sink& sink) {
  if (at + 1 >= text.size()) return text.size();
  const char c = text[at + 1];
  const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits > 0) {
    const std::string_view code = text.substr(at + 2, digits);
    add_code_point(sink, hexadecimal(code), at);
    return at + 2 + code.size();
  }
  switch (c) {
    case '0':
      sink.add('\0', at);
      break;
    case 'a':
      sink.add('\a', at);
      break;
    case 'b':
      sink.add('\b', at);
      break;
    case 't':
      sink.add('\t', at);
      break;
    case 'n':
      sink.add('\n', at);
      break;
    case 'v':
      sink.add('\v', at);
      break;
    case 'f':
      sink.add('\f', at);
      break;
    case 'r':
      sink.add('\r', at);
      break;
    case 'e':
      sink.add('\x1B', at);
      break;
    case 'N':
      add_code_point(sink, 0x85, at);
      break;
    case '_':
      add_code_point(sink, 0xA0, at);
      break;
    case 'L':
      add_code_point(sink, 0x2028, at);
      break;
    case 'P':
      add_code_point(sink, 0x2029, at);
      break;
    default:
      sink.add(c, at);  // itself: quote, backslash, slash, space, tab
  }
  return at + 2;
}

// Blanks and line breaks inside a flow scalar: one break is a space, each further one a line end.
// `escaped`: a backslash took the first one away.
std::size_t fold(std::string_view text, std::size_t at, bool escaped, const Sink& sink) {
  const std::size_t first = at;
  at = skip_blanks(text, behind_break(text, at));
  bool more = false;
  while (at < text.size() && is_break(text[at])) {
    sink.add('\n', at);
    at = skip_blanks(text, behind_break(text, at));
    more = true;
  }
  if (!more && !escaped) sink.add(' ', first);
  return at;
}

std::optional<std::size_t> plain_end(std::string_view text, std::size_t begin,
                                     std::string_view decoded, const Sink& sink) {
  std::size_t at = begin;
  std::string folded;
  for (std::size_t i = 0; i < decoded.size();) {
    if (at >= text.size()) return std::nullopt;
    const std::size_t solid = skip_blanks(text, at);
    if (solid < text.size() && is_break(text[solid])) {
      folded.clear();
      at = fold(text, solid, false, {&folded, sink.offsets});
      if (decoded.substr(i, folded.size()) != folded) return std::nullopt;
      i += folded.size();
      continue;
    }
    for (const std::size_t run_end = std::max(solid, at + 1); at < run_end; ++at, ++i) {
      if (i == decoded.size() || text[at] != decoded[i]) return std::nullopt;
      sink.add(text[at], at);
    }
  }
  return at;
}

struct Line {
  std::size_t begin, end, next;  // end without the break
};

Line line_at(std::string_view text, std::size_t begin) {
  const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
  return {begin, end, end < text.size() ? behind_break(text, end) : end};
}

// The lines of a block scalar carry its text literally behind the indentation; between two of them
// stand line ends, or in a folded one a space.
class BlockWalk {
 public:
  BlockWalk(std::string_view text, std::size_t begin, std::string_view decoded, const Sink& sink)
      : text_(text), decoded_(decoded), sink_(sink), header_(line_at(text, begin)) {}

  std::optional<std::size_t> end() {
    const std::size_t last = decoded_.find_last_not_of('\n') + 1;  // 0: line ends alone
    std::size_t end = std::max(header_.begin + 1, trimmed_end(header_));
    Line line = header_;
    while (done_ < last) {
      if (line.next >= text_.size() || line.next == line.end) return std::nullopt;
      line = line_at(text_, line.next);
      if (!take_content(line)) return std::nullopt;
      if (had_content_) end = line.end;
      take_separator(line);
    }
    while (done_ < decoded_.size()) {  // those that the scalar keeps at its end
      if (decoded_[done_] != '\n') return std::nullopt;
      add_line_end(line);
      line = line_at(text_, line.next);
    }
    return end;
  }

 private:
  // The indicators, without blanks and comment.
  [[nodiscard]] std::size_t trimmed_end(const Line& line) const {
    return std::min(text_.find_first_of(" \t\r\n", line.begin), line.end);
  }
  [[nodiscard]] std::size_t spaces(std::size_t at, std::string_view in) const {
    return std::min(in.find_first_not_of(' ', at), in.size()) - at;
  }
  void add_line_end(const Line& line) {
    sink_.add('\n', line.end);
    ++done_;
  }
  bool take_content(const Line& line) {
    const std::size_t leading = std::min(spaces(line.begin, text_), line.end - line.begin);
    const bool blank = leading == line.end - line.begin;
    had_content_ = false;
    if (blank && (!indent_ || leading <= *indent_)) return true;
    if (!indent_) {
      const std::size_t kept = spaces(done_, decoded_);
      if (kept > leading) return false;
      indent_ = leading - kept;
    }
    if (leading < *indent_) return false;
    const std::size_t from = line.begin + *indent_;
    if (decoded_.substr(done_, line.end - from) != text_.substr(from, line.end - from))
      return false;
    for (std::size_t at = from; at < line.end; ++at) sink_.add(text_[at], at);
    done_ += line.end - from;
    had_content_ = true;
    return true;
  }
  void take_separator(const Line& line) {
    if (done_ == decoded_.size()) return;
    if (decoded_[done_] == '\n') {
      add_line_end(line);  // a folded scalar has one less: its last blank line adds nothing
    } else if (decoded_[done_] == ' ' && text_[header_.begin] == '>' && had_content_) {
      sink_.add(' ', line.end);
      ++done_;
    }
  }

  std::string_view text_, decoded_;
  Sink sink_;
  Line header_;
  std::size_t done_ = 0;  // bytes of `decoded_`
  std::optional<std::size_t> indent_;
  bool had_content_ = false;  // the line just taken
};

}  // namespace

Style style_at(std::string_view text, std::size_t begin) {
  switch (begin < text.size() ? text[begin] : ' ') {
    case '\'':
      return Style::single_quoted;
    case '"':
      return Style::double_quoted;
    case '|':
      return Style::literal;
    case '>':
      return Style::folded;
    default:
      return Style::plain;
  }
}

std::size_t quoted_end(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 == text.size() || text[at + 1] != quote) return at + 1;
      ++at;
    }
  }
  return std::string_view::npos;
}

std::string decode_quoted(std::string_view text, std::size_t begin, std::size_t end,
                          std::vector<std::uint32_t>* offsets) {
  std::string out;
  const Sink sink{&out, offsets};
  const bool escapes = text[begin] == '"';
  const std::string_view inside = text.substr(0, end - 1);
  for (std::size_t at = begin + 1; at < inside.size();) {
    const char c = inside[at];
    if (escapes && c == '\\') {
      const std::size_t next = at + 1;
      at = next < inside.size() && is_break(inside[next]) ? fold(inside, next, true, sink)
                                                          : decode_escape(inside, at, sink);
    } else if (is_blank(c) || is_break(c)) {
      const std::size_t solid = skip_blanks(inside, at);
      if (solid < inside.size() && is_break(inside[solid]))
        at = fold(inside, solid, false, sink);
      else
        for (; at < solid; ++at) sink.add(inside[at], at);
    } else {
      sink.add(c, at);
      at += !escapes && c == '\'' ? 2 : 1;  // a quote is written twice
    }
  }
  return out;
}

std::optional<std::size_t> unquoted_end(std::string_view text, std::size_t begin,
                                        std::string_view decoded,
                                        std::vector<std::uint32_t>* offsets) {
  const Sink sink{nullptr, offsets};
  if (style_at(text, begin) == Style::plain) return plain_end(text, begin, decoded, sink);
  return BlockWalk(text, begin, decoded, sink).end();
}

}  // namespace backout::yaml
