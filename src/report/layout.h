// Paragraphs for a screen and for Markdown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace backout::report {

// `text` in lines of at most `width` bytes (0: one line), the first behind `lead`, the others
// indented as far; a word longer than a line stays whole. Ends with a newline. The text was made
// visible already.
[[nodiscard]] std::string paragraph(std::string_view lead, std::string_view text, std::size_t width,
                                    std::string_view color = {}, std::string_view reset = {});

// Text that was not ours: outside of `code` nothing in it is a link, a mention or HTML to GitHub or
// GitLab, and it stays on its line.
[[nodiscard]] std::string markdown_text(std::string_view text);

}  // namespace backout::report
