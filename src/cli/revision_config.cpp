#include "cli/revision_config.h"

#include <fmt/format.h>

#include "cli/gate.h"
#include "git/blob.h"

namespace backout::cli {

Result<Config> config_at(const git::Repository& repository, const git::Entry& entry,
                         std::string_view whose) {
  constexpr std::uint64_t limit = 1 << 20;
  if (entry.mode == git::link_mode || entry.mode == git::submodule_mode)
    return fail(ErrorKind::usage,
                fmt::format("`{}` of the {} is a link, which is not followed; commit the file "
                            "itself",
                            config_path, whose));
  TRY(git::Blob blob, git::read_blob(repository, entry.blob, limit, entry.path));
  if (!blob.bytes)
    return fail(ErrorKind::usage,
                fmt::format("`{}` of the {} is larger than {} bytes", config_path, whose, limit));
  return read_config(*blob.bytes, config_path);
}

}  // namespace backout::cli
