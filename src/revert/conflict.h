// A conflict as a person can judge it: the lines, and who wrote what stands in the way.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "git/merge.h"
#include "revert/revert.h"

namespace backout::revert {

// `reverted`: the commit that is taken back; `onto`: where.
[[nodiscard]] Result<std::vector<Conflict>> describe(const Clone& clone,
                                                     const std::vector<git::MergeConflict>& all,
                                                     const Commit& reverted,
                                                     const std::string& onto);

}  // namespace backout::revert
