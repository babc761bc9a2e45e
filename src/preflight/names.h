// The names that commands need: from the configuration, else from the manifests of the repository
// when they leave no choice.
#pragma once

#include "argo/manifest.h"
#include "core/config.h"
#include "preflight/preflight.h"

namespace backout::preflight {

[[nodiscard]] Names find_names(const argo::Objects& objects, const ServiceConfig* service);

}  // namespace backout::preflight
