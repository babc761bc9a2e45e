// Reads what json.h finds; absent fields stay empty.
#include "argocd/application.h"

#include <fmt/format.h>

#include "argocd/json.h"

namespace backout::argocd {
namespace {

Source read_source(Json json) {
  return {text(json, {"repoURL"}),        text(json, {"path"}), text(json, {"chart"}),
          text(json, {"targetRevision"}), text(json, {"name"}), text(json, {"ref"})};
}

// `sources` when there are any, else `source`: Argo CD's own order.
std::vector<Source> read_sources(Json json) {
  std::vector<Source> out;
  each(json, {"sources"}, [&](Json one) { out.push_back(read_source(one)); });
  if (out.empty())
    if (const auto one = at(json, {"source"}); one && one->is_object())
      out.push_back(read_source(*one));
  return out;
}

std::vector<std::string> read_revisions(Json json) {
  std::vector<std::string> out = texts(json, {"revisions"});
  if (out.empty())
    if (std::string one = text(json, {"revision"}); !one.empty()) out.push_back(std::move(one));
  return out;
}

Deployment read_deployment(Json json) {
  return {number(json, {"id"}),
          read_revisions(json),
          read_sources(json),
          text(json, {"deployStartedAt"}),
          text(json, {"deployedAt"}),
          text(json, {"initiatedBy", "username"}),
          flag(json, {"initiatedBy", "automated"})};
}

ResourceStatus read_resource(Json json) {
  return {text(json, {"kind"}),   text(json, {"namespace"}), text(json, {"name"}),
          text(json, {"status"}), text(json, {"message"}),   text(json, {"health", "status"})};
}

// `operation.info`: what who asked for it says of it.
std::string read_reason(Json operation) {
  std::string out;
  each(operation, {"info"}, [&](Json one) {
    if (text(one, {"name"}) == "Reason") out = text(one, {"value"});
  });
  return out;
}

Operation read_operation(Json json) {
  Operation out;
  out.phase = text(json, {"phase"});
  out.message = text(json, {"message"});
  out.started_at = text(json, {"startedAt"});
  out.finished_at = text(json, {"finishedAt"});
  out.retries = number(json, {"retryCount"});
  out.by = text(json, {"operation", "initiatedBy", "username"});
  out.automated = flag(json, {"operation", "initiatedBy", "automated"});
  if (const auto asked = at(json, {"operation"})) out.reason = read_reason(*asked);
  out.dry_run = flag(json, {"operation", "sync", "dryRun"});
  each(json, {"operation", "sync", "resources"}, [&](Json) { out.selective = true; });
  if (const auto result = at(json, {"syncResult"})) out.revisions = read_revisions(*result);
  if (out.revisions.empty())
    if (const auto asked = at(json, {"operation", "sync"})) out.revisions = read_revisions(*asked);
  each(json, {"syncResult", "resources"},
       [&](Json one) { out.applied.push_back(read_resource(one)); });
  return out;
}

AutoSync read_auto_sync(Json spec) {
  AutoSync out;
  const auto automated = at(spec, {"syncPolicy", "automated"});
  out.written = automated && automated->is_object();
  if (!out.written) return out;
  out.on = flag(*automated, {"enabled"}, true);
  out.prune = flag(*automated, {"prune"});
  out.self_heal = flag(*automated, {"selfHeal"});
  out.allow_empty = flag(*automated, {"allowEmpty"});
  return out;
}

void read_spec(Json spec, Application& out) {
  out.project = text(spec, {"project"});
  out.sources = read_sources(spec);
  each(spec, {"sources"}, [&](Json) { out.several_sources = true; });
  out.hydrated = at(spec, {"sourceHydrator"}).has_value();
  if (out.hydrated && out.sources.empty())
    out.sources.push_back({text(spec, {"sourceHydrator", "drySource", "repoURL"}),
                           text(spec, {"sourceHydrator", "syncSource", "path"}),
                           {},
                           text(spec, {"sourceHydrator", "syncSource", "targetBranch"}),
                           {},
                           {}});
  out.auto_sync = read_auto_sync(spec);
  out.history_limit = number(spec, {"revisionHistoryLimit"}, 10);
}

void read_status(Json status, Application& out) {
  each(status, {"history"}, [&](Json one) { out.history.push_back(read_deployment(one)); });
  out.sync_status = text(status, {"sync", "status"});
  if (const auto sync = at(status, {"sync"})) out.targets = read_revisions(*sync);
  out.health = text(status, {"health", "status"});
  out.health_message = text(status, {"health", "message"});
  out.reconciled_at = text(status, {"reconciledAt"});
  if (const auto operation = at(status, {"operationState"}); operation && operation->is_object())
    out.operation = read_operation(*operation);
  each(status, {"resources"}, [&](Json one) { out.resources.push_back(read_resource(one)); });
  out.images = texts(status, {"summary", "images"});
  each(status, {"conditions"}, [&](Json one) {
    out.conditions.push_back(
        {text(one, {"type"}), text(one, {"message"}), text(one, {"lastTransitionTime"})});
  });
}

}  // namespace

std::optional<Application> read_application(std::string json, std::string& why) {
  simdjson::dom::parser parser;
  Json root;
  if (const auto error = parser.parse(json).get(root); error != simdjson::SUCCESS) {
    why = fmt::format("it is no JSON ({})", simdjson::error_message(error));
    return std::nullopt;
  }
  Application out;
  out.name = text(root, {"metadata", "name"});
  const auto spec = at(root, {"spec"});
  if (out.name.empty() || !spec || !spec->is_object()) {
    why = "it is JSON, and no Application: it has no `metadata.name` or no `spec`";
    return std::nullopt;
  }
  out.name_space = text(root, {"metadata", "namespace"});
  out.resource_version = text(root, {"metadata", "resourceVersion"});
  out.deleting = !text(root, {"metadata", "deletionTimestamp"}).empty();
  each(root, {"metadata", "ownerReferences"}, [&](Json one) {
    out.owners.push_back(fmt::format("{} `{}`", text(one, {"kind"}), text(one, {"name"})));
  });
  read_spec(*spec, out);
  if (const auto status = at(root, {"status"})) read_status(*status, out);
  if (const auto asked = at(root, {"operation", "sync"})) out.requested = read_revisions(*asked);
  if (const auto asked = at(root, {"operation"})) out.requested_reason = read_reason(*asked);
  out.operation_requested = at(root, {"operation"}) && at(root, {"operation"})->is_object();
  out.json = std::move(json);
  return out;
}

std::string full_name(const Application& application) {
  return application.name_space.empty() ? application.name
                                        : application.name_space + "/" + application.name;
}

}  // namespace backout::argocd
