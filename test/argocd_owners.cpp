// Those who undo what others change on an Application: its ApplicationSet, its parent Application,
// the image updater.
#include <algorithm>

#include "argocd_controller.h"

namespace backout::test::sim {
namespace {

constexpr std::string_view updater_prefix = "argocd-image-updater.argoproj.io/";

const ApplicationSet* set_of(const World& world, const App& app) {
  for (const Owner& owner : app.owners)
    for (const ApplicationSet& set : world.sets)
      if (owner.kind == "ApplicationSet" && owner.name == set.name) return &set;
  return nullptr;
}

App* parent_of(World& world, const App& app) {
  std::string name;
  if (const auto it = app.annotations.find("argocd.argoproj.io/tracking-id");
      world.tracking != "label" && it != app.annotations.end())
    name = it->second.substr(0, it->second.find(':'));
  else if (const auto label = app.labels.find(world.label_key); label != app.labels.end())
    name = label->second;
  for (App& one : world.apps)
    if (one.name == name && &one != &app) return &one;
  return nullptr;
}

bool names_auto_sync(const Words& pointers) {
  return std::any_of(pointers.begin(), pointers.end(), [](const std::string& one) {
    return one == "/spec/syncPolicy" || one == "/spec/syncPolicy/automated" ||
           one == ".spec.syncPolicy" || one == ".spec.syncPolicy.automated";
  });
}

// `wanted` with the auto-sync of `live`.
Json with_live_auto_sync(Json wanted, const Json& live) {
  const Json policy = live.value("syncPolicy", Json::object());
  if (policy.contains("automated"))
    wanted["syncPolicy"]["automated"] = policy["automated"];
  else if (wanted.contains("syncPolicy"))
    wanted["syncPolicy"].erase("automated");
  return wanted;
}

// What the ApplicationSet controller would write.
Json generated(const ApplicationSet& set, const App& app) {
  Json wanted = Json::parse(app.wanted);
  const Json live = Json::parse(app.spec);
  const bool ignored = names_auto_sync(set.ignored_pointers) || names_auto_sync(set.ignored_jq);
  const bool removed = !live.contains("syncPolicy") || !live["syncPolicy"].contains("automated");
  if (!ignored || (removed && set.puts_back_removed)) return wanted;
  return with_live_auto_sync(wanted, live);
}

bool foreign(const ApplicationSet& set, const std::string& annotation) {
  return std::find(set.preserved_annotations.begin(), set.preserved_annotations.end(),
                   annotation) == set.preserved_annotations.end() &&
         !annotation.starts_with("argocd.argoproj.io/") && !annotation.starts_with(updater_prefix);
}

// True when it is time to act.
bool due(World& world, App& app, bool differs) {
  if (!differs) {
    app.fought_at = 0;
    return false;
  }
  if (app.fought_at == 0) app.fought_at = world.now + world.pace.fight;
  if (world.now < app.fought_at) return false;
  app.fought_at = 0;
  return true;
}

void run_set(World& world, App& app, const ApplicationSet& set) {
  if (set.applications_sync == "create-only" || set.applications_sync == "create-delete") return;
  Json wanted = generated(set, app);
  if (set.rolling_sync && wanted.contains("syncPolicy") &&
      wanted["syncPolicy"].contains("automated"))
    wanted["syncPolicy"]["automated"]["enabled"] = false;
  const bool annotated = std::any_of(app.annotations.begin(), app.annotations.end(),
                                     [&](const auto& one) { return foreign(set, one.first); });
  const bool differs = !same_json(wanted.dump(), app.spec);
  if (!due(world, app, differs || annotated)) return;
  if (differs) set_spec(world, app, wanted.dump());
  std::erase_if(app.annotations, [&](const auto& one) { return foreign(set, one.first); });
}

// `kubectl apply` of the manifest in git: what it does not name stays.
Json applied(const App& parent, const App& child) {
  const Json live = Json::parse(child.spec);
  Json out = live;
  out.merge_patch(Json::parse(child.wanted));
  const Json spec = Json::parse(parent.spec);
  const Json policy = spec.value("syncPolicy", Json::object());
  bool respects = false, ignores = false;
  for (const Json& option : policy.value("syncOptions", Json::array()))
    respects = respects || option == "RespectIgnoreDifferences=true";
  for (const Json& rule : spec.value("ignoreDifferences", Json::array()))
    ignores = ignores || (rule.value("kind", "") == "Application" &&
                          names_auto_sync(rule.value("jsonPointers", Words{})));
  return respects && ignores ? with_live_auto_sync(out, live) : out;
}

void run_parent(World& world, App& child, const App& parent) {
  const Json spec = Json::parse(parent.spec);
  if (!auto_sync_on(world, spec) || !spec["syncPolicy"]["automated"].value("selfHeal", false))
    return;
  const Json wanted = applied(parent, child);
  if (due(world, child, !same_json(wanted.dump(), child.spec)))
    set_spec(world, child, wanted.dump());
}

void run_image_updater(World& world, App& app) {
  const bool watched =
      std::any_of(app.annotations.begin(), app.annotations.end(),
                  [](const auto& one) { return one.first.starts_with(updater_prefix); });
  if (!watched || app.newest_image.empty()) return;
  Json spec = Json::parse(app.spec);
  const Json images = {app.newest_image};
  if (!spec.contains("source") ||
      spec["source"].value("kustomize", Json::object()) == Json{{"images", images}})
    return;
  if (!due(world, app, true)) return;
  spec["source"]["kustomize"] = Json{{"images", images}};
  set_spec(world, app, spec.dump());
}

}  // namespace

void undo_foreign_changes(World& world, App& app) {
  if (app.wanted.empty()) app.wanted = app.spec;
  if (const ApplicationSet* const set = set_of(world, app))
    run_set(world, app, *set);
  else if (const App* const parent = parent_of(world, app))
    run_parent(world, app, *parent);
  run_image_updater(world, app);
}

void reapply_children(World& world, const App& parent) {
  for (App& child : world.apps)
    if (!child.wanted.empty() && parent_of(world, child) == &parent)
      set_spec(world, child, applied(parent, child).dump());
}

}  // namespace backout::test::sim
