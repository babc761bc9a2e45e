// Values inside text that another program reads: whatever they hold, they stay one value.
#pragma once

#include <string>
#include <string_view>

namespace backout {

// One word for a POSIX shell: as it is when nothing in it is special, else in single quotes.
// Control characters are written in `$'…'`, which bash, zsh and ksh know, so that a terminal shows
// them. A word that begins with a dash stays one: put `--` before it where it could be an option.
[[nodiscard]] std::string shell_quoted(std::string_view text);

// One YAML scalar that is a string to YAML 1.1 and 1.2: plain when that is safe, else in double
// quotes.
[[nodiscard]] std::string yaml_quoted(std::string_view text);

// One cell of a Markdown table: no line ends, no bar, no HTML, nothing invisible.
[[nodiscard]] std::string markdown_cell(std::string_view text);

}  // namespace backout
