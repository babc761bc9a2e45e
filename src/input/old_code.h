// Searches the trees of releases for objects that a change takes away. A file that several releases
// share is read and searched once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/code_file.h"
#include "core/old_code.h"
#include "core/result.h"
#include "git/repository.h"
#include "git/tree.h"

namespace backout {

struct ReleaseTree {
  std::string name;  // for reports: "v1.4.0"
  const git::Tree* tree = nullptr;
};

struct OldCodeOptions {
  CodeScope scope;
  std::uint64_t file_bytes = 64ULL << 20;  // larger files of code are not searched, which is said
  unsigned threads = 0;                    // 0: one a processor
};

// `controls`: tables of the same database, see ReleaseEvidence. One entry a release, in the order
// given; `objects` of each by index of `objects`. undecided: a blob is missing.
[[nodiscard]] Result<std::vector<ReleaseEvidence>> search_releases(
    const git::Repository& repository, std::span<const ReleaseTree> releases,
    std::span<const ObjectRef> objects, const OldCodeOptions& options,
    std::span<const ObjectRef> controls = {});

}  // namespace backout
