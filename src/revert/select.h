// Which commits a request names, in the order in which they are to be taken back.
#pragma once

#include <vector>

#include "core/result.h"
#include "revert/revert.h"

namespace backout::revert {

inline constexpr std::size_t most_commits = 1000;

// Newest first, whatever the order in which they are named: the other way round the earlier ones
// would conflict with the later. usage: a merge without a mainline, and the other way round.
// undecided: the edge of a shallow clone, where a commit looks as if it had brought all files.
[[nodiscard]] Result<std::vector<Commit>> select(const Clone& clone, const Request& request);

// The parent that stays: its place from 0, or nothing for the first commit of all.
[[nodiscard]] std::optional<std::size_t> kept_parent(const Commit& commit, unsigned mainline);

}  // namespace backout::revert
