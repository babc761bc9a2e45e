// How operations begin, and what stays of them.
#include <algorithm>

#include "argocd_controller.h"

namespace backout::test::sim {

bool start_operation(World& world, App& app, Operation operation) {
  if (app.operation) return false;
  app.operation = std::move(operation);
  app.operation_since = world.now;
  app.state.reset();
  world.events.push_back("OperationStarted " + app.name);
  return true;
}

void append_history(App& app, const OperationState& state) {
  const Json spec = Json::parse(app.spec);
  Deployed entry;
  entry.id = app.history.empty() ? 0 : app.history.back().id + 1;
  entry.revisions = state.revisions;
  entry.sources = state.sources;
  entry.several = several_sources(spec);
  entry.started = state.started;
  entry.deployed = state.finished;
  entry.by = state.operation.by;
  entry.automated = state.operation.automated;
  app.history.push_back(std::move(entry));
  const std::int64_t limit = spec.value("revisionHistoryLimit", std::int64_t{10});
  while (!app.history.empty() && static_cast<std::int64_t>(app.history.size()) > limit)
    app.history.erase(app.history.begin());
}

void finish_past_sync(World& world, App& app, const Words& sources, const Words& revisions) {
  OperationState state{.phase = "Succeeded",
                       .message = "successfully synced (all tasks run)",
                       .started = world.now - 20,
                       .finished = world.now,
                       .operation = {}};
  state.operation.revisions = state.revisions = revisions;
  state.operation.sources = state.sources = sources;
  state.operation.several = several_sources(Json::parse(app.spec));
  state.operation.automated = state.has_result = state.loaded = true;
  std::string why;
  std::vector<Manifest> manifests =
      render(world, sources, revisions, why).value_or(std::vector<Manifest>{});
  std::erase_if(manifests, [](const Manifest& one) { return !one.hook.empty(); });
  app.live.clear();
  for (const Manifest& manifest : manifests) {
    apply_manifest(world, app, manifest);
    app.live.back().settles = world.now;
    state.results.push_back({manifest.kind, manifest.name, manifest.name_space, "Synced",
                             "configured", "", "", "Sync"});
    if (Rollout* const rollout = find_rollout(app, manifest.name);
        rollout && manifest.kind == "Rollout") {
      rollout->observed = rollout->generation;
      rollout->current = rollout->stable = pod_hash(rollout->image);
      rollout->images[rollout->stable] = rollout->image;
      std::erase(rollout->hashes, rollout->current);
      rollout->hashes.push_back(rollout->current);
      rollout->stable_available = rollout->replicas;
      rollout->step = rollout->steps.size();
    }
  }
  app.state = state;
  append_history(app, state);
}

}  // namespace backout::test::sim
