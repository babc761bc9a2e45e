// Requests that change something: the spec, and the operation slot.
#include <fmt/format.h>

#include <algorithm>

#include "argocd_controller.h"
#include "argocd_json.h"
#include "argocd_patch.h"
#include "argocd_routes.h"

namespace backout::test::sim {
namespace {

// Nothing, or why the server does not take this spec: it asks the repo-server to render it.
std::string invalid(const World& world, const App& app, const Json& spec) {
  std::string why;
  const Words sources = sources_of(spec);
  if (const auto revisions = resolve_targets(world, sources, why);
      revisions && render(world, sources, *revisions, why))
    return {};
  return fmt::format(
      "application spec for {} is invalid: InvalidSpecError: Unable to generate manifests in {}: "
      "rpc error: code = Unknown desc = {}",
      app.name, sources.empty() ? "" : text_of(Json::parse(sources[0]), "path"), why);
}

bool validates(const Call& call) { return query_value(call, "validate") != "false"; }

HttpReply put_spec(Call& call) {
  HttpReply reply;
  const Json spec = Json::parse(call.request.body, nullptr, false);
  if (!spec.is_object()) return refuse(invalid_argument, "json: cannot unmarshal");
  App* const app = need_app_of_query(call, "update", reply);
  if (!app) return reply;
  if (validates(call))
    if (const std::string why = invalid(call.world, *app, spec); !why.empty())
      return refuse(invalid_argument, why);
  set_spec(call.world, *app, call.request.body);
  return {200, app->spec};
}

// What an update of the whole object may change.
void take_over(World& world, App& app, const Json& given, const std::string& spec) {
  const Json metadata = given.value("metadata", Json::object());
  const auto texts = [&](const char* key) {
    return metadata.contains(key) && metadata[key].is_object()
               ? metadata[key].get<std::map<std::string, std::string>>()
               : std::map<std::string, std::string>();
  };
  app.labels = texts("labels");
  app.annotations = texts("annotations");
  app.annotations.erase("argocd.argoproj.io/refresh");
  app.finalizers = metadata.value("finalizers", Words{});
  set_spec(world, app, spec);
}

HttpReply put_app(Call& call) {
  HttpReply reply;
  const Json given = Json::parse(call.request.body, nullptr, false);
  if (!given.is_object() || !given.contains("spec"))
    return refuse(invalid_argument, "json: cannot unmarshal");
  const Json metadata = given.value("metadata", Json::object());
  App* const app =
      need_app(call, "get", text_of(metadata, "namespace"), query_value(call, "project"), reply);
  if (!app) return reply;
  if (!allowed(call, "update")) return denied(call, *app, "update");
  if (validates(call))
    if (const std::string why = invalid(call.world, *app, given["spec"]); !why.empty())
      return refuse(invalid_argument, why);
  take_over(call.world, *app, given, raw_member(call.request.body, "spec"));
  return {200, application_json(*app)};
}

HttpReply patch_app(Call& call) {
  HttpReply reply;
  if (!decode(call,
              {{"name", 's'},
               {"patch", 's'},
               {"patchType", 's'},
               {"appNamespace", 's'},
               {"project", 's'}},
              "ApplicationPatchRequest", reply))
    return reply;
  App* const app = need_app_of_body(call, "get", reply);
  if (!app) return reply;
  if (!allowed(call, "update")) return denied(call, *app, "update");
  const std::string type = text_of(call.body, "patchType");
  if (type != "json" && type != "merge")
    return refuse(invalid_argument, fmt::format("Patch type '{}' is not supported", type));
  Json changed = Json::parse(application_json(*app));
  if (const std::string why = patch(changed, text_of(call.body, "patch"), type == "merge");
      !why.empty())
    return refuse(unknown, why);
  if (!changed.is_object() || !changed["spec"].is_object())
    return refuse(unknown, "json: cannot unmarshal into Go value of type v1alpha1.Application");
  if (const std::string why = invalid(call.world, *app, changed["spec"]); !why.empty())
    return refuse(invalid_argument, why);
  // The spec's bytes stay when the patch was about something else.
  const std::string spec = changed["spec"].dump();
  take_over(call.world, *app, changed, spec == Json::parse(app->spec).dump() ? app->spec : spec);
  return {200, application_json(*app)};
}

HttpReply occupy_slot(Call& call, App& app, Operation operation) {
  operation.by = call.token->user;
  operation.deploys_instead = std::exchange(app.next_deploys, {});
  if (!start_operation(call.world, app, std::move(operation)))
    return refuse(failed_precondition, "another operation is already in progress");
  note_changes(call.world);
  return {200, application_json(app)};
}

// The revisions that a sync goes to, one for each source.
std::optional<Words> sync_revisions(Call& call, const App& app, const Json& spec,
                                    HttpReply& reply) {
  const Words sources = sources_of(spec);
  const bool several = several_sources(spec);
  Words asked(sources.size());
  if (!several && !asked.empty()) asked[0] = text_of(call.body, "revision");
  if (several && version_of(call.world) >= 211 && call.body.contains("sourcePositions")) {
    const Json positions = call.body["sourcePositions"];
    const Words revisions = call.body.value("revisions", Words{});
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const auto position = positions[i].get<std::int64_t>();
      if (position <= 0 || position > static_cast<std::int64_t>(sources.size())) {
        reply = refuse(unknown, "source position is out of range");
        return std::nullopt;
      }
      if (i >= revisions.size()) {
        reply =
            refuse(internal, fmt::format("runtime error: index out of range [{}] with length {}", i,
                                         revisions.size()));
        return std::nullopt;
      }
      asked[static_cast<std::size_t>(position - 1)] = revisions[i];
    }
  }
  const bool dry_run = call.body.value("dryRun", false);
  Words out;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Json source = Json::parse(sources[i]);
    std::string target = text_of(source, "targetRevision");
    if (target.empty()) target = "HEAD";
    if (!asked[i].empty() && asked[i] != target) {
      if (version_of(call.world) >= 303 && call.world.override_right_for_revisions &&
          !allowed(call, "override")) {
        reply = denied(call, app, "override");
        return std::nullopt;
      }
      if (auto_sync_on(call.world, spec) && !dry_run) {
        const std::string what =
            several ? fmt::format("source {} ", text_of(source, "repoURL")) : std::string();
        reply = refuse(failed_precondition,
                       fmt::format("Cannot sync {}to {}: auto-sync currently set to {}", what,
                                   asked[i], target));
        return std::nullopt;
      }
    }
    std::string why;
    const auto revision =
        resolve(call.world, sources[i], asked[i].empty() ? target : asked[i], why);
    if (!revision) {
      reply = refuse(failed_precondition, why);
      return std::nullopt;
    }
    out.push_back(*revision);
  }
  return out;
}

