// Reading YAML and JSON. Everything is untrusted: a bound that is hit is a defect that says so,
// never a crash or a long wait.
#pragma once

#include <string_view>
#include <vector>

#include "core/result.h"
#include "yaml/node.h"

namespace backout::yaml {

// Of one document. Aliases and merged keys count as often as they are used, so that whoever walks a
// tree visits no more than `values` nodes and never goes deeper than `depth`.
struct Bounds {
  std::uint32_t bytes = 16U << 20;
  std::uint32_t values = 1'000'000;
  std::uint32_t depth = 200;
};

// The documents of a text: where lines `---` part it, as Kubernetes' tools do. Each is read alone,
// so a broken one does not take the others along. What holds but blanks and comments is left out.
[[nodiscard]] std::vector<Span> split_documents(std::string_view text);

// Reads one of them; all spans are offsets in `text`, which must outlive the tree. UTF-8.
[[nodiscard]] Document parse(std::string_view text, Span document, const Bounds& bounds = {});

// Reads a file that must be one document without duplicate keys: our own configuration and those of
// migration tools. Errors (usage) read `path:line:column: what is wrong`. An empty text is null.
[[nodiscard]] Result<Document> parse_document(std::string_view text, std::string_view path);

}  // namespace backout::yaml
