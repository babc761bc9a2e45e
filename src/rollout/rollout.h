// A Rollout as it is in the cluster: what of its specification and status decides what an abort, a
// retry or a promotion would do, and whether it has settled. Fields keep the controller's own words
// and times; empty means that it said nothing. Nothing is checked, shown text must be escaped.
// Names: pkg/apis/rollouts/v1alpha1/types.go of argo-rollouts v1.9.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backout::rollout {

inline constexpr std::string_view hash_label = "rollouts-pod-template-hash";
inline constexpr std::string_view revision_annotation = "rollout.argoproj.io/revision";

struct PauseCondition {
  std::string reason, since;
};

struct Condition {
  std::string type, status, reason, message;
};

// Percent of the traffic, where a router splits it.
struct Weights {
  std::int64_t canary = 0, stable = 0;
  std::optional<bool> verified;  // by asking the router
};

struct Reference {
  std::string api_version, kind, name;  // of `spec.workloadRef`; no kind: there is none
};

struct Rollout {
  std::string name, name_space, uid, resource_version;
  std::int64_t generation = 0;
  std::string observed_generation;  // a number; until v0.9 a hash
  bool deleting = false;
  std::string tracked_by;  // "Argo CD application `shop`", "Helm release `shop`"; empty: nobody

  // spec
  bool paused = false;  // by a person or by git
  bool canary = false, blue_green = false;
  bool routed = false;     // a router splits the traffic; else replicas do
  std::int64_t steps = 0;  // of a canary
  std::int64_t replicas = 1;
  std::int64_t rollback_window = 0;          // revisions; 0: none
  std::int64_t abort_scale_down_delay = 30;  // seconds; 0: what was aborted stays
  Reference workload;
  std::string selector;             // as a query's `labelSelector`; empty: none
  std::vector<std::string> images;  // of the template; with a workload elsewhere: empty
  std::string restart_at;

  // status
  std::optional<std::int64_t> step;  // index of the current one
  std::vector<PauseCondition> pauses;
  bool controller_pause = false;
  bool abort = false, promote_full = false;
  std::string aborted_at;
  std::string current_hash, stable_hash;  // of the pod templates
  std::string phase, message;             // as the controller said, see `phase_of`
  std::optional<Weights> weights;
  std::string step_analysis, background_analysis;  // their phases
  std::string active_hash, preview_hash;           // of a blue-green's services
  std::string pre_promotion, post_promotion;       // phases of their analyses
  std::int64_t pods = 0, updated = 0, ready = 0, available = 0;
  std::string workload_generation, observed_workload_generation, restarted_at;
  std::vector<Condition> conditions;
  std::string json;  // as it came
};

// Nothing: no Rollout; `why` in words.
[[nodiscard]] std::optional<Rollout> read_rollout(std::string json, std::string& why);

// The controller has seen the specification as it is now; until then the status is about another.
[[nodiscard]] bool is_observed(const Rollout& rollout);
// What it is to update to is stable already.
[[nodiscard]] bool is_promoted(const Rollout& rollout);
[[nodiscard]] bool is_paused(const Rollout& rollout);  // by a person or by a step
// "Healthy", "Progressing", "Degraded", "Paused", or empty; of what stands there now.
[[nodiscard]] std::string phase_of(const Rollout& rollout);
[[nodiscard]] std::string full_name(const Rollout& rollout);  // "shop/catalog"

// One of its ReplicaSets, or of the Deployment that it stands for.
struct ReplicaSet {
  std::string name, uid, hash, created_at;
  std::int64_t revision = 0;  // 0: not known
  std::int64_t wanted = 0, pods = 0, ready = 0, available = 0;
  std::vector<std::string> images;
  std::string template_json;  // without the hash label: what an undo writes
  bool of_experiment = false;
};

// Of a ReplicaSetList those that `owner` (uid) controls. Nothing: no such list.
[[nodiscard]] std::optional<std::vector<ReplicaSet>> read_replica_sets(const std::string& json,
                                                                       const std::string& owner,
                                                                       std::string& why);
[[nodiscard]] std::optional<ReplicaSet> read_replica_set(const std::string& json);
[[nodiscard]] const ReplicaSet* by_hash(const std::vector<ReplicaSet>& sets, std::string_view hash);

}  // namespace backout::rollout
