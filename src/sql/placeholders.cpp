// See placeholders.h. `{` outside quotes is no token of PostgreSQL's grammar, so what begins with
// it can be nothing else.
#include "sql/placeholders.h"

#include <algorithm>
#include <array>

namespace backout::sql {
namespace {

// Fillers begin with a character of Unicode's private use area, U+E000 + number: three bytes. For
// psql's `:a` there is room for two: a control character, U+0080 + number.
constexpr std::uint32_t most_fillers = 0x1900;
constexpr std::uint32_t most_short_fillers = 0x20;

// Longest placeholder: bounds the search for its end, so that a text of opening braces stays cheap.
constexpr std::size_t most_bytes = 4096;

std::uint32_t length_up_to(std::string_view text, std::uint32_t at, std::string_view close,
                           bool lines) {
  text = text.substr(0, at + most_bytes);
  const std::size_t end = text.find(close, at);
  if (end == std::string_view::npos) return 0;
  if (!lines && text.substr(at, end - at).find_first_of("\r\n") != std::string_view::npos) return 0;
  return static_cast<std::uint32_t>(end + close.size());
}

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

void append_json(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
}

}  // namespace

std::uint32_t placeholder_length(std::string_view text, std::uint32_t at) {
  const std::string_view rest = text.substr(at);
  std::uint32_t end = 0;
  if (rest.starts_with("{{"))
    end = length_up_to(text, at + 2, "}}", true);
  else if (rest.starts_with("${") || rest.starts_with("#{"))
    end = length_up_to(text, at + 2, "}", false);
  return end > at + (rest.starts_with("{{") ? 4 : 3) ? end - at : 0;
}

std::uint32_t psql_variable_length(std::string_view text, std::uint32_t at) {
  if (at + 1 >= text.size()) return 0;
  const char open = text[at + 1];
  if (open == '\'' || open == '"') {
    const std::uint32_t end = length_up_to(text, at + 2, text.substr(at + 1, 1), false);
    return end > at + 3 ? end - at : 0;
  }
  if (text.substr(at + 1).starts_with("{?")) {
    const std::uint32_t end = length_up_to(text, at + 3, "}", false);
    return end ? end - at : 0;
  }
  std::uint32_t end = at + 1;
  while (end < text.size() && is_name(text[end])) ++end;
  return end > at + 1 ? end - at : 0;
}

PlaceholderUse placeholder_use(std::string_view placeholder) {
  if (!placeholder.starts_with("{{")) return PlaceholderUse::value;
  std::string_view inside = placeholder.substr(2);
  if (inside.starts_with("-")) inside.remove_prefix(1);
  inside.remove_prefix(std::min(inside.find_first_not_of(" \t\r\n"), inside.size()));
  if (inside.starts_with("/*")) return PlaceholderUse::silent;
  const std::size_t end = std::min(inside.find_first_of(" \t\r\n-}("), inside.size());
  const std::string_view word = inside.substr(0, end);
  if (word.starts_with('$')) {
    return inside.find(":=") != std::string_view::npos ? PlaceholderUse::silent
                                                       : PlaceholderUse::value;
  }
  struct Word {
    std::string_view text;
    PlaceholderUse use;
  };
  constexpr std::array words{
      Word{"if", PlaceholderUse::open},        Word{"range", PlaceholderUse::open},
      Word{"with", PlaceholderUse::open},      Word{"define", PlaceholderUse::open},
      Word{"block", PlaceholderUse::open},     Word{"else", PlaceholderUse::middle},
      Word{"end", PlaceholderUse::close},      Word{"template", PlaceholderUse::include},
      Word{"include", PlaceholderUse::include}};
  for (const Word& known : words)
    if (known.text == word) return known.use;
  return PlaceholderUse::value;
}

bool has_placeholder(std::string_view name) {
  for (std::size_t at = name.find('{'); at != std::string_view::npos; at = name.find('{', at + 1)) {
    const bool prefixed = at > 0 && (name[at - 1] == '$' || name[at - 1] == '#');
    if (placeholder_length(name, static_cast<std::uint32_t>(prefixed ? at - 1 : at)) != 0)
      return true;
  }
  return name.size() > 1 && name[0] == ':' && psql_variable_length(name, 0) == name.size();
}

bool Fillers::fill(std::string& text, std::uint32_t begin, std::uint32_t end) {
  const std::string original = text.substr(begin, end - begin);
  if (original.size() < 2) return false;
  const bool is_short = original.size() == 2;
  std::vector<std::string>& originals = is_short ? short_originals_ : originals_;
  auto number = static_cast<std::uint32_t>(originals.size());
  if (const auto known = numbers_.find(original); known != numbers_.end()) {
    number = known->second;
  } else {
    if (number >= (is_short ? most_short_fillers : most_fillers)) return false;
    originals.push_back(original);
    numbers_.emplace(original, number);
  }
  if (is_short) {
    text[begin] = static_cast<char>(0xC2);
    text[begin + 1] = static_cast<char>(0x80 + number);
    return true;
  }
  text[begin] = static_cast<char>(0xEE + (number >> 12));
  text[begin + 1] = static_cast<char>(0x80 | ((number >> 6) & 0x3F));
  text[begin + 2] = static_cast<char>(0x80 | (number & 0x3F));
  for (std::uint32_t i = begin + 3; i < end; ++i) text[i] = '_';
  return true;
}

// The original whose filler begins at `at`, or null.
const std::string* Fillers::original(std::string_view text, std::size_t at) const {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (byte(0) == 0xC2 && at + 1 < text.size()) {
    const std::size_t number = byte(1) - 0x80U;
    return number < short_originals_.size() ? &short_originals_[number] : nullptr;
  }
  if ((byte(0) & 0xFE) == 0xEE && at + 2 < text.size()) {
    const std::size_t number = static_cast<std::size_t>(((byte(0) - 0xEE) << 12) |
                                                        ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F));
    return number < originals_.size() ? &originals_[number] : nullptr;
  }
  return nullptr;
}

std::string Fillers::restore(std::string_view text, bool json) const {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::string* found = original(text, at);
    if (!found) {
      out += text[at++];
      continue;
    }
    if (json)
      append_json(out, *found);
    else
      out += *found;
    at += std::min<std::size_t>(found->size(), 3);
    // a name cut at 63 bytes lacks some of its padding
    for (std::size_t pad = 3; pad < found->size() && at < text.size() && text[at] == '_'; ++pad)
      ++at;
  }
  return out;
}

}  // namespace backout::sql
