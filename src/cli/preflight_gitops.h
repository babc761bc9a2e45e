// The pre-flight of two commits of a GitOps repository: the images that changed between them name
// the services and their revisions.
#pragma once

#include <string>

#include "argocd/application.h"
#include "core/config.h"
#include "core/result.h"
#include "git/repository.h"
#include "preflight/preflight.h"

namespace backout::cli {

struct GitopsQuestion {
  std::string folder;    // of the clone
  std::string from, to;  // revisions of it; empty: HEAD, and its parent
  std::string service;   // only this one of the configuration; empty: all
};
// `here`: the repository that the configuration is of. usage: a revision or an image's tag that is
// not known.
[[nodiscard]] Result<void> look_at_gitops(const git::Repository& here, const Config& config,
                                          const GitopsQuestion& question,
                                          preflight::Preflight& out);

// The service that deploys the application; null: none says so.
[[nodiscard]] const ServiceConfig* service_of(const Config& config, const argocd::Application& app);

}  // namespace backout::cli
