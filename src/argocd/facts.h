// What surrounds an application before something is done to it: all reads, made once, at most some
// fifteen requests. A read that fails is kept with its reason, so that nobody takes it for an empty
// answer; what the purpose does not need is not asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "argocd/client.h"
#include "argocd/owner.h"
#include "argocd/reads.h"
#include "argocd/resource.h"
#include "argocd/server_version.h"
#include "rollout/rollout.h"

namespace backout::argocd {

// pause, resume: of auto-sync.
enum class Purpose : std::uint8_t { rollback, sync, pause, resume };

struct Question {
  Purpose purpose = Purpose::rollback;
  std::optional<Deployment> target{};    // of a rollback: the entry to go back to
  std::vector<std::string> revisions{};  // of a sync: one for each source; empty: the spec's
  bool prune = false;
  bool terminate = false;  // a running operation is ended first
};

struct Right {
  std::string action;  // "sync"
  Result<bool> answer;
};
struct RolloutFact {
  ResourceName resource;
  Result<rollout::Rollout> state;
};

template <class T>
using Asked = std::optional<Result<T>>;  // nothing: not asked, as the purpose does not need it

struct Facts {
  Result<ServerVersion> version;
  Result<User> user;
  Result<ServerSettings> settings;
  std::vector<Right> rights;
  Asked<SyncWindows> windows;
  Asked<ApplicationSet> set;
  Parents parents;
  Asked<std::vector<Node>> tree;
  std::vector<RolloutFact> rollouts;  // of the tree
  Asked<std::vector<ManagedResource>> managed;
  Asked<std::vector<Manifest>> manifests;  // what the spec's sources render to at the target
};

// Stops asking when the server has not answered twice in a row; what was left out says so.
[[nodiscard]] Facts gather(Client& client, const Application& app, const Question& question);

// The version, not known when it could not be read.
[[nodiscard]] ServerVersion version_of(const Facts& facts);
// Whether auto-sync has to be turned off on the way.
[[nodiscard]] bool must_pause(const Application& app, const Question& question);

}  // namespace backout::argocd