std::string dumped(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && !json[key].empty() ? json[key].dump()
                                                                      : std::string();
}

HttpReply sync_app(Call& call) {
  HttpReply reply;
  if (!decode(call,
              {{"name", 's'},
               {"appNamespace", 's'},
               {"project", 's'},
               {"revision", 's'},
               {"revisions", 'S'},
               {"sourcePositions", 'N'},
               {"dryRun", 'b'},
               {"prune", 'b'},
               {"strategy", 'o'},
               {"resources", 'O'},
               {"manifests", 'S'},
               {"infos", 'O'},
               {"retryStrategy", 'o'},
               {"syncOptions", 'o'}},
              "ApplicationSyncRequest", reply))
    return reply;
  App* const app = need_app_of_body(call, "get", reply);
  if (!app) return reply;
  if (!can_sync(*app, true))
    return refuse(permission_denied, "cannot sync: blocked by sync window");
  if (!allowed(call, "sync")) return denied(call, *app, "sync");
  if (app->deleting) return refuse(failed_precondition, "application is deleting");
  const Json spec = Json::parse(app->spec);
  const auto revisions = sync_revisions(call, *app, spec, reply);
  if (!revisions) return reply;
  const Json policy = spec.value("syncPolicy", Json::object());
  const Json options = call.body.contains("syncOptions")
                           ? call.body["syncOptions"].value("items", Json::array())
                           : policy.value("syncOptions", Json::array());
  for (const Json& option : options)
    if (option == "Replace=true" && !call.world.replace_allowed)
      return refuse(failed_precondition,
                    "sync with replace was disabled on the API Server level via the server "
                    "configuration");
  Operation operation{.revisions = *revisions, .sources = sources_of(spec)};
  operation.several = several_sources(spec);
  operation.prune = call.body.value("prune", false);
  operation.dry_run = call.body.value("dryRun", false);
  operation.apply_only = call.body.contains("strategy") && call.body["strategy"].contains("apply");
  operation.resources = dumped(call.body, "resources");
  operation.options = options.empty() ? "" : options.dump();
  operation.infos = dumped(call.body, "infos");
  operation.retry = call.body.contains("retryStrategy") ? dumped(call.body, "retryStrategy")
                                                        : dumped(policy, "retry");
  return occupy_slot(call, *app, std::move(operation));
}

