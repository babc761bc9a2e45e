#include "cli/revert_input.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/gate.h"
#include "revert/select.h"
#include "revert/words.h"

namespace backout::cli {
namespace {

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

}  // namespace

Result<void> complete(RevertOptions& options, std::vector<std::string> words) {
  if (options.request.restore.empty())
    options.request.revisions = std::move(words);
  else
    options.request.paths = std::move(words);
  if (options.request.restore.empty() && options.request.revisions.empty())
    return refuse("name the commits to take back (`backout revert --help`)");
  if (!options.request.restore.empty() && (options.request.mainline != 0 || options.request.squash))
    return refuse(
        "`--mainline` and `--squash` are for commits that are taken back, not for `--to`");
  if (options.direct && (options.pull_request || !options.branch.empty()))
    return refuse(
        "`--direct` pushes to the base itself: it goes with neither `--pr` nor `--branch`");
  if (options.draft && !options.pull_request) return refuse("`--draft` goes with `--pr`");
  if (!options.message_file.empty()) {
    if (!options.request.wording.message.empty())
      return refuse("`--message` and `--file` both give the message");
    TRY(const std::optional<std::string> text, working_file(options.message_file));
    if (!text) return refuse(fmt::format("`{}` does not exist", options.message_file));
    options.request.wording.message = *text;
  }
  options.base.fetch = !options.no_fetch;
  return {};
}

Result<void> place_paths(const revert::Clone& clone, std::vector<std::string>& paths) {
  if (std::find(paths.begin(), paths.end(), std::string()) != paths.end())
    return refuse("a path is empty: an unset variable?");
  for (std::string& path : paths) {
    if (path.starts_with('/'))
      return refuse(fmt::format("`{}` is not a path of the repository", path));
    std::vector<std::string_view> parts;
    const std::string whole = clone.prefix + path;
    for (const std::string_view part : revert::split(whole, '/')) {
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(part);
      } else if (parts.empty()) {
        return refuse(fmt::format("`{}` lies outside of the repository", path));
      } else {
        parts.pop_back();
      }
    }
    std::string clean = fmt::format("{}", fmt::join(parts, "/"));
    if (clean.empty()) {  // the top: everything
      paths.clear();
      return {};
    }
    path = std::move(clean);
  }
  return {};
}

Result<Config> config_for(const revert::Clone& clone, const RevertOptions& options,
                          const revert::Base& base) {
  if (!options.config.empty()) {
    TRY(const std::optional<std::string> bytes, working_file(options.config));
    if (!bytes) return refuse(fmt::format("the configuration `{}` does not exist", options.config));
    return read_config(*bytes, options.config);
  }
  TRY(const git::CommandResult ran,
      revert::run_git(clone, {"cat-file", "blob", base.tip + ":" + std::string(config_path)}));
  return ran.status == 0 ? read_config(ran.output, config_path) : Config{};
}

}  // namespace backout::cli
