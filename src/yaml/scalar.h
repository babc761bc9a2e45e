// Scalars in the source. The parser gives a scalar's begin and its decoded text; where it ends and
// which byte each character came from is found here: quoted ones are decoded again, the others by
// walking source and text side by side, which needs to know neither the indentation around them nor
// whether they stand in brackets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yaml/node.h"

namespace backout::yaml {

// By the first byte of a scalar.
[[nodiscard]] Style style_at(std::string_view text, std::size_t begin);

// Behind the closing quote that belongs to the one at `begin`; npos: there is none.
[[nodiscard]] std::size_t quoted_end(std::string_view text, std::size_t begin);

// Text of the quoted scalar at `begin`, whose closing quote is the last byte before `end`.
// `offsets`, when wanted, takes for each byte of the text where it comes from: escapes and folded
// line ends are one place, whatever they stand for.
[[nodiscard]] std::string decode_quoted(std::string_view text, std::size_t begin, std::size_t end,
                                        std::vector<std::uint32_t>* offsets = nullptr);

// Behind the last byte of the plain or block scalar at `begin` that says `decoded`: its last
// character that is no line end. Nothing when the two do not belong together. `offsets` as above.
[[nodiscard]] std::optional<std::size_t> unquoted_end(
    std::string_view text, std::size_t begin, std::string_view decoded,
    std::vector<std::uint32_t>* offsets = nullptr);

}  // namespace backout::yaml
