// Words of a POSIX shell's command line, for commands that people copy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace backout {

// As it is when no shell reads anything into it, else in single quotes.
[[nodiscard]] std::string shell_word(std::string_view word);
// Several of them; after `most`, "…" stands for the rest.
[[nodiscard]] std::string shell_words(const std::vector<std::string>& words, std::size_t most = 8);

}  // namespace backout
