// The services that a change of a GitOps repository concerns, each looked at in its own clone.
#pragma once

#include <string>

#include "core/config.h"
#include "core/result.h"
#include "git/repository.h"
#include "preflight/preflight.h"

namespace backout::cli {

// A side of a pre-flight. usage: there is no such revision.
[[nodiscard]] Result<preflight::Side> side_of(const git::Repository& repository,
                                              const std::string& name, const std::string& revision);

// A service's own clone, or the repository we run in.
[[nodiscard]] Result<git::Repository> repository_of(const git::Repository& here,
                                                    const ServiceConfig* service);

// Assesses each service whose image changed, and adds what cannot be told to the doubts.
// `service_name`: this one alone; empty: all.
[[nodiscard]] Result<void> assess_images(const git::Repository& here, const Config& config,
                                         const std::string& service_name,
                                         const preflight::GitOps& gitops,
                                         preflight::Preflight& out);

}  // namespace backout::cli
