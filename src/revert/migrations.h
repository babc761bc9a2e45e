// Which of the files that a revert touches are migrations.
#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "revert/revert.h"

namespace backout::revert {

// `before`, `after`: trees, `files` what differs between them. A migration is what discovery takes
// for one at either side, or what other tools (Rails, Django, Alembic, …) would by its path, or a
// changelog of Liquibase by what it holds.
[[nodiscard]] Result<std::vector<MigrationFile>> migrations_among(const Clone& clone,
                                                                  const std::string& before,
                                                                  const std::string& after,
                                                                  const std::vector<Touched>& files,
                                                                  const Config& config);

// Tools whose migrations are no SQL files, by the path alone: "Rails"; empty: none.
[[nodiscard]] std::string_view tool_of(std::string_view path);

}  // namespace backout::revert
