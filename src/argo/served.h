// What `services:` of the configuration knows about a Rollout.
#pragma once

#include <cstddef>
#include <string_view>

#include "argo/manifest.h"
#include "core/config.h"

namespace backout::argo {

// Whether `name` ("shop/checkout" or "checkout") means the object.
[[nodiscard]] inline bool is_meant(std::string_view name, const Object& object) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return name == object.name;
  const std::string_view space = name.substr(0, slash);
  return name.substr(slash + 1) == object.name &&
         (object.namespace_name.empty() || object.namespace_name == space);
}

// The service that a Rollout runs: the one that names it under `rollout`, or that has its name and
// names no other; null when there is none.
[[nodiscard]] inline const ServiceConfig* service_of(const Config& config, const Object& rollout) {
  for (const ServiceConfig& service : config.services)
    if (is_meant(service.rollout.empty() ? service.name : service.rollout, rollout))
      return &service;
  return nullptr;
}

}  // namespace backout::argo
