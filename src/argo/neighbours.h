// The objects around a Rollout that it depends on: its Services, its autoscaler. The same name may
// stand in several folders, one an environment: the nearest one counts, and none when it is not
// clear which is meant.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "argo/manifest.h"
#include "argo/subject.h"

namespace backout::argo {

[[nodiscard]] bool is_in_folder_of(const Object& one, const Object& other);
// Of the same file, else of the same folder, else the only one; null when several are as near.
[[nodiscard]] const Object* nearest_of(const std::vector<const Object*>& candidates,
                                       const Object& object);

struct NamedService {
  std::string_view name;
  const yaml::Node* node = nullptr;
};
// Those that the strategy names, each name once.
[[nodiscard]] std::vector<NamedService> services_of(const RolloutSubject& subject);

enum class Selects : std::uint8_t { unknown, pods, other };
// Whether a Service's selector holds for the rollout's pods; unknown without a selector or without
// labels to hold it against (workloadRef). The pod hash, which the controller writes, is left out.
[[nodiscard]] Selects selects(const Object& service, const Object& rollout);

// The HorizontalPodAutoscaler of an object; null when there is none in sight.
[[nodiscard]] const Object* autoscaler_of(const Object& object, std::string_view kind,
                                          std::string_view name, const Objects& objects);

// How many pods a Rollout has at least: what its autoscaler or the Rollout itself says. None: the
// manifests do not say (the default of 1 is mostly an autoscaler's or an overlay's to replace).
[[nodiscard]] std::optional<int> replicas_of(const RolloutSubject& subject, const Objects& objects);

}  // namespace backout::argo
