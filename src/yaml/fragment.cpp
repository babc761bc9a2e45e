#include "yaml/fragment.h"

#include <algorithm>

#include "yaml/scalar.h"

namespace backout::yaml {

Span Fragment::span(std::size_t begin, std::size_t end) const {
  begin = std::min(begin, text.size());
  end = std::min(std::max(begin, end), text.size());
  const std::uint32_t first = offsets[begin];
  if (begin == end) return {first, first};
  // An escape reaches up to the next character; behind a line end follows indentation.
  const std::uint32_t last = offsets[end - 1];
  const bool single = source[last] == text[end - 1] || source[last] == '\n' || source[last] == '\r';
  return {first, std::max(first, single ? last + 1 : offsets[end])};
}

Fragment fragment(std::string_view text, const Node& scalar) {
  Fragment out{text, scalar.text, {}};
  out.offsets.reserve(scalar.text.size() + 1);
  const std::size_t begin = scalar.value.begin;
  const std::size_t end = scalar.value.end;
  std::size_t behind = end;
  bool aligned = true;
  if (scalar.style == Style::single_quoted || scalar.style == Style::double_quoted) {
    aligned = decode_quoted(text, begin, end, &out.offsets) == scalar.text;
    --behind;  // the quote
  } else {
    aligned = unquoted_end(text, begin, scalar.text, &out.offsets).has_value();
  }
  if (!aligned || out.offsets.size() != scalar.text.size())  // then a place is the whole of it
    out.offsets.assign(scalar.text.size(), scalar.value.begin);
  out.offsets.push_back(static_cast<std::uint32_t>(behind));
  return out;
}

}  // namespace backout::yaml
