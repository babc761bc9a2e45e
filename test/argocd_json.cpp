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

}  // namespace

std::string application_json(const App& app, bool version) {
  const Json spec = Json::parse(app.spec);
  std::string out = "{\"metadata\":" + metadata_json(app, version).dump() +
                    ",\"spec\":" + app.spec + ",\"status\":" + status_json(app, spec).dump();
  if (app.operation) out += ",\"operation\":" + operation_json(*app.operation).dump();
  return out + "}";
}

}  // namespace backout::test::sim
