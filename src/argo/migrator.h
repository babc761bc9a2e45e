// Containers that migrate a database, told by their image and command: the step of a release that a
// rollback does not take back.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "argo/manifest.h"

namespace backout::argo {

struct Migrator {
  const yaml::Node* container = nullptr;
  std::string_view tool;  // "Flyway"; empty: something with `migrate` in its name
};

// Of a Job: all its containers; of workloads: those that run before the application starts; of
// analysis templates: those of their Jobs.
[[nodiscard]] std::vector<Migrator> migrators_of(const Object& object);

// When a migrator runs, seen from the code of the same release.
enum class MigrationOrder : std::uint8_t {
  before_code,   // a hook before the sync, an earlier wave
  with_code,     // the same wave: whichever is quicker
  after_code,    // a hook after the sync, a later wave
  canary_first,  // an analysis: pods of the canary run already
  at_start,      // in front of each new pod
};
struct MigrationStep {
  const Object* object = nullptr;
  Migrator migrator;
  MigrationOrder order = MigrationOrder::before_code;
};
// All of them. A Job without a hook counts when a workload stands in its folder.
[[nodiscard]] std::vector<MigrationStep> migration_steps(const Objects& objects);

// Deployments, Rollouts and the like: what runs the code.
[[nodiscard]] bool is_workload(ObjectKind kind);
// Whether the two stand in one folder, which is taken for: deployed together.
[[nodiscard]] bool same_folder(const Object& a, const Object& b);

}  // namespace backout::argo
