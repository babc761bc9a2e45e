// The many ways to write one name: `gift_note`, giftNote, GiftNote, GIFT_NOTE, gift-note. A name is
// its words; between two of them may stand `_`, `-` or nothing, and case does not count.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"

namespace backout {

struct Spelling {
  std::vector<std::string> words;  // lower case, none empty
  std::size_t longest = 0;         // index of the longest word: what a search starts from

  const std::string& seed() const { return words[longest]; }
};

// Empty words: a name without letters and digits.
[[nodiscard]] Spelling spelling_of(std::string_view name);
// "order_lines" → "order_line"; absent when the last word is no plural.
[[nodiscard]] std::optional<Spelling> singular_of(const Spelling& plural);

// The place of the whole name around its longest word, which begins at `at`. Whole: not a part of a
// longer name, but for what accessors and query methods put around one (getGiftNote,
// findByGiftNoteAndStatus, gift_note__isnull).
[[nodiscard]] std::optional<Span> match_around(const Spelling& spelling, std::string_view text,
                                               std::size_t at);

[[nodiscard]] bool is_word_byte(char c);  // letters, digits, `_` and what is not ASCII
[[nodiscard]] char lower(char c);         // of ASCII
// Case apart; `word` in lower case.
[[nodiscard]] bool starts_with_word(std::string_view text, std::string_view word);

}  // namespace backout
