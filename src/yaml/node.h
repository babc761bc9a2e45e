// An immutable tree of a YAML or JSON document: what was written, and where. Keys keep their order;
// scalars keep their text (`off` stays "off"); anchors are resolved, within a bound.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace backout::yaml {

struct Place {
  std::uint32_t line = 0;    // from 1; 0: unknown
  std::uint32_t column = 0;  // from 1
};

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { null, scalar, sequence, map } kind = Kind::null;
  Place place = {};
  bool quoted = false;           // a scalar in quotes or a block: never a number or null
  std::string text = {};         // of a scalar
  std::vector<Node> items = {};  // of a sequence
  std::vector<Entry> entries;    // of a map, in the order written

  // The value of a key of a map; null when absent or when this is no map.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Entry {
  Node key;
  Node value;
};

// Reads one document. Errors (usage): broken YAML, a second document, a duplicate key, an anchor
// that would blow up; each names line and column as `path:line:column`. Empty text is a null node.
[[nodiscard]] Result<Node> parse_document(std::string_view text, std::string_view path);

}  // namespace backout::yaml
