// The configuration as a commit has it.
#pragma once

#include <string>
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

// The one of the commit that is checked out, defaults where it has none; or, when `named`, the file
// at that path.
[[nodiscard]] Result<Config> checked_out_config(const git::Repository& repository,
                                                const std::string& named);

// Null without a name. usage: there is no such service.
[[nodiscard]] Result<const ServiceConfig*> named_service(const Config& config,
                                                         const std::string& name);

}  // namespace backout::cli
