// Reading YAML and JSON. Everything is untrusted: a bound that is hit is a defect that says so,
// never a crash or a long wait.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "core/result.h"
#include "yaml/node.h"

namespace backout::yaml {

// Of one document. Aliases and merged keys count as often as they are used, so that whoever walks a
// tree visits no more than `values` nodes and never goes deeper than `depth`.
struct Bounds {
  std::uint32_t bytes = Limits{}.yaml_bytes;
  std::uint32_t values = Limits{}.yaml_values;
  std::uint32_t depth = Limits{}.yaml_nesting;
};
[[nodiscard]] inline Bounds bounds_of(const Limits& limits) {
  return {limits.yaml_bytes, limits.yaml_values, limits.yaml_nesting};
}

// The documents of a text: where lines `---` part it, as Kubernetes' tools do. Each is read alone,
// so a broken one does not take the others along. What holds but blanks and comments is left out.
[[nodiscard]] std::vector<Span> split_documents(std::string_view text);

// Reads one of them; all spans are offsets in `text`, which must outlive the tree. UTF-8.
[[nodiscard]] Document parse(std::string_view text, Span document, const Bounds& bounds = {});

// Reads a file that must be one document without duplicate keys: our own configuration and those of
// migration tools. Errors (usage) read `path:line:column: what is wrong`. An empty text is null.
[[nodiscard]] Result<Document> parse_document(std::string_view text, std::string_view path);

}  // namespace backout::yaml
