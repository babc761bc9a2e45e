// The text of a scalar with the source offset of each of its bytes: a PromQL query or a condition
// inside YAML. Made when somebody asks, as few scalars are ever looked into.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "yaml/node.h"

namespace backout::yaml {

struct Fragment {
  std::string_view source;             // the file
  std::string_view text;               // the node's
  std::vector<std::uint32_t> offsets;  // by byte of `text`, and one for its end

  // Bytes of the source for bytes of `text`; an empty range is a place. What lies beyond the end
  // is the end.
  [[nodiscard]] Span span(std::size_t begin, std::size_t end) const;
};

// `text`: what the node was read from. Of an alias: the place of the value it names.
[[nodiscard]] Fragment fragment(std::string_view text, const Node& scalar);

}  // namespace backout::yaml
