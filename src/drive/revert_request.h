// What a plan says about its revert, in the words of the library that makes it.
#pragma once

#include <string>

#include "drive/plan.h"
#include "revert/revert.h"

namespace backout::drive {

// The files of `paths` as they were at `good`.
[[nodiscard]] revert::Request restore_of(const Facts& given, const std::string& onto);
// given: revisions; without them the same as above.
[[nodiscard]] revert::Request request_of(const Facts& given, const std::string& onto);

}  // namespace backout::drive
