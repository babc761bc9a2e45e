// The objects that Argo CD manages, and its views of them.
#include <fmt/format.h>

#include "argocd_controller.h"
#include "argocd_json.h"

namespace backout::test::sim {
namespace {

void put(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}
void put(Json& json, const char* key, bool value) {
  if (value) json[key] = true;
}

Json pod_template(const std::string& name, const std::string& image) {
  const Json containers = Json::array({{{"name", "main"}, {"image", image}}});
  return {{"metadata", {{"labels", {{"app", name}}}}}, {"spec", {{"containers", containers}}}};
}

Json conditions(const Rollout& rollout) {
  const std::string reason = rollout.message.substr(0, rollout.message.find(':'));
  const bool failed = rollout.phase == "Degraded";
  const std::string progress = failed                       ? reason
                               : rollout.phase == "Paused"  ? "RolloutPaused"
                               : rollout.phase == "Healthy" ? "NewReplicaSetAvailable"
                                                            : "ReplicaSetUpdated";
  return Json::array(
      {{{"type", "Progressing"},
        {"status", failed                      ? "False"
                   : rollout.phase == "Paused" ? "Unknown"
                                               : "True"},
        {"reason", progress},
        {"message", rollout.message}},
       {{"type", "Healthy"}, {"status", rollout.phase == "Healthy" ? "True" : "False"}}});
}

Json rollout_object(const Rollout& rollout) {
  Json steps = Json::array();
  for (const RolloutStep& step : rollout.steps) {
    Json one = Json::object();
    if (step.weight >= 0)
      one["setWeight"] = step.weight;
    else if (step.pause < 0)
      one["pause"] = Json::object();
    else
      one["pause"] = {{"duration", step.pause}};
    steps.push_back(std::move(one));
  }
  Json out = {{"apiVersion", "argoproj.io/v1alpha1"},
              {"kind", "Rollout"},
              {"metadata",
               {{"name", rollout.name},
                {"namespace", rollout.name_space},
                {"generation", rollout.generation},
                {"annotations",
                 {{"rollout.argoproj.io/revision", std::to_string(rollout.hashes.size())}}}}},
              {"spec",
               {{"replicas", rollout.replicas},
                {"selector", {{"matchLabels", {{"app", rollout.name}}}}},
                {"strategy", {{"canary", {{"steps", steps}}}}},
                {"template", pod_template(rollout.name, rollout.image)}}}};
  if (rollout.spec_paused) out["spec"]["paused"] = true;
  if (rollout.rollback_window > 0)
    out["spec"]["rollbackWindow"] = {{"revisions", rollout.rollback_window}};
  const int available = rollout.stable_available + rollout.canary_available;
  Json status = {
      {"observedGeneration", std::to_string(rollout.observed)},
      {"phase", rollout.phase},
      {"currentPodHash", rollout.current},
      {"stableRS", rollout.stable},
      {"currentStepIndex", rollout.step},
      {"replicas", available},
      {"updatedReplicas",
       rollout.current == rollout.stable ? rollout.stable_available : rollout.canary_available},
      {"readyReplicas", available},
      {"availableReplicas", available},
      {"canary",
       {{"weights",
         {{"canary", {{"podTemplateHash", rollout.current}, {"weight", rollout.weight}}},
          {"stable", {{"podTemplateHash", rollout.stable}, {"weight", 100 - rollout.weight}}}}}}}};
  put(status, "message", rollout.message);
  status["conditions"] = conditions(rollout);
  put(status, "abort", rollout.abort);
  if (rollout.aborted) status["abortedAt"] = "2026-11-21T10:00:00Z";
  put(status, "promoteFull", rollout.promote_full);
  put(status, "controllerPause", rollout.controller_pause);
  for (const std::string& reason : rollout.pauses)
    status["pauseConditions"].push_back(
        {{"reason", reason}, {"startTime", "2026-11-21T10:00:00Z"}});
  out["status"] = std::move(status);
  return out;
}

Json node(const std::string& kind, const std::string& name_space, const std::string& name) {
  Json out = Json::object();
  put(out, "group", group_of(kind));
  out["version"] = api_version_of(kind);
  out["kind"] = kind;
  out["namespace"] = name_space;
  out["name"] = name;
  out["uid"] = fmt::format("uid-{}-{}-{}", kind, name_space, name);
  return out;
}

}  // namespace

Json manifest_object(const Manifest& manifest) {
  const std::string group = group_of(manifest.kind);
  Json out = {{"apiVersion", (group.empty() ? "" : group + "/") + api_version_of(manifest.kind)},
              {"kind", manifest.kind},
              {"metadata", {{"name", manifest.name}, {"namespace", manifest.name_space}}}};
  Json annotations = Json::object();
  if (!manifest.hook.empty()) annotations["argocd.argoproj.io/hook"] = manifest.hook;
  if (manifest.wave != 0)
    annotations["argocd.argoproj.io/sync-wave"] = std::to_string(manifest.wave);
  if (!manifest.prune.empty())
    annotations["argocd.argoproj.io/sync-options"] = "Prune=" + manifest.prune;
  if (!annotations.empty()) out["metadata"]["annotations"] = annotations;
  const Json containers = Json::array({{{"name", "main"}, {"image", manifest.content}}});
  if (manifest.content.find('/') != std::string::npos)
    out["spec"]["template"]["spec"]["containers"] = containers;
  else
    out["data"]["content"] = manifest.content;
  return out;
}

Json replica_set_object(const App& app, std::string_view name) {
  for (const Rollout& rollout : app.rollouts)
    for (std::size_t i = 0; i < rollout.hashes.size(); ++i) {
      const std::string& hash = rollout.hashes[i];
      if (name != rollout.name + "-" + hash) continue;
      const int pods = hash == rollout.stable    ? rollout.stable_available
                       : hash == rollout.current ? rollout.canary_available
                                                 : 0;
      const auto image = rollout.images.find(hash);
      Json pod = pod_template(rollout.name, image == rollout.images.end() ? "" : image->second);
      pod["metadata"]["labels"]["rollouts-pod-template-hash"] = hash;
      const std::string uid = fmt::format("uid-Rollout-{}-{}", rollout.name_space, rollout.name);
      return {
          {"apiVersion", "apps/v1"},
          {"kind", "ReplicaSet"},
          {"metadata",
           {{"name", name},
            {"namespace", rollout.name_space},
            {"uid", fmt::format("uid-ReplicaSet-{}-{}", rollout.name_space, name)},
            {"labels", {{"rollouts-pod-template-hash", hash}}},
            {"annotations", {{"rollout.argoproj.io/revision", std::to_string(i + 1)}}},
            {"ownerReferences", Json::array({{{"kind", "Rollout"},
                                              {"name", rollout.name},
                                              {"uid", uid},
                                              {"controller", true}}})}}},
          {"spec", {{"replicas", pods}, {"template", pod}}},
          {"status", {{"replicas", pods}, {"readyReplicas", pods}, {"availableReplicas", pods}}}};
    }
  return nullptr;
}

Json live_object(const App& app, const Live& live) {
  Json out = live.is.kind == "Rollout" ? rollout_object(*find_rollout(app, live.is.name))
                                       : manifest_object(live.is);
  out["metadata"]["uid"] =
      fmt::format("uid-{}-{}-{}", live.is.kind, live.is.name_space, live.is.name);
  if (live.deleting) out["metadata"]["deletionTimestamp"] = "2026-11-21T09:59:00Z";
  return out;
}

Json resource_tree(const World& world, const App& app) {
  Json nodes = Json::array();
  for (const Live& live : app.live) {
    Json one = node(live.is.kind, live.is.name_space, live.is.name);
    if (live.is.content.find('/') != std::string::npos) one["images"] = {live.is.content};
    one["health"] = {{"status", live.health}};
    one["createdAt"] = timestamp(world.now - 86400);
    const Rollout* const rollout =
        live.is.kind == "Rollout" ? find_rollout(app, live.is.name) : nullptr;
    if (rollout) {
      put(one["health"], "message", rollout->message);
      int number = 0;
      for (const std::string& hash : rollout->hashes) {
        Json set = node("ReplicaSet", live.is.name_space, live.is.name + "-" + hash);
        set["parentRefs"] = Json::array({{{"group", "argoproj.io"},
                                          {"kind", "Rollout"},
                                          {"namespace", live.is.name_space},
                                          {"name", live.is.name},
                                          {"uid", one["uid"]}}});
        set["info"] =
            Json::array({{{"name", "Revision"}, {"value", fmt::format("Rev:{}", ++number)}}});
        nodes.push_back(std::move(set));
      }
    }
    nodes.push_back(std::move(one));
  }
  return {{"nodes", nodes}};
}

Json managed_resources(const World& world, const App& app) {
  std::string why;
  const Json spec = Json::parse(app.spec);
  const auto wanted = render(world, sources_of(spec), app.compared, why);
  Json items = Json::array();
  const auto item = [&](const Manifest& manifest, const std::string& target,
                        const std::string& live) {
    Json one = Json::object();
    put(one, "group", group_of(manifest.kind));
    one["kind"] = manifest.kind;
    one["namespace"] = manifest.name_space;
    one["name"] = manifest.name;
    one["targetState"] = target;
    one["liveState"] = live;
    one["normalizedLiveState"] = live;
    one["predictedLiveState"] = target;
    items.push_back(std::move(one));
  };
  std::set<std::string> seen;
  for (const Live& live : app.live) {
    std::string target = "null";
    if (wanted)
      for (const Manifest& one : *wanted)
        if (one.kind == live.is.kind && one.name == live.is.name)
          target = manifest_object(one).dump();
    seen.insert(live.is.kind + "/" + live.is.name);
    item(live.is, target, live_object(app, live).dump());
  }
  if (wanted)
    for (const Manifest& one : *wanted)
      if (one.hook.empty() && seen.count(one.kind + "/" + one.name) == 0)
        item(one, manifest_object(one).dump(), "null");
  return {{"items", items}};
}

Json application_set(const World& world, const ApplicationSet& set) {
  Json spec = {{"generators", Json::array({{{"list", {{"elements", Json::array()}}}}})},
               {"template", {{"metadata", {{"name", "{{name}}"}}}, {"spec", Json::object()}}}};
  for (const App& app : world.apps)
    if (!app.owners.empty() && app.owners[0].name == set.name)
      spec["template"]["spec"] = Json::parse(app.wanted.empty() ? app.spec : app.wanted);
  if (set.applications_sync != "sync")
    spec["syncPolicy"] = {{"applicationsSync", set.applications_sync}};
  Json rule = Json::object();
  if (!set.ignored_pointers.empty()) rule["jsonPointers"] = set.ignored_pointers;
  if (!set.ignored_jq.empty()) rule["jqPathExpressions"] = set.ignored_jq;
  if (!rule.empty()) spec["ignoreApplicationDifferences"] = Json::array({rule});
  if (!set.preserved_annotations.empty())
    spec["preservedFields"] = {{"annotations", set.preserved_annotations}};
  if (set.rolling_sync)
    spec["strategy"] = {{"type", "RollingSync"}, {"rollingSync", {{"steps", Json::array()}}}};
  return {{"metadata", {{"name", set.name}, {"namespace", world.control_plane}}}, {"spec", spec}};
}

}  // namespace backout::test::sim
