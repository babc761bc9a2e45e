// The single operation slot: no queue, no pre-emption, nothing ends it while a sync window blocks.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "argocd_controller.h"

namespace backout::test::sim {
namespace {

using Group = std::pair<int, int>;  // phase and wave: what is applied together

Group group_for(const Manifest& manifest) {
  const int phase = manifest.hook == "PreSync" ? 0 : manifest.hook == "PostSync" ? 2 : 1;
  return {phase, manifest.wave};
}

std::string full_name(const Manifest& manifest) {
  return fmt::format("{}/{}/{}", sim::group_of(std::string_view(manifest.kind)), manifest.kind,
                     manifest.name);
}

bool selected(const Operation& operation, const Manifest& manifest) {
  if (operation.resources.empty()) return true;
  const Json list = Json::parse(operation.resources);
  return std::any_of(list.begin(), list.end(), [&](const Json& one) {
    return one.value("kind", "") == manifest.kind && one.value("name", "") == manifest.name;
  });
}

int retry_limit(const Operation& operation) {
  return operation.retry.empty() ? 0 : Json::parse(operation.retry).value("limit", 0);
}

// The operation is over; or it waits for its next attempt, which looks nearly the same.
void finish(World& world, App& app, const std::string& phase, std::string message) {
  OperationState& state = *app.state;
  const int limit = retry_limit(state.operation);
  const bool terminated = state.phase == "Terminating";
  state.finished = world.now;
  if (phase != "Succeeded" && !terminated && (limit < 0 || state.retries < limit)) {
    ++state.retries;
    state.next = world.now + world.pace.retry;
    state.message = fmt::format("{}. Retrying attempt #{} at {}.", message, state.retries,
                                timestamp(state.next).substr(11, 5));
    return;
  }
  state.phase = phase;
  state.message = std::move(message);
  app.operation.reset();
  if (phase == "Succeeded" && !state.operation.dry_run && state.operation.resources.empty())
    append_history(app, state);
  world.events.push_back("OperationCompleted " + app.name);
  if (world.pace.same_second) app.reconciled = world.now;
  app.latest_due = false;
  app.compare_at = world.now + world.pace.compare;
  if (phase == "Succeeded" && !state.operation.dry_run && state.operation.resources.empty())
    reapply_children(world, app);
}

void fail_to_load(World& world, App& app, const std::string& why) {
  app.state->has_result = false;
  finish(world, app, "Error", "ComparisonError: " + why);
}

void load(World& world, App& app) {
  OperationState& state = *app.state;
  const Operation& operation = state.operation;
  const Json spec = Json::parse(app.spec);
  state.sources = operation.sources.empty() ? sources_of(spec) : operation.sources;
  std::string why;
  // A retry with `refresh` forgets which revision was asked for.
  const bool anew = state.retries > 0 && version_of(world) >= 302 && !operation.retry.empty() &&
                    Json::parse(operation.retry).value("refresh", false);
  if (operation.revisions.empty() || anew) {
    const auto revisions = resolve_targets(world, state.sources, why);
    if (!revisions) return fail_to_load(world, app, why);
    state.revisions = *revisions;
  } else {
    state.revisions = operation.revisions;
  }
  if (!operation.deploys_instead.empty())
    state.revisions.assign(state.revisions.size(), operation.deploys_instead);
  auto manifests = render(world, state.sources, state.revisions, why);
  if (!manifests) return fail_to_load(world, app, why);
  state.manifests.clear();
  const bool hooks = !operation.apply_only && operation.resources.empty();
  for (Manifest& manifest : *manifests)
    if (manifest.hook == "SyncFail" || !selected(operation, manifest) ||
        (!manifest.hook.empty() && !hooks))
      continue;
    else
      state.manifests.push_back(std::move(manifest));
  std::stable_sort(
      state.manifests.begin(), state.manifests.end(),
      [](const Manifest& a, const Manifest& b) { return group_for(a) < group_for(b); });
  state.loaded = state.has_result = true;
  state.group = 0;
  state.group_applied = false;
  state.results.clear();
}

// [first, last) of the manifests that belong together.
std::pair<std::size_t, std::size_t> current_group(const OperationState& state) {
  std::size_t last = state.group;
  while (last < state.manifests.size() &&
         group_for(state.manifests[last]) == group_for(state.manifests[state.group]))
    ++last;
  return {state.group, last};
}

bool apply(World& world, App& app, const Manifest& manifest) {
  OperationState& state = *app.state;
  const bool refused = !manifest.apply_error.empty();
  ResourceResult result{
      .kind = manifest.kind, .name = manifest.name, .name_space = manifest.name_space};
  result.status = refused ? "SyncFailed" : "Synced";
  result.message = refused ? manifest.apply_error : "configured";
  result.sync_phase = manifest.hook.empty() ? "Sync" : manifest.hook;
  if (!manifest.hook.empty()) {
    result.hook = manifest.hook;
    result.hook_phase = "Running";
    if (!state.operation.dry_run) app.hooks_run.push_back(manifest.name);
  }
  state.results.push_back(std::move(result));
  if (!refused && !state.operation.dry_run && manifest.hook.empty())
    apply_manifest(world, app, manifest);
  return !refused;
}

std::string health_now(World& world, App& app, const Manifest& manifest, Seconds applied) {
  if (manifest.kind == "Rollout") return health_of(*find_rollout(app, manifest.name));
  return world.now < applied + world.pace.settle ? "Progressing" : manifest.health;
}

void fail(World& world, App& app, std::string message) {
  std::string ignored;
  if (!app.state->operation.apply_only)
    if (const auto all = render(world, app.state->sources, app.state->revisions, ignored))
      for (const Manifest& manifest : *all)
        if (manifest.hook == "SyncFail") app.hooks_run.push_back(manifest.name);
  finish(world, app, "Failed", std::move(message));
}

// Objects that no manifest stands for any more.
Words extras(const App& app) {
  Words out;
  for (const Live& live : app.live)
    if (selected(app.state->operation, live.is) &&
        std::none_of(
            app.state->manifests.begin(), app.state->manifests.end(),
            [&](const Manifest& wanted) { return full_name(wanted) == full_name(live.is); }))
      out.push_back(full_name(live.is));
  return out;
}

void prune(App& app) {
  OperationState& state = *app.state;
  for (const std::string& name : extras(app)) {
    const auto live = std::find_if(app.live.begin(), app.live.end(),
                                   [&](const Live& one) { return full_name(one.is) == name; });
    const Manifest is = live->is;
    const bool goes = state.operation.prune && is.prune != "false";
    ResourceResult result{.kind = is.kind, .name = is.name, .name_space = is.name_space};
    result.status = goes ? "Pruned" : "PruneSkipped";
    result.message = goes                  ? "pruned"
                     : is.prune == "false" ? "ignored (no prune)"
                                           : "ignored (requires pruning)";
    state.results.push_back(std::move(result));
    if (!goes || state.operation.dry_run) continue;
    app.live.erase(live);
    std::erase_if(app.rollouts,
                  [&](const Rollout& one) { return is.kind == "Rollout" && one.name == is.name; });
  }
}

// True: somebody must agree first.
bool waits_for_confirmation(App& app) {
  if (!app.state->operation.prune || app.state->operation.dry_run ||
      app.annotations.count("argocd.argoproj.io/deletion-approved") > 0)
    return false;
  for (const std::string& name : extras(app))
    for (const Live& live : app.live)
      if (full_name(live.is) == name && live.is.prune == "confirm") {
        app.state->message = "waiting for pruning confirmation of " + name;
        return true;
      }
  return false;
}

// True: the operation waits for this group.
bool waits(World& world, App& app, std::size_t first, std::size_t last) {
  OperationState& state = *app.state;
  const bool several = group_for(state.manifests.front()) != group_for(state.manifests.back());
  for (std::size_t i = first; i < last; ++i) {
    const Manifest& manifest = state.manifests[i];
    if (manifest.hook.empty() && !several) continue;
    const std::string health = health_now(world, app, manifest, state.next);
    if (health == "Healthy") {
      if (!manifest.hook.empty()) state.results[i].hook_phase = "Succeeded";
      continue;
    }
    if (health == "Degraded") {
      if (!manifest.hook.empty()) state.results[i].hook_phase = "Failed";
      fail(world, app, "one or more synchronization tasks completed unsuccessfully");
      return true;
    }
    state.message = (manifest.hook.empty() ? "waiting for healthy state of "
                                           : "waiting for completion of hook ") +
                    full_name(manifest);
    return true;
  }
  return false;
}

void go_on(World& world, App& app) {
  OperationState& state = *app.state;
  while (state.group < state.manifests.size()) {
    const auto [first, last] = current_group(state);
    if (!state.group_applied) {
      bool applied = true;
      for (std::size_t i = first; i < last; ++i)
        applied = apply(world, app, state.manifests[i]) && applied;
      state.group_applied = true;
      state.next = world.now;
      if (!applied)
        return fail(world, app,
                    state.operation.dry_run ? "one or more objects failed to apply (dry run)"
                                            : "one or more objects failed to apply");
    }
    if (!state.operation.dry_run && waits(world, app, first, last)) return;
    state.group = last;
    state.group_applied = false;
  }
  if (waits_for_confirmation(app)) return;
  prune(app);
  finish(world, app, "Succeeded",
         state.operation.dry_run ? "successfully synced (dry run)"
                                 : "successfully synced (all tasks run)");
}

// True: nothing happens while the window is closed, not even the end of a terminated operation.
bool blocked(const World& world, App& app) {
  OperationState& state = *app.state;
  constexpr const char* message = "Sync operation blocked by sync window";
  if (version_of(world) < 211) return false;
  if (can_sync(app, !state.operation.automated)) {
    // On the very first pass it is not known yet that a user asked for it.
    const bool flash = state.started == world.now && !can_sync(app, false);
    if (flash) state.message = message;
    if (!flash && state.message == message) state.message.clear();
    return flash;
  }
  state.message = message;
  return true;
}

}  // namespace

void run_operation(World& world, App& app) {
  if (!app.operation) return;
  if (!app.state) {
    if (world.now < app.operation_since + world.pace.pick_up) return;
    app.state = OperationState{
        .phase = "Running", .message = {}, .started = world.now, .operation = *app.operation};
    app.state->next = world.now + world.pace.operation;
  }
  OperationState& state = *app.state;
  if (state.lost || blocked(world, app)) return;
  if (state.phase == "Terminating") {
    if (world.now >= app.terminated + world.pace.terminate)
      finish(world, app, "Failed", "Operation terminated");
    return;
  }
  if (state.finished > 0) {  // a retry
    if (world.now < state.next) return;
    state.finished = 0;
    state.message.clear();
    state.loaded = false;
  }
  if (!state.loaded) {
    if (world.now < state.next) return;
    load(world, app);
    if (!state.loaded || !app.operation || state.finished > 0) return;
  }
  go_on(world, app);
}

}  // namespace backout::test::sim
