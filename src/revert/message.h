// Commit messages in git's own convention, which other tools read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "revert/revert.h"

namespace backout::revert {

struct Reverted {
  const Commit* commit = nullptr;
  unsigned mainline = 0;  // of a merge
};
// Of one commit that takes back `all`, the last change first. `signer`: "Ada <ada@acme.example>",
// for a sign-off.
[[nodiscard]] std::string message_of(const std::vector<Reverted>& all, const Wording& wording,
                                     const std::string& signer);
// `of`: the commit whose state it is; `discarded`: subjects of what goes.
[[nodiscard]] std::string restore_message(const Commit& of, const std::vector<std::string>& paths,
                                          const Wording& wording, const std::string& signer);

// usage: a trailer is no "Token: value" line.
[[nodiscard]] Result<void> check(const Wording& wording);

}  // namespace backout::revert
