// What `backout revert` was asked for.
#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "revert/revert.h"

namespace backout::cli {

struct RevertOptions {
  revert::Request request;
  revert::BaseWanted base;
  std::string message_file, branch, forge, config;
  std::string format = "text", color = "auto";
  bool no_fetch = false, allow_migrations = false;
  bool push = false, pull_request = false, draft = false, direct = false;
  bool dry_run = false, yes = false;
};
// With the words that are no options. usage: these do not go together.
[[nodiscard]] Result<void> complete(RevertOptions& options, std::vector<std::string> words);
// The paths as the repository has them: they are meant from where the user stands, and "." is all
// there. usage: one lies outside, or is empty.
[[nodiscard]] Result<void> place_paths(const revert::Clone& clone, std::vector<std::string>& paths);
// `--config`, else what the base has.
[[nodiscard]] Result<Config> config_for(const revert::Clone& clone, const RevertOptions& options,
                                        const revert::Base& base);

}  // namespace backout::cli
