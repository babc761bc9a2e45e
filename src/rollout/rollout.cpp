#include "rollout/rollout.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "argocd/json.h"

namespace backout::rollout {
namespace {

using argocd::at;
using argocd::each;
using argocd::each_field;
using argocd::flag;
using argocd::Json;
using argocd::number;
using argocd::text;

std::optional<std::int64_t> integer(std::string_view word) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return out;
}

std::vector<std::string> images_of(Json json, argocd::Keys pod) {
  std::vector<std::string> out;
  const auto spec = at(json, pod);
  if (!spec) return out;
  each(*spec, {"containers"}, [&](Json one) {
    if (std::string image = text(one, {"image"}); !image.empty()) out.push_back(std::move(image));
  });
  return out;
}

// A label selector as a query has it.
std::string selector_of(Json json) {
  std::string out;
  const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ",") + part; };
  each_field(json, {"matchLabels"}, [&](std::string_view key, Json value) {
    std::string_view word;
    if (value.get(word) == simdjson::SUCCESS) add(fmt::format("{}={}", key, word));
  });
  each(json, {"matchExpressions"}, [&](Json one) {
    const std::string key = text(one, {"key"}), by = text(one, {"operator"});
    std::string values;
    for (const std::string& value : argocd::texts(one, {"values"}))
      values += (values.empty() ? "" : ",") + value;
    if (by == "In") add(fmt::format("{} in ({})", key, values));
    if (by == "NotIn") add(fmt::format("{} notin ({})", key, values));
    if (by == "Exists") add(key);
    if (by == "DoesNotExist") add("!" + key);
  });
  return out;
}

// Argo CD's marks: the annotation of its tracking id ("shop:argoproj.io/Rollout:ns/name"), else the
// label, which Helm sets, too.
std::string tracked_by(Json json) {
  const std::string id = text(json, {"metadata", "annotations", "argocd.argoproj.io/tracking-id"});
  if (!id.empty())
    return fmt::format("Argo CD application `{}`", id.substr(0, std::min(id.find(':'), id.size())));
  const std::string flux = text(json, {"metadata", "labels", "kustomize.toolkit.fluxcd.io/name"});
  if (!flux.empty()) return fmt::format("Flux kustomization `{}`", flux);
  const std::string label = text(json, {"metadata", "labels", "app.kubernetes.io/instance"});
  const std::string helm = text(json, {"metadata", "annotations", "meta.helm.sh/release-name"});
  if (!helm.empty()) return fmt::format("Helm release `{}`", helm);
  return label.empty() ? std::string()
                       : fmt::format("Argo CD application or Helm release `{}`", label);
}

void read_spec(Json json, Rollout& out) {
  out.paused = flag(json, {"paused"});
  out.canary = at(json, {"strategy", "canary"}).has_value();
  out.blue_green = at(json, {"strategy", "blueGreen"}).has_value();
  const auto routing = at(json, {"strategy", "canary", "trafficRouting"});
  out.routed = routing && routing->is_object();
  each(json, {"strategy", "canary", "steps"}, [&](Json) { ++out.steps; });
  out.replicas = number(json, {"replicas"}, 1);
  out.rollback_window = number(json, {"rollbackWindow", "revisions"});
  out.abort_scale_down_delay = number(
      json, {"strategy", out.blue_green ? "blueGreen" : "canary", "abortScaleDownDelaySeconds"},
      30);
  out.workload = {text(json, {"workloadRef", "apiVersion"}), text(json, {"workloadRef", "kind"}),
                  text(json, {"workloadRef", "name"})};
  if (const auto selector = at(json, {"selector"})) out.selector = selector_of(*selector);
  out.images = images_of(json, {"template", "spec"});
  out.restart_at = text(json, {"restartAt"});
}

