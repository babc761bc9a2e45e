// What the commands of a runbook can name: the objects of the repository's manifests and its files.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/source.h"
#include "runbook/runbook.h"

namespace backout::runbook {

enum class What : std::uint8_t {
  application,
  rollout,
  analysis_template,
  name_space,
};
inline constexpr std::size_t whats = 4;
[[nodiscard]] std::string_view words(What what);  // "Argo CD application"

using Names = std::set<std::string, std::less<>>;

struct Repository {
  Names objects[whats];     // names, without namespaces; of a kind that has none nothing is judged
  bool generated[whats]{};  // more of that kind are made by what cannot be read here: an
                            // ApplicationSet, a chart, a kustomization that changes names
  Names files;              // paths from the root
  Names folders;            // and all folders on the way
};

// Adds the objects of manifests; `sources` outlive nothing: names are copied.
void add_objects(Repository& repository, const std::vector<const Source*>& sources,
                 const Config& config);
void add_paths(Repository& repository, const std::vector<std::string>& paths);

// What a command says about the repository.
struct Mention {
  What what;
  std::string_view name;
  Span span;
};
struct PathMention {
  std::string path;  // as written
  Span span;
};
struct Mentions {
  std::vector<Mention> names;
  std::vector<PathMention> paths;
};
[[nodiscard]] Mentions mentions_of(const Command& command);

}  // namespace backout::runbook
