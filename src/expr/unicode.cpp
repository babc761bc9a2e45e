#include "expr/unicode.h"

#include <re2/re2.h>

#include "core/utf8.h"

namespace backout::expr {
namespace {

constexpr char32_t replacement = 0xfffd;

char32_t upper(char32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
  if (c == 0xb5) return 0x39c;                                     // µ
  if ((c >= 0xe0 && c <= 0xfe) && c != 0xf7) return c - 32;        // Latin-1
  if (c == 0xff) return 0x178;                                     // ÿ
  if (c >= 0x100 && c <= 0x137 && c != 0x131) return c & ~1U;      // Latin Extended-A:
  if (c == 0x131) return 'I';                                      // pairs, the capital
  if (c >= 0x139 && c <= 0x148) return (c & 1U) == 0 ? c - 1 : c;  // first at even or at
  if (c >= 0x14a && c <= 0x177) return c & ~1U;                    // odd places
  if (c >= 0x179 && c <= 0x17e) return (c & 1U) == 0 ? c - 1 : c;
  if (c == 0x3c2) return 0x3a3;                 // final sigma
  if (c >= 0x3b1 && c <= 0x3c9) return c - 32;  // Greek
  if (c >= 0x430 && c <= 0x44f) return c - 32;  // Cyrillic
  if (c >= 0x450 && c <= 0x45f) return c - 80;
  return c;
}

char32_t lower(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if ((c >= 0xc0 && c <= 0xde) && c != 0xd7) return c + 32;
  if (c == 0x178) return 0xff;
  if (c == 0x130) return 'i';
  if (c >= 0x100 && c <= 0x137) return c | 1U;
  if (c >= 0x139 && c <= 0x148) return (c & 1U) != 0 ? c + 1 : c;
  if (c >= 0x14a && c <= 0x177) return c | 1U;
  if (c >= 0x179 && c <= 0x17e) return (c & 1U) != 0 ? c + 1 : c;
  if (c >= 0x391 && c <= 0x3a9 && c != 0x3a2) return c + 32;
  if (c >= 0x410 && c <= 0x42f) return c + 32;
  if (c >= 0x400 && c <= 0x40f) return c + 80;
  return c;
}

std::string mapped(std::string_view text, char32_t (*map)(char32_t)) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Rune rune = rune_at(text, at);
    append_rune(out, map(rune.value));
    at += rune.bytes;
  }
  return out;
}

template <class Predicate>
std::string_view trimmed(std::string_view text, Predicate cut) {
  while (!text.empty()) {
    const Rune rune = rune_at(text, 0);
    if (!cut(rune.value)) break;
    text.remove_prefix(rune.bytes);
  }
  std::size_t end = 0;  // behind the last character that stays
  for (std::size_t at = 0; at < text.size();) {
    const Rune rune = rune_at(text, at);
    at += rune.bytes;
    if (!cut(rune.value)) end = at;
  }
  return text.substr(0, end);
}

}  // namespace

Rune rune_at(std::string_view text, std::size_t offset) {
  const Scalar scalar = decode(text, offset);
  return {scalar.valid ? scalar.value : replacement, scalar.bytes};
}

void append_rune(std::string& out, char32_t c) {
  if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) c = replacement;
  const auto byte = [&](char32_t bits) { out += static_cast<char>(bits); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xc0 | (c >> 6));
    byte(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    byte(0xe0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3f));
    byte(0x80 | (c & 0x3f));
  } else {
    byte(0xf0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3f));
    byte(0x80 | ((c >> 6) & 0x3f));
    byte(0x80 | (c & 0x3f));
  }
}

std::size_t rune_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += rune_at(text, at).bytes;
  return count;
}

bool is_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
         c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool is_name_character(char32_t c) {
  if (c < 0x80)
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$';
  if (c == replacement) return false;
  static const re2::RE2 letter_or_digit("[\\pL\\p{Nd}]");
  std::string text;
  append_rune(text, c);
  return re2::RE2::FullMatch(text, letter_or_digit);
}

std::string to_upper(std::string_view text) { return mapped(text, upper); }
std::string to_lower(std::string_view text) { return mapped(text, lower); }

std::string_view trim_space(std::string_view text) { return trimmed(text, is_space); }

std::string_view trim_set(std::string_view text, std::string_view cutset) {
  return trimmed(text, [&](char32_t value) {
    for (std::size_t at = 0; at < cutset.size();) {
      const Rune rune = rune_at(cutset, at);
      if (rune.value == value) return true;
      at += rune.bytes;
    }
    return false;
  });
}

}  // namespace backout::expr