HttpReply rollback_app(Call& call) {
  HttpReply reply;
  if (!decode(call,
              {{"name", 's'},
               {"id", 'n'},
               {"dryRun", 'b'},
               {"prune", 'b'},
               {"appNamespace", 's'},
               {"project", 's'}},
              "ApplicationRollbackRequest", reply))
    return reply;
  if (!call.body.contains("id"))
    return refuse(internal,
                  "grpc: error while marshaling: proto: required field "
                  "\"application.ApplicationRollbackRequest.id\" not set");
  const bool own_right = version_of(call.world) >= 306 && call.world.rollback_right;
  App* const app = need_app_of_body(call, own_right ? "rollback" : "sync", reply);
  if (!app) return reply;
  if (app->deleting) return refuse(failed_precondition, "application is deleting");
  const Json spec = Json::parse(app->spec);
  if (auto_sync_on(call.world, spec))
    return refuse(failed_precondition, "rollback cannot be initiated when auto-sync is enabled");
  const auto id = call.body["id"].get<std::int64_t>();
  const auto entry = std::find_if(app->history.begin(), app->history.end(),
                                  [&](const Deployed& one) { return one.id == id; });
  if (entry == app->history.end())
    return refuse(invalid_argument,
                  fmt::format("application {}/{} does not have deployment with id {}",
                              app->name_space, app->name, id));
  if (entry->sources.empty() || (entry->several && version_of(call.world) < 212))
    return refuse(failed_precondition,
                  "cannot rollback to revision deployed with Argo CD v0.11 or lower. sync to "
                  "revision instead.");
  Operation operation{.revisions = entry->revisions, .sources = entry->sources};
  operation.several = entry->several;
  operation.apply_only = true;
  operation.prune = call.body.value("prune", false);
  operation.dry_run = call.body.value("dryRun", false);
  operation.options = dumped(spec.value("syncPolicy", Json::object()), "syncOptions");
  return occupy_slot(call, *app, std::move(operation));
}

HttpReply terminate(Call& call) {
  HttpReply reply;
  App* const app = need_app_of_query(call, "sync", reply);
  if (!app) return reply;
  if (!app->operation || !app->state)
    return refuse(invalid_argument, "Unable to terminate operation. No operation is in progress");
  app->state->phase = "Terminating";
  app->state->message = "operation is terminating";
  app->terminated = call.world.now;
  return answer(Json::object());
}

}  // namespace

const std::vector<Route>& changing_routes() {
  static const std::vector<Route> routes = {
      {"PUT", "v1/applications/{}/spec", put_spec},
      {"PUT", "v1/applications/{}", put_app},
      {"PATCH", "v1/applications/{}", patch_app},
      {"POST", "v1/applications/{}/sync", sync_app},
      {"POST", "v1/applications/{}/rollback", rollback_app},
      {"DELETE", "v1/applications/{}/operation", terminate},
  };
  return routes;
}

}  // namespace backout::test::sim