void read_status(Json json, Rollout& out) {
  out.observed_generation = text(json, {"observedGeneration"});
  if (out.observed_generation.empty() && at(json, {"observedGeneration"}))
    out.observed_generation = fmt::format("{}", number(json, {"observedGeneration"}));
  if (at(json, {"currentStepIndex"})) out.step = number(json, {"currentStepIndex"});
  each(json, {"pauseConditions"}, [&](Json one) {
    out.pauses.push_back({text(one, {"reason"}), text(one, {"startTime"})});
  });
  out.controller_pause = flag(json, {"controllerPause"});
  out.abort = flag(json, {"abort"});
  out.promote_full = flag(json, {"promoteFull"});
  out.aborted_at = text(json, {"abortedAt"});
  out.current_hash = text(json, {"currentPodHash"});
  out.stable_hash = text(json, {"stableRS"});
  if (out.stable_hash.empty()) out.stable_hash = text(json, {"canary", "stableRS"});  // until v0.9
  out.phase = text(json, {"phase"});
  out.message = text(json, {"message"});
  if (const auto weights = at(json, {"canary", "weights"}); weights && weights->is_object()) {
    out.weights = Weights{number(*weights, {"canary", "weight"}),
                          number(*weights, {"stable", "weight"}), std::nullopt};
    if (at(*weights, {"verified"})) out.weights->verified = flag(*weights, {"verified"});
  }
  out.step_analysis = text(json, {"canary", "currentStepAnalysisRunStatus", "status"});
  out.background_analysis = text(json, {"canary", "currentBackgroundAnalysisRunStatus", "status"});
  out.active_hash = text(json, {"blueGreen", "activeSelector"});
  out.preview_hash = text(json, {"blueGreen", "previewSelector"});
  out.pre_promotion = text(json, {"blueGreen", "prePromotionAnalysisRunStatus", "status"});
  out.post_promotion = text(json, {"blueGreen", "postPromotionAnalysisRunStatus", "status"});
  out.pods = number(json, {"replicas"});
  out.updated = number(json, {"updatedReplicas"});
  out.ready = number(json, {"readyReplicas"});
  out.available = number(json, {"availableReplicas"});
  out.observed_workload_generation = text(json, {"workloadObservedGeneration"});
  out.restarted_at = text(json, {"restartedAt"});
  each(json, {"conditions"}, [&](Json one) {
    out.conditions.push_back({text(one, {"type"}), text(one, {"status"}), text(one, {"reason"}),
                              text(one, {"message"})});
  });
  // With a workload elsewhere the specification has no selector; the controller says which it uses.
  if (out.selector.empty()) out.selector = text(json, {"selector"});
}

std::optional<ReplicaSet> read_one(Json json) {
  ReplicaSet out;
  out.name = text(json, {"metadata", "name"});
  if (out.name.empty()) return std::nullopt;
  out.uid = text(json, {"metadata", "uid"});
  out.created_at = text(json, {"metadata", "creationTimestamp"});
  out.hash = text(json, {"metadata", "labels", hash_label});
  out.revision = integer(text(json, {"metadata", "annotations", revision_annotation})).value_or(0);
  out.of_experiment =
      at(json, {"metadata", "annotations", "experiment.argoproj.io/name"}).has_value();
  out.wanted = number(json, {"spec", "replicas"}, 1);
  out.pods = number(json, {"status", "replicas"});
  out.ready = number(json, {"status", "readyReplicas"});
  out.available = number(json, {"status", "availableReplicas"});
  out.images = images_of(json, {"spec", "template", "spec"});
  if (const auto pod = at(json, {"spec", "template"})) {
    // Never deeper than simdjson reads.
    auto copy = nlohmann::json::parse(simdjson::minify(*pod), nullptr, false);
    if (copy.is_object()) {
      const auto metadata = copy.find("metadata");
      if (metadata != copy.end() && metadata->is_object())
        if (const auto labels = metadata->find("labels");
            labels != metadata->end() && labels->is_object())
          labels->erase(std::string(hash_label));
      out.template_json = copy.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
  }
  return out;
}

bool controlled_by(Json json, const std::string& uid) {
  bool out = false;
  each(json, {"metadata", "ownerReferences"},
       [&](Json one) { out = out || (flag(one, {"controller"}) && text(one, {"uid"}) == uid); });
  return out;
}

}  // namespace

