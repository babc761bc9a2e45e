// Fields and their order are those of argo-cd's types; what is empty is left out, as Go does.
#include "argocd_json.h"

#include <fmt/format.h>

#include "argocd_controller.h"

namespace backout::test::sim {
namespace {

void put(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}
void put(Json& json, const char* key, bool value) {
  if (value) json[key] = true;
}
void put_parsed(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = Json::parse(text);
}

void put_revisions(Json& json, const Words& revisions, const Words& sources, bool several) {
  if (several) {
    json["revisions"] = revisions;
    for (const std::string& source : sources) json["sources"].push_back(Json::parse(source));
    return;
  }
  if (!revisions.empty()) json["revision"] = revisions[0];
  if (!sources.empty()) json["source"] = Json::parse(sources[0]);
}

Json initiator(const std::string& by, bool automated) {
  Json out = Json::object();
  put(out, "username", by);
  put(out, "automated", automated);
  return out;
}

Json operation_json(const Operation& operation) {
  Json sync = Json::object();
  put_revisions(sync, operation.revisions, operation.sources, operation.several);
  put(sync, "prune", operation.prune);
  put(sync, "dryRun", operation.dry_run);
  if (operation.apply_only) sync["syncStrategy"] = {{"apply", Json::object()}};
  put_parsed(sync, "resources", operation.resources);
  put_parsed(sync, "syncOptions", operation.options);
  Json out = {{"sync", sync}, {"initiatedBy", initiator(operation.by, operation.automated)}};
  put_parsed(out, "info", operation.infos);
  out["retry"] = operation.retry.empty() ? Json::object() : Json::parse(operation.retry);
  return out;
}

Json result_json(const ResourceResult& result) {
  Json out = {{"group", group_of(result.kind)},
              {"version", api_version_of(result.kind)},
              {"kind", result.kind},
              {"namespace", result.name_space},
              {"name", result.name}};
  if (result.hook.empty()) put(out, "status", result.status);
  put(out, "message", result.message);
  put(out, "hookType", result.hook);
  put(out, "hookPhase", result.hook_phase);
  put(out, "syncPhase", result.sync_phase);
  return out;
}

Json state_json(const OperationState& state) {
  Json out = {{"operation", operation_json(state.operation)}, {"phase", state.phase}};
  put(out, "message", state.message);
  if (state.has_result) {
    Json result = Json::object();
    for (const ResourceResult& one : state.results) result["resources"].push_back(result_json(one));
    put_revisions(result, state.revisions, state.sources, state.operation.several);
    out["syncResult"] = result;
  }
  out["startedAt"] = timestamp(state.started);
  if (state.finished > 0) out["finishedAt"] = timestamp(state.finished);
  if (state.retries > 0) out["retryCount"] = state.retries;
  return out;
}

Json history_json(const Deployed& entry) {
  Json out = Json::object();
  if (!entry.several && !entry.revisions.empty()) out["revision"] = entry.revisions[0];
  out["deployedAt"] = timestamp(entry.deployed);
  out["id"] = entry.id;
  if (!entry.several && !entry.sources.empty()) out["source"] = Json::parse(entry.sources[0]);
  out["deployStartedAt"] = timestamp(entry.started);
  if (entry.several) put_revisions(out, entry.revisions, entry.sources, true);
  out["initiatedBy"] = initiator(entry.by, entry.automated);
  return out;
}

Json status_json(const App& app, const Json& spec) {
  Json out = Json::object();
  for (const Live& live : app.live)
    out["resources"].push_back({{"group", group_of(live.is.kind)},
                                {"version", api_version_of(live.is.kind)},
                                {"kind", live.is.kind},
                                {"namespace", live.is.name_space},
                                {"name", live.is.name},
                                {"health", {{"status", live.health}}}});
  Json compared = {{"destination", spec.value("destination", Json::object())}};
  const bool several = several_sources(spec);
  put_revisions(compared, {}, sources_of(spec), several);
  if (several) compared.erase("revisions");
  out["sync"] = {{"status", app.sync}, {"comparedTo", compared}};
  if (several && !app.compared.empty()) out["sync"]["revisions"] = app.compared;
  if (!several && !app.compared.empty()) out["sync"]["revision"] = app.compared[0];
  out["health"] = {{"status", app.health}};
  put(out["health"], "message", app.health_message);
  for (const Deployed& entry : app.history) out["history"].push_back(history_json(entry));
  for (const Condition& one : app.conditions)
    out["conditions"].push_back({{"type", one.type},
                                 {"message", one.message},
                                 {"lastTransitionTime", timestamp(app.reconciled)}});
  if (app.reconciled > 0) out["reconciledAt"] = timestamp(app.reconciled);
  if (app.state) out["operationState"] = state_json(*app.state);
  Json images = Json::array();
  for (const Live& live : app.live)
    if (live.is.content.find('/') != std::string::npos) images.push_back(live.is.content);
  out["summary"] = images.empty() ? Json::object() : Json{{"images", images}};
  for (const auto& [key, text] : app.status_extra) out[key] = Json::parse(text);
  return out;
}

Json metadata_json(const App& app, bool version) {
  Json out = {{"name", app.name},
              {"namespace", app.name_space},
              {"uid", fmt::format("uid-{}-{}", app.name_space, app.name)}};
  if (version) {
    out["resourceVersion"] = std::to_string(app.version);
    out["generation"] = app.generation;
  }
  out["creationTimestamp"] = "2026-01-01T00:00:00Z";
  if (app.deleting) out["deletionTimestamp"] = "2026-11-21T09:59:00Z";
  if (!app.labels.empty()) out["labels"] = app.labels;
  auto annotations = app.annotations;
  if (!app.refresh.empty()) annotations["argocd.argoproj.io/refresh"] = app.refresh;
  if (!annotations.empty()) out["annotations"] = annotations;
  if (!app.finalizers.empty()) out["finalizers"] = app.finalizers;
  for (const Owner& owner : app.owners)
    out["ownerReferences"].push_back({{"apiVersion", "argoproj.io/v1alpha1"},
                                      {"kind", owner.kind},
                                      {"name", owner.name},
                                      {"uid", "uid-" + owner.name},
                                      {"controller", true},
                                      {"blockOwnerDeletion", true}});
  return out;
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
  Json out = {
      {"apiVersion", "argoproj.io/v1alpha1"},
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
        {"template",
         {{"metadata", {{"labels", {{"app", rollout.name}}}}},
          {"spec",
           {{"containers", Json::array({{{"name", "main"}, {"image", rollout.image}}})}}}}}}}};
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

std::string application_json(const App& app, bool version) {
  const Json spec = Json::parse(app.spec);
  std::string out = "{\"metadata\":" + metadata_json(app, version).dump() +
                    ",\"spec\":" + app.spec + ",\"status\":" + status_json(app, spec).dump();
  if (app.operation) out += ",\"operation\":" + operation_json(*app.operation).dump();
  return out + "}";
}

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
