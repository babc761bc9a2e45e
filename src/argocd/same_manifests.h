// Whether two commits of a GitOps repository render to the same for one application: in a
// repository of many applications most commits are about others.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "argocd/application.h"
#include "core/result.h"
#include "git/repository.h"

namespace backout::argocd {

// Nothing below the source's path differs, nor below the paths that the annotation
// `argocd.argoproj.io/manifest-generate-paths` names. Without that annotation only when nothing
// below the path points out of it; false when in doubt. `source`: its place among `sources`.
[[nodiscard]] Result<bool> same_manifests(const git::Repository& clone, const Application& app,
                                          const std::vector<Source>& sources, std::size_t source,
                                          const std::string& before, const std::string& after);

// Whether all that the source renders from lies below its path at that commit; false when in doubt.
[[nodiscard]] Result<bool> renders_from_its_path(const git::Repository& clone,
                                                 const Application& app, std::size_t source,
                                                 const std::string& commit);

}  // namespace backout::argocd
