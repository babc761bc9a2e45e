// The bytes of tens of thousands of blobs, each read once. Packed objects are deltas of each other:
// walking each family from its full object down inflates every object once, in the order of the
// file, on several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "core/result.h"
#include "git/object.h"
#include "git/repository.h"

namespace backout::git {

// A blob as it is handed out: `bytes` live for the call; absent when they are more than `limit`.
using UseBlob = std::function<void(std::size_t index, std::optional<std::string_view> bytes)>;

// Calls `use` once for each of `blobs` (no id twice), in any order, on at most `threads` threads
// (0: one a processor). undecided: one is missing, damaged or no blob; others may have been used.
Result<void> read_blobs(const Repository& repository, std::span<const Oid> blobs,
                        std::uint64_t limit, unsigned threads, const UseBlob& use);

}  // namespace backout::git
