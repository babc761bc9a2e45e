#include "cli/revision_config.h"

#include <fmt/format.h>

#include "cli/gate.h"
#include "git/blob.h"
#include "git/revision.h"

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

Result<Config> checked_out_config(const git::Repository& repository, const std::string& named) {
  if (!named.empty()) {
    TRY(const std::optional<std::string> bytes, working_file(named));
    if (!bytes)
      return fail(ErrorKind::usage, fmt::format("the configuration `{}` does not exist", named));
    return read_config(*bytes, named);
  }
  TRY(const std::optional<git::Commit> head, git::head(repository));
  if (!head) return Config{};
  TRY(const git::Tree tree, git::list(repository, head->tree));
  const git::Entry* const entry = git::find(tree, config_path);
  return entry ? config_at(repository, *entry, "commit that is checked out") : Config{};
}

Result<const ServiceConfig*> named_service(const Config& config, const std::string& name) {
  if (name.empty()) return nullptr;
  std::vector<std::string_view> known;
  for (const ServiceConfig& service : config.services) {
    if (service.name == name) return &service;
    known.push_back(service.name);
  }
  const std::string_view near = nearest(name, known);
  return fail(ErrorKind::usage,
              fmt::format("the configuration has no service `{}`{}", name,
                          near.empty() ? "" : fmt::format(", did you mean `{}`?", near)));
}

}  // namespace backout::cli
