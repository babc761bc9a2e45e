// The one encoder for text that came from the change: names, paths, SQL, comments, parser messages.
// What it lets through can neither steer a terminal, nor reorder or hide text, nor be read as a
// command by a CI system that scans the log:
//   control characters, DEL, invalid UTF-8       `\x1b`, `\x80` (a byte each), `\n`, `\r`, `\t`
//   C1 controls, bidirectional and invisible     `\u{202e}`
//   `##[`, `##vso[`, `##teamcity[` anywhere       `#\x23[`
//   `::` at the start, blanks aside              `\x3a:`
// Everything else, other scripts included, stays as it is. Backslashes are not doubled: SQL is full
// of them, and the exact bytes are in the JSON report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace backout::report {

// Appends `text` on one line, safe to print.
void append_visible(std::string& out, std::string_view text);
[[nodiscard]] std::string visible(std::string_view text);

// Appends `text` as a JSON string with its quotes. The same characters are escaped, but as JSON
// does it, so that a reader gets the exact text back; only invalid UTF-8, which JSON cannot carry,
// is replaced by `\xNN` in the text itself.
void append_json(std::string& out, std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);

// One character of a line, for drawing.
struct Character {
  std::uint32_t bytes;  // in the text
  std::uint32_t cells;  // on the screen, as printed
};
// Appends the character of `text` at `offset` as append_visible would; a tab becomes blanks up to
// the next multiple of 4 behind `column`.
Character append_character(std::string& out, std::string_view text, std::size_t offset,
                           std::size_t column);

}  // namespace backout::report
