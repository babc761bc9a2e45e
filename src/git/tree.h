// The files of a commit, as a flat list, and the difference of two such lists. Paths are the raw
// bytes git stores: never decoded, normalised or opened. Links (mode 0120000) and submodules
// (0160000) are entries like others; nobody follows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "git/object.h"
#include "git/repository.h"

namespace backout::git {

constexpr std::uint32_t link_mode = 0120000;
constexpr std::uint32_t submodule_mode = 0160000;

struct Entry {
  std::string path;
  std::uint32_t mode = 0;
  Oid blob;  // of a submodule: a commit of another repository
};

struct Tree {
  std::vector<Entry> entries;  // sorted by the bytes of the path, no path twice
};

enum class Status : std::uint8_t {
  added,
  modified,
  deleted,
  type_changed
};  // modified: content or permission bits

struct Delta {
  std::string path;
  Status status = Status::modified;
  std::uint32_t old_mode = 0;  // 0 when added
  std::uint32_t new_mode = 0;  // 0 when deleted
  Oid old_blob;
  Oid new_blob;
};

// Memory a listing may take, in bytes. A few kilobytes of trees that name each other can stand for
// billions of files, so every directory entered counts as well.
constexpr std::size_t default_listing_bytes = std::size_t{512} << 20;

// Directories whose files are at hand: by path ("" the root, "a/b") the tree id that stands for
// what `files` holds below it.
struct Known {
  const Tree& files;
  const std::unordered_map<std::string, Oid>& directories;
};

// All files below the tree object. undecided: a missing or malformed tree, or the bound is reached.
Result<Tree> list(const Repository& repository, const Oid& tree,
                  std::size_t limit = default_listing_bytes, const Known* known = nullptr);

// What differs between two tree objects, sorted by path; renames are a deletion and an addition.
// Equal directories are not entered, so the cost follows the change and not the repository.
Result<std::vector<Delta>> diff(const Repository& repository, const Oid& before, const Oid& after,
                                std::size_t limit = default_listing_bytes);

// The same of two lists.
std::vector<Delta> diff(const Tree& before, const Tree& after);

// The entry with exactly this path, or null.
const Entry* find(const Tree& tree, std::string_view path);

}  // namespace backout::git
