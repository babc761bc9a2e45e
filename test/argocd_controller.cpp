// One second after the other.
#include "argocd_controller.h"

#include <algorithm>

#include "argocd_json.h"

namespace backout::test::sim {
namespace {

bool health_moves(const App& app) {
  return std::any_of(app.live.begin(), app.live.end(), [&](const Live& live) {
    return live.is.kind == "Rollout" && live.health != health_of(*find_rollout(app, live.is.name));
  });
}

bool compare_due(const World& world, const App& app) {
  if (app.compare_at > 0 && world.now >= app.compare_at) return true;
  if (health_moves(app)) return true;
  return std::any_of(app.live.begin(), app.live.end(),
                     [&](const Live& live) { return live.settles == world.now; });
}

void run(World& world, App& app) {
  for (Rollout& rollout : app.rollouts) run_rollout(world, rollout);
  undo_foreign_changes(world, app);
  run_operation(world, app);
  if (app.polled == 0) app.polled = world.now;
  if (world.now - app.polled >= world.pace.poll) {
    app.polled = world.now;
    app.latest_due = true;
    app.compare_at = world.now;
  }
  if (!compare_due(world, app)) return;
  // An operation looks at what changes while it runs; the next comparison is after its end.
  compare(world, app);
  app.refresh.clear();
}

}  // namespace

void set_spec(World& world, App& app, const std::string& text) {
  const Json before = Json::parse(app.spec);
  app.spec = stored_spec(world, text);
  const Json after = Json::parse(app.spec);
  const auto heals = [&](const Json& spec) {
    return auto_sync_on(world, spec) && spec["syncPolicy"]["automated"].value("selfHeal", false);
  };
  const bool turned_on = (auto_sync_on(world, after) && !auto_sync_on(world, before)) ||
                         (heals(after) && !heals(before));
  if (!turned_on && sources_of(before) == sources_of(after)) return;
  app.latest_due = true;
  app.compare_at = world.now + 1;
}

void note_changes(World& world) {
  for (App& app : world.apps) {
    std::string text = application_json(app, false);
    if (text == app.written) continue;
    app.written = std::move(text);
    app.version = ++world.last_version;
    ++app.generation;
    app.seen.emplace_back(world.now, application_json(app));
    if (app.seen.size() > 50) app.seen.erase(app.seen.begin(), app.seen.begin() + 25);
  }
}

void pass_time(World& world, Seconds seconds) {
  for (Seconds i = 0; i < seconds; ++i) {
    ++world.now;
    while (!world.script.empty() && world.script.begin()->first <= world.now) {
      const auto due = world.script.extract(world.script.begin());
      due.mapped()(world);
    }
    for (App& app : world.apps) run(world, app);
    note_changes(world);
  }
}

}  // namespace backout::test::sim
