// The configuration as a commit has it.
#pragma once

#include <string_view>

#include "core/config.h"
#include "core/result.h"
#include "git/repository.h"
#include "git/tree.h"

namespace backout::cli {

// `entry`: the file in a tree; `whose`: "base", for messages. usage: it is a link, too large or
// wrong.
[[nodiscard]] Result<Config> config_at(const git::Repository& repository, const git::Entry& entry,
                                       std::string_view whose);

}  // namespace backout::cli
