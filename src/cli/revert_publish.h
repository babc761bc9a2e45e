// The branch of a revert: its name, the push, the pull request.
#pragma once

#include <optional>
#include <string>

#include "cli/revert_input.h"
#include "cli/revert_outcome.h"
#include "forge/forge.h"

namespace backout::cli {

struct NewBranch {
  std::string name;
  std::string pushed_tip;  // the remote has it already
};
// The given name; or one made of the title, with the commit's id, and then a number, behind it
// where that is taken.
[[nodiscard]] Result<NewBranch> choose_branch(const revert::Clone& clone,
                                              const RevertOptions& options,
                                              const revert::Base& base,
                                              const revert::Revert& revert, const Config& config);
// Makes the branch, and pushes it where that is asked for; `--direct` pushes to the base.
[[nodiscard]] Result<void> publish(const revert::Clone& clone, const RevertOptions& options,
                                   const std::string& pushed_tip, const Config& config,
                                   RevertOutcome& out);
// A pull request, or the link to open one.
void open_request(const revert::Clone& clone, const RevertOptions& options, const Config& config,
                  RevertOutcome& out);
// What the remote's URL is of; nothing: of no forge.
[[nodiscard]] std::optional<forge::Project> project_of(const revert::Clone& clone,
                                                       const RevertOptions& options,
                                                       const std::string& remote);

}  // namespace backout::cli
