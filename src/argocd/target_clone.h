// The part of choosing a target that needs a clone of the GitOps repository.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "argocd/target.h"

namespace backout::argocd {

// The one source whose commit this clone has. `folder`: of the clone, for messages.
[[nodiscard]] Result<std::size_t> choose_source(const Running& running, const Application& app,
                                                const git::Repository& clone,
                                                const std::string& folder);
// The revision of the same source in another deployment; empty: it had none.
[[nodiscard]] std::string revision_in(const Deployment& one, const Running& running,
                                      std::size_t source);
// The newest entry of the history in the past of `out.from` that renders to something else.
[[nodiscard]] Result<void> choose_in_clone(const Application& app, const Running& running,
                                           const git::Repository& clone, Target& out);

// There is no entry to go back to from `from`.
[[nodiscard]] Error nothing_before(const Application& app, const std::string& from,
                                   const std::vector<std::string>& passed_over);

}  // namespace backout::argocd
