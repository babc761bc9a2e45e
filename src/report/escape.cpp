#include "report/escape.h"

#include <fmt/format.h>

#include <cctype>

#include "core/utf8.h"
#include "report/unicode.h"

namespace backout::report {
namespace {

// Printable ASCII that means nothing to anybody: copied in runs.
bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '#'; }

// The second `#` of a legacy workflow command, which CI systems find anywhere in a line and in any
// case.
bool continues_log_command(std::string_view text, std::size_t offset) {
  if (text[offset] != '#' || offset == 0 || text[offset - 1] != '#') return false;
  const std::string_view rest = text.substr(offset + 1);
  for (const std::string_view word : {"[", "vso[", "teamcity["}) {
    if (rest.size() < word.size()) continue;
    std::size_t i = 0;
    while (i < word.size() && std::tolower(static_cast<unsigned char>(rest[i])) == word[i]) ++i;
    if (i == word.size()) return true;
  }
  return false;
}

// Offset of a `::` that a CI system would take for a command once it has trimmed the line, else
// npos. Trimming is Unicode's.
std::size_t leading_colons(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const Scalar scalar = decode(text, i);
    const bool blank = scalar.value == ' ' || (scalar.value >= 0x09 && scalar.value <= 0x0D) ||
                       scalar.value == 0xA0 || scalar.value == 0x1680 ||
                       (scalar.value >= 0x2000 && scalar.value <= 0x200A) ||
                       scalar.value == 0x202F || scalar.value == 0x205F || scalar.value == 0x3000;
    if (!scalar.valid || !(blank || is_hidden(scalar.value))) break;
    i += scalar.bytes;
  }
  return text.substr(i).starts_with("::") ? i : std::string_view::npos;
}

void append_byte(std::string& out, char32_t byte) {
  fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(byte));
}

// Appends one character that is not plain; returns the bytes it took.
std::uint32_t append_one(std::string& out, std::string_view text, std::size_t offset) {
  const Scalar scalar = decode(text, offset);
  if (!scalar.valid || continues_log_command(text, offset)) {
    append_byte(out, scalar.value);
  } else if (!is_hidden(scalar.value)) {
    out.append(text, offset, scalar.bytes);
  } else if (scalar.value == '\n' || scalar.value == '\r' || scalar.value == '\t') {
    out += scalar.value == '\n' ? "\\n" : scalar.value == '\r' ? "\\r" : "\\t";
  } else if (scalar.value < 0x80) {
    append_byte(out, scalar.value);
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<unsigned>(scalar.value));
  }
  return scalar.bytes;
}

}  // namespace

void append_visible(std::string& out, std::string_view text) {
  const std::size_t colons = leading_colons(text);
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_plain(text[end]) && end != colons) ++end;
    out.append(text, i, end - i);
    i = end;
    if (i == text.size()) break;
    if (i == colons) {
      append_byte(out, ':');
      ++i;
    } else {
      i += append_one(out, text, i);
    }
  }
}

std::string visible(std::string_view text) {
  std::string out;
  append_visible(out, text);
  return out;
}

void append_json(std::string& out, std::string_view text) {
  const auto append_unit = [&](unsigned unit) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit);
  };
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_plain(text[end]) && text[end] != '"' && text[end] != '\\') ++end;
    out.append(text, i, end - i);
    i = end;
    if (i == text.size()) break;
    const Scalar scalar = decode(text, i);
    if (!scalar.valid) {
      fmt::format_to(std::back_inserter(out), "\\\\x{:02x}", static_cast<unsigned>(scalar.value));
    } else if (scalar.value == '"' || scalar.value == '\\') {
      out += '\\';
      out += text[i];
    } else if (scalar.value == '\n' || scalar.value == '\r' || scalar.value == '\t') {
      out += scalar.value == '\n' ? "\\n" : scalar.value == '\r' ? "\\r" : "\\t";
    } else if (scalar.value >= 0x10000 && is_hidden(scalar.value)) {
      append_unit(0xD7C0U + static_cast<unsigned>(scalar.value >> 10U));
      append_unit(0xDC00U + static_cast<unsigned>(scalar.value & 0x3FFU));
    } else if (is_hidden(scalar.value) || continues_log_command(text, i)) {
      append_unit(static_cast<unsigned>(scalar.value));
    } else {
      out.append(text, i, scalar.bytes);
    }
    i += scalar.bytes;
  }
  out += '"';
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Scalar scalar = decode(text, i);
    if (!scalar.valid) return false;
    i += scalar.bytes;
  }
  return true;
}

Character append_character(std::string& out, std::string_view text, std::size_t offset,
                           std::size_t column) {
  constexpr std::size_t tab = 4;
  if (text[offset] == '\t') {
    const std::size_t cells = tab - column % tab;
    out.append(cells, ' ');
    return {1, static_cast<std::uint32_t>(cells)};
  }
  const std::size_t before = out.size();
  const Scalar scalar = decode(text, offset);
  append_one(out, text, offset);
  const bool as_is = scalar.valid && out.size() - before == scalar.bytes;
  return {scalar.bytes,
          as_is ? cell_width(scalar.value) : static_cast<std::uint32_t>(out.size() - before)};
}

}  // namespace backout::report
