// Comparing the cluster with the target, and what auto-sync makes of it. The comparison is always
// with the target of the spec, never with what was deployed: after a rollback it says OutOfSync.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "argocd_controller.h"

namespace backout::test::sim {
namespace {

int badness(std::string_view health) {
  constexpr std::array<std::string_view, 6> order = {"Healthy", "Suspended", "Progressing",
                                                     "Missing", "Degraded",  "Unknown"};
  return static_cast<int>(std::find(order.begin(), order.end(), health) - order.begin());
}

bool same_object(const Manifest& a, const Manifest& b) {
  return a.kind == b.kind && a.name == b.name && a.name_space == b.name_space;
}

const Live* find_live(const App& app, const Manifest& manifest) {
  for (const Live& live : app.live)
    if (same_object(live.is, manifest)) return &live;
  return nullptr;
}

struct Comparison {
  Words revisions, sources;
  std::vector<Manifest> wanted;
  std::vector<const Manifest*> different;  // in `wanted`: missing or of other content
  int extra = 0;                           // to be pruned
};

void judge_health(const World& world, App& app, const Comparison& found) {
  app.health = "Healthy";
  const auto worsen = [&](const std::string& health) {
    if (badness(health) > badness(app.health)) app.health = health;
  };
  std::size_t missing = 0;
  for (const Manifest& manifest : found.wanted) missing += find_live(app, manifest) ? 0 : 1;
  // From 3.4 on objects that are missing count only when all are.
  if (missing > 0 && (version_of(world) < 304 || missing == found.wanted.size())) worsen("Missing");
  for (const Live& live : app.live) worsen(live.health);
}

void set_condition(App& app, const std::string& type, std::string message) {
  std::erase_if(app.conditions, [&](const Condition& one) { return one.type == type; });
  if (!message.empty()) app.conditions.push_back({type, std::move(message)});
}

Json resource_list(const std::vector<const Manifest*>& manifests) {
  Json out = Json::array();
  for (const Manifest* one : manifests)
    out.push_back({{"group", group_of(one->kind)}, {"kind", one->kind}, {"name", one->name}});
  return out;
}

void auto_sync(World& world, App& app, const Comparison& found) {
  const Json spec = Json::parse(app.spec);
  const bool rolling =
      std::any_of(world.sets.begin(), world.sets.end(), [&](const ApplicationSet& set) {
        return set.rolling_sync && !app.owners.empty() && app.owners[0].name == set.name;
      });
  const bool marches = rolling && app.rolled != found.revisions;
  if (app.sync != "OutOfSync" || app.operation || app.deleting) return;
  if (!auto_sync_on(world, spec) && !marches) return;
  if (!can_sync(app, false)) return;
  const Json policy = spec["syncPolicy"].value("automated", Json::object());
  const bool prune = policy.value("prune", false);
  if (found.different.empty() && !prune) return;  // nothing to do but to prune
  if (found.wanted.empty() && !policy.value("allowEmpty", false))
    return set_condition(app, "SyncError",
                         "Skipping sync attempt to delete all resources: auto-sync will wipe out "
                         "all resources");
  Operation operation{.revisions = found.revisions};
  operation.several = several_sources(spec);
  operation.automated = true;
  operation.prune = prune;
  operation.retry =
      spec["syncPolicy"].contains("retry") ? spec["syncPolicy"]["retry"].dump() : R"({"limit":5})";
  const bool attempted = app.state && app.state->revisions == found.revisions &&
                         app.state->sources == found.sources && !app.state->operation.dry_run;
  if (attempted && !marches) {
    if (app.state->phase != "Succeeded")
      return set_condition(app, "SyncError",
                           fmt::format("Failed last sync attempt to [{}]: {}",
                                       fmt::join(found.revisions, " "), app.state->message));
    if (!policy.value("selfHeal", false)) return;
    if (world.now < std::max(app.state->finished, app.healed) + world.pace.heal) {
      app.compare_at = world.now + world.pace.heal;
      return;
    }
    app.healed = world.now;
    if (!found.different.empty()) operation.resources = resource_list(found.different).dump();
  }
  set_condition(app, "SyncError", "");
  app.rolled = found.revisions;
  start_operation(world, app, std::move(operation));
}

}  // namespace

void compare(World& world, App& app) {
  const Json spec = Json::parse(app.spec);
  Comparison found;
  found.sources = sources_of(spec);
  std::string why;
  const bool latest = app.latest_due || app.compared.size() != found.sources.size();
  const auto revisions =
      latest ? resolve_targets(world, found.sources, why) : std::optional<Words>(app.compared);
  if (revisions) app.compared = found.revisions = *revisions;
  auto wanted = revisions ? render(world, found.sources, *revisions, why) : std::nullopt;
  app.latest_due = false;
  app.compare_at = 0;
  app.reconciled = world.now;
  set_condition(app, "ComparisonError", why);
  if (!wanted) {
    app.sync = "Unknown";
    judge_health(world, app, found);
    return;
  }
  std::erase_if(*wanted, [](const Manifest& one) { return !one.hook.empty(); });
  found.wanted = std::move(*wanted);
  for (const Manifest& manifest : found.wanted) {
    const Live* const live = find_live(app, manifest);
    if (!live || live->is.content != manifest.content) found.different.push_back(&manifest);
  }
  for (const Live& live : app.live)
    found.extra += std::none_of(found.wanted.begin(), found.wanted.end(),
                                [&](const Manifest& one) { return same_object(one, live.is); });
  app.sync = found.different.empty() && found.extra == 0 ? "Synced" : "OutOfSync";
  judge_health(world, app, found);
  auto_sync(world, app, found);
}

}  // namespace backout::test::sim