std::optional<Rollout> read_rollout(std::string json, std::string& why) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(json);
  Json root;
  if (parser.parse(padded).get(root) != simdjson::SUCCESS || !root.is_object()) {
    why = "it is no JSON object";
    return std::nullopt;
  }
  const auto spec = at(root, {"spec"});
  Rollout out;
  out.name = text(root, {"metadata", "name"});
  if (text(root, {"kind"}) != "Rollout" || out.name.empty() || !spec || !spec->is_object()) {
    why = "it is no Rollout";
    return std::nullopt;
  }
  out.name_space = text(root, {"metadata", "namespace"});
  out.uid = text(root, {"metadata", "uid"});
  out.resource_version = text(root, {"metadata", "resourceVersion"});
  out.generation = number(root, {"metadata", "generation"});
  out.deleting = !text(root, {"metadata", "deletionTimestamp"}).empty();
  out.workload_generation =
      text(root, {"metadata", "annotations", "rollout.argoproj.io/workload-generation"});
  out.tracked_by = tracked_by(root);
  read_spec(*spec, out);
  if (const auto status = at(root, {"status"})) read_status(*status, out);
  out.json = std::move(json);
  return out;
}

bool is_observed(const Rollout& rollout) {
  // Until v0.9 it was a hash, which may be all digits.
  const auto seen = integer(rollout.observed_generation);
  if (seen && *seen < rollout.generation) return false;
  if (rollout.observed_generation.empty() && rollout.generation > 0) return false;
  if (rollout.workload.kind.empty() || rollout.workload_generation.empty()) return true;
  return !integer(rollout.observed_workload_generation) ||
         rollout.observed_workload_generation == rollout.workload_generation;
}

bool is_promoted(const Rollout& rollout) {
  return !rollout.stable_hash.empty() && rollout.stable_hash == rollout.current_hash;
}

bool is_paused(const Rollout& rollout) { return rollout.paused || !rollout.pauses.empty(); }

// utils/rollout/rolloututil.go: GetRolloutPhase.
std::string phase_of(const Rollout& rollout) {
  const bool unpausing = rollout.controller_pause && rollout.pauses.empty();
  return !is_observed(rollout) || unpausing ? "Progressing" : rollout.phase;
}

std::string full_name(const Rollout& rollout) {
  return rollout.name_space.empty() ? rollout.name : rollout.name_space + "/" + rollout.name;
}

std::optional<std::vector<ReplicaSet>> read_replica_sets(const std::string& json,
                                                         const std::string& owner,
                                                         std::string& why) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(json);
  Json root;
  const bool parsed = parser.parse(padded).get(root) == simdjson::SUCCESS && root.is_object();
  const auto items = parsed ? at(root, {"items"}) : std::nullopt;
  if (!items || !(items->is_array() || items->is_null())) {
    why = "it is no list of ReplicaSets";
    return std::nullopt;
  }
  std::vector<ReplicaSet> out;
  each(root, {"items"}, [&](Json one) {
    if (!owner.empty() && controlled_by(one, owner))
      if (auto set = read_one(one)) out.push_back(std::move(*set));
  });
  return out;
}

std::optional<ReplicaSet> read_replica_set(const std::string& json) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(json);
  Json root;
  if (parser.parse(padded).get(root) != simdjson::SUCCESS || !root.is_object()) return std::nullopt;
  return read_one(root);
}

const ReplicaSet* by_hash(const std::vector<ReplicaSet>& sets, std::string_view hash) {
  const auto found = std::find_if(sets.begin(), sets.end(), [&](const ReplicaSet& one) {
    return !hash.empty() && one.hash == hash;
  });
  return found == sets.end() ? nullptr : &*found;
}

}  // namespace backout::rollout
