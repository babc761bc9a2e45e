// Where a manifest speaks to us: comments `# backout:…` and the annotation `backout/ignore`, and
// which bytes each is about.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "argo/manifest.h"

namespace backout {

struct ManifestComment {
  Span place;
  std::string_view text;       // "ignore RULE reason"
  std::optional<Span> covers;  // nothing: it belongs to nothing
};

// A comment on a line of its own is about the field or list item that begins on the next line, one
// behind a value about what begins on its line; above a document's first key, about all of it. An
// annotation is about its object; each of its lines reads `RULE reason`.
[[nodiscard]] std::vector<ManifestComment> manifest_comments(const argo::File& file);

}  // namespace backout
