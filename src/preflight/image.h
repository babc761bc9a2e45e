// Container images that manifests name, in the forms that GitOps repositories have them: `image:
// registry/name:tag` of a container, `images:` of a kustomization, `image: {repository, tag}` of
// Helm values. Enough to tell a new tag from a new setting.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"

namespace backout::preflight {

struct Image {
  std::string name;  // "ghcr.io/acme/catalog"
  std::string tag;   // "v1.5.1", "sha256:…"; empty: none given
  Span span;         // of the tag, in the text
};

// "ghcr.io/acme/catalog:v1.5.1", with a digest behind it or instead of the tag.
[[nodiscard]] Image split_image(std::string_view reference);

inline constexpr std::size_t most_images = 10'000;  // of one file; aliases multiply

// Those of a YAML text, in its order, at most so many; none of what cannot be read.
[[nodiscard]] std::vector<Image> images_in(std::string_view yaml);

struct ImageChange {
  std::string name, before, after;  // tags
};
// Images whose tag differs between two versions of a file, and whether nothing else does.
struct ImageChanges {
  std::vector<ImageChange> images;
  bool nothing_else = false;
};
[[nodiscard]] ImageChanges compare_images(std::string_view before, std::string_view after);

}  // namespace backout::preflight
