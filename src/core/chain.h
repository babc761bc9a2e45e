// The chain of a release: migrations of the change and the step of the deployment that runs them.
// Which step runs which migrations is told by the tool; a step whose tool nobody knows is taken
// when the change has the migrations of one database alone.
#pragma once

#include <vector>

#include "argo/migrator.h"
#include "core/rule.h"

namespace backout {

struct ChainLink {
  const MigrationChange* change = nullptr;
  const ParsedMigration* first = nullptr;  // of those that will run
  argo::MigrationStep step{};
};
[[nodiscard]] std::vector<ChainLink> chain(const ManifestContext& context);

// Whether the step runs the framework's tool, as far as its image tells; a step without a tool's
// name is taken when there is one database (`only_one`).
[[nodiscard]] bool may_run(const argo::MigrationStep& step, sql::Framework framework,
                           bool only_one);
// Whether the tool fails when the history table has a version that it has no file for, as the step
// calls it.
[[nodiscard]] bool refuses_newer(sql::Framework framework, const argo::MigrationStep& step);

// "Job `shop/migrate`"
[[nodiscard]] std::string title(const argo::MigrationStep& step);
// Where a migration begins.
[[nodiscard]] Location begin_of(const ParsedMigration& migration);

}  // namespace backout
