// Goes through the object database alone, which libgit2 locks itself; a `git_repository` may not be
// shared.
#include "git/blob.h"

#include <fmt/format.h>

#include "git/libgit2.h"

namespace backout::git {
namespace {

Error unreadable(const Repository& repository, const Oid& blob, const std::string& path) {
  std::string remedy = repository.partial ? "; the clone is partial: clone without `--filter`, or "
                                            "run `git fetch --refetch --no-filter` first"
                                          : "; try `git fsck`";
  return {ErrorKind::undecided, fmt::format("cannot read `{}` (blob {}): {}{}", path,
                                            short_hex(blob), last_error(), remedy)};
}

}  // namespace

Result<Blob> read_blob(const Repository& repository, const Oid& blob, std::uint64_t limit,
                       const std::string& path) {
  git_oid id = to_libgit2(blob);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &type, repository.objects.get(), &id) != 0)
    return tl::unexpected(unreadable(repository, blob, path));
  if (type != GIT_OBJECT_BLOB)
    return fail(ErrorKind::undecided,
                fmt::format("`{}` is recorded as a file, but object {} is a {}", path,
                            short_hex(blob), git_object_type2string(type)));
  if (size > limit) return Blob{size, std::nullopt};
  Handle<git_odb_object> object;
  if (git_odb_read(object.out(), repository.objects.get(), &id) != 0)
    return tl::unexpected(unreadable(repository, blob, path));
  return Blob{size, std::string(static_cast<const char*>(git_odb_object_data(object.get())),
                                git_odb_object_size(object.get()))};
}

}  // namespace backout::git
