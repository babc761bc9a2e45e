// The part of Go's `unicode`, `utf8` and `strings` packages that conditions touch. Bytes that are
// no UTF-8 read as U+FFFD, one byte each, as in Go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace backout::expr {

struct Rune {
  char32_t value;
  std::uint32_t bytes;
};
// The character at `offset`, which lies inside `text`.
[[nodiscard]] Rune rune_at(std::string_view text, std::size_t offset);
// Surrogates and values past U+10FFFF become U+FFFD.
void append_rune(std::string& out, char32_t value);
[[nodiscard]] std::size_t rune_count(std::string_view text);

[[nodiscard]] bool is_space(char32_t value);
// A letter, a digit, `_` or `$`: what names are made of.
[[nodiscard]] bool is_name_character(char32_t value);

// ASCII, Latin, Greek and Cyrillic letters change case; others stay.
[[nodiscard]] std::string to_upper(std::string_view text);
[[nodiscard]] std::string to_lower(std::string_view text);

[[nodiscard]] std::string_view trim_space(std::string_view text);
// Without the characters of `cutset` at both ends.
[[nodiscard]] std::string_view trim_set(std::string_view text, std::string_view cutset);

}  // namespace backout::expr
