// The manifest of the cluster that is to be recovered, as the repository has it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/source.h"
#include "yaml/node.h"

namespace backout::recovery {

// A manifest and everything it points into.
struct Manifest {
  std::shared_ptr<const Source> source;
  std::shared_ptr<const yaml::Document> document;
  std::string_view name, namespace_name;  // empty: decided where it is applied
  const yaml::Node* spec = nullptr;       // a map
};

// The Clusters of CloudNativePG in a file; documents that cannot be read hold none.
[[nodiscard]] std::vector<Manifest> clusters_in(Source source);

}  // namespace backout::recovery
