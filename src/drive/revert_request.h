// What a plan says about its revert, in the words of the library that makes it.
#pragma once

#include <string>
#include <vector>

#include "drive/plan.h"
#include "revert/revert.h"

namespace backout::drive {

// given: revisions, or good and paths.
[[nodiscard]] revert::Request request_of(const Facts& given, const std::string& onto);
[[nodiscard]] std::string short_list_of(const std::vector<std::string>& revisions);

}  // namespace backout::drive
