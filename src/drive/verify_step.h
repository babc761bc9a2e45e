// The proof of recovery as a step of a plan: the queries of a service.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "drive/plan.h"

namespace backout::drive {

// Nothing when there is nothing to ask, or no question that proves anything; `warnings` say why.
[[nodiscard]] std::optional<Step> verify_step(const ServiceConfig& service,
                                              std::vector<std::string>& warnings);

}  // namespace backout::drive
