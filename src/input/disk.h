// Files of folders on disk, for `backout lint`. Links are never followed; nothing outside the named
// folders is read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/change.h"
#include "core/limits.h"
#include "core/result.h"
#include "sql/framework.h"

namespace backout {

// Owns the sources that findings point into.
struct DiskFiles {
  struct Store;
  std::shared_ptr<Store> store;
  sql::Files files;                // with a reader into `store`
  std::vector<std::string> named;  // what the user named, as it stands in `files`
  std::vector<MigrationChange::Unreadable> unreadable;  // *.sql that are links, or over the limit
};

// `names`: folders (searched recursively, `.git` left out) and files; a file brings the other files
// of its folder along as context. input: a name that does not exist or cannot be read.
[[nodiscard]] Result<DiskFiles> disk_files(const std::vector<std::string>& names,
                                           const Limits& limits, unsigned threads);

// The bytes of one regular file; a link is none.
[[nodiscard]] sql::Peeked read_regular_file(const std::string& path, std::uint64_t limit);

// Standard input as one file called "-", SQL unless it names the kind of a manifest; no file when
// there is nothing but blanks in it.
[[nodiscard]] Result<DiskFiles> text_file(std::string bytes, const Limits& limits);

}  // namespace backout
