// What git says to and hears from a remote. Credentials are git's affair: helpers, headers and keys
// of the user's own configuration. Never asks on a terminal for a password.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "revert/clone.h"

namespace backout::revert {

struct RemoteHeads {
  std::string default_branch;                   // empty: the remote does not say
  std::map<std::string, std::string> branches;  // ids by name
};
// Its default branch, and those of `names` that it has. undecided: the remote does not answer; the
// message says what it said.
[[nodiscard]] Result<RemoteHeads> remote_heads(const Clone& clone, const std::string& remote,
                                               const std::vector<std::string>& names);

// Makes sure that the commit is here, which the branch had just now.
[[nodiscard]] Result<void> fetch_commit(const Clone& clone, const std::string& remote,
                                        const std::string& branch, const std::string& id);

// git with what a request over a network needs besides.
[[nodiscard]] Result<git::CommandResult> run_remote(const Clone& clone,
                                                    std::vector<std::string> words);

// What the other side said: lines "remote: …" without that word, and git's own reason.
[[nodiscard]] std::vector<std::string> server_words(std::string_view errors);
[[nodiscard]] std::string reason_of(std::string_view errors);

}  // namespace backout::revert
