// The bytes of one file, by the id of its blob.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "git/object.h"
#include "git/repository.h"

namespace backout::git {

struct Blob {
  std::uint64_t size = 0;
  std::optional<std::string> bytes;  // absent when `size` is over the limit: then nothing was read
};

// Several threads may read from one repository. `path` only serves the message.
// undecided: the blob is missing (a partial clone, a damaged one), or the id is of something else.
Result<Blob> read_blob(const Repository& repository, const Oid& blob, std::uint64_t limit,
                       const std::string& path);

}  // namespace backout::git
