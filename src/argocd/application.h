// What we need of an Argo CD Application, as plain data. Fields keep Argo CD's own words and times
// as it wrote them; empty means that it said nothing. Nothing here is checked, shown text must be
// escaped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backout::argocd {

struct Source {
  std::string repository, path, chart, target, name, ref;
};

// One entry of the history: a sync that succeeded, was complete and no dry run. Failed and
// selective syncs leave none, a rollback appends one with an old revision.
struct Deployment {
  std::int64_t id = 0;
  std::vector<std::string> revisions;  // one for each source
  std::vector<Source> sources;
  std::string started_at, deployed_at;
  std::string by;  // user; empty: not recorded
  bool automated = false;
};

// An object of the application, or what an operation made of it.
struct ResourceStatus {
  std::string kind, name_space, name;
  std::string status;   // of an operation: Synced, SyncFailed, Pruned, PruneSkipped
  std::string message;  // of an operation
  std::string health;   // empty: none is known
};

// The last operation, or the one that runs.
struct Operation {
  std::string phase;  // Running, Terminating, Succeeded, Failed, Error
  std::string message, started_at, finished_at, by;
  std::string reason;  // given with the request; a rollback cannot have one
  bool automated = false, dry_run = false, selective = false;
  std::vector<std::string> revisions;   // synced to, else asked for
  std::vector<ResourceStatus> applied;  // resources that it came to
  std::int64_t retries = 0;
};

struct AutoSync {
  bool written = false;  // `spec.syncPolicy.automated` is there
  bool on = false;
  bool prune = false, self_heal = false, allow_empty = false;
};

struct Condition {
  std::string type, message, since;
};

struct Application {
  std::string name, name_space, project, resource_version;
  bool deleting = false;
  std::vector<std::string> owners;  // "ApplicationSet `x`"
  std::vector<Source> sources;      // of the spec
  bool several_sources = false;     // given as `sources`
  bool hydrated = false;            // by the source hydrator
  AutoSync auto_sync;
  std::int64_t history_limit = 10;
  std::vector<Deployment> history;   // as kept: the oldest first
  std::string sync_status;           // Synced, OutOfSync, Unknown
  std::vector<std::string> targets;  // revisions that the targets stand for, compared to; not what
                                     // is deployed
  std::string health, health_message, reconciled_at;
  bool operation_requested = false;    // `operation` is set: asked for, or running
  std::vector<std::string> requested;  // its revisions, if it names any
  std::string requested_reason;
  std::vector<ResourceStatus> resources;
  std::optional<Operation> operation;
  std::vector<std::string> images;
  std::vector<Condition> conditions;
  std::string json;  // as it came, for what must be given back byte for byte
};

// Nothing: no Application; `why` in words.
[[nodiscard]] std::optional<Application> read_application(std::string json, std::string& why);

// "shop/catalog", or "catalog" when the namespace is not known.
[[nodiscard]] std::string full_name(const Application& application);

}  // namespace backout::argocd
