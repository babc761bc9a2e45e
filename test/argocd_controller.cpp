// One second after the other.
#include "argocd_controller.h"

#include <algorithm>

#include "argocd_json.h"

namespace backout::test::sim {
namespace {

std::string digest(const App& app) {
  std::string out;
  for (const Live& live : app.live)
    out += live.is.kind + "/" + live.is.name + "/" + live.is.content + "/" + live.health + "\n";
  return out;
}

void update_live(const World& world, App& app) {
  std::erase_if(app.live, [&](const Live& live) {
    return live.deleting && live.gone > 0 && world.now >= live.gone;
  });
  for (Live& live : app.live)
    live.health = live.is.kind == "Rollout"  ? health_of(*find_rollout(app, live.is.name))
                  : world.now < live.settles ? "Progressing"
                                             : live.is.health;
}

void run(World& world, App& app) {
  for (Rollout& rollout : app.rollouts) run_rollout(world, rollout);
  hydrate(world, app);
  undo_foreign_changes(world, app);
  run_operation(world, app);
  if (app.polled == 0) app.polled = world.now;
  if (world.now - app.polled >= world.pace.poll) {
    app.polled = world.now;
    app.latest_due = true;
    app.compare_at = world.now;
  }
  update_live(world, app);
  // What changes in the cluster is noticed, though not at once.
  std::string live = digest(app);
  if (app.compare_at == 0 && live != app.compared_live)
    app.compare_at = world.now + world.pace.compare;
  if (app.compare_at == 0 || world.now < app.compare_at) return;
  app.compared_live = std::move(live);
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
