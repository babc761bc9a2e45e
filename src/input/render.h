// Helm charts and kustomizations made into manifests by their own tools, for `--render`. The tool
// works on a private copy of the files as they are judged (git's blobs, not the worktree), without
// a shell, the user's settings or a way out to the network, and for a bounded time.
#pragma once

#include <string>
#include <string_view>

#include "argo/manifest.h"
#include "core/limits.h"
#include "core/result.h"
#include "sql/framework.h"

namespace backout {

// What `helm template FOLDER` or `kustomize build FOLDER` (`kubectl kustomize` where there is no
// kustomize) prints. undecided: there is no such tool, it fails (with its first words), takes too
// long or prints more than `limits.file_bytes`.
[[nodiscard]] Result<std::string> render(argo::Renderer renderer, std::string_view folder,
                                         const sql::Files& files, const Limits& limits);

}  // namespace backout
