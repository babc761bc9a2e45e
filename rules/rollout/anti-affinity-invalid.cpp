#include <fmt/format.h>

#include <string>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

constexpr char preferred[] = "preferredDuringSchedulingIgnoredDuringExecution";
constexpr char required[] = "requiredDuringSchedulingIgnoredDuringExecution";

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (!object.judged) return;
  const yaml::Node* strategy = canary_of(subject);
  if (!strategy) strategy = blue_green_of(subject);
  const yaml::Node* const rule = strategy ? strategy->find("antiAffinity") : nullptr;
  if (!rule || rule->kind != yaml::Kind::map) return;
  const bool both = rule->find(preferred) && rule->find(required);
  if (both || (!rule->find(preferred) && !rule->find(required))) {
    report(object, argo::place_of(*strategy, {"antiAffinity"}),
           fmt::format("`antiAffinity` has {} of its two forms: the rollout is invalid and stands "
                       "still",
                       both ? "both" : "none"));
    return;
  }
  if (rule->find(required)) return;
  const yaml::Node* const node = rule->find({preferred, "weight"});
  const auto weight = argo::int_at(*rule, {preferred, "weight"});
  if ((node && !weight) || (weight && *weight >= 1 && *weight <= 100)) return;
  report(
      object, argo::place_of(*strategy, {"antiAffinity", preferred, "weight"}),
      fmt::format("the weight of `antiAffinity` is {}, not from 1 to 100: the rollout is invalid "
                  "and stands still",
                  weight ? std::to_string(*weight) : "not given"));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_anti_affinity_invalid{
    .id = "rollout/anti-affinity-invalid",
    .summary = "an anti-affinity that the controller refuses",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "`antiAffinity` wants exactly one of its two forms, and the preferred one a "
        "weight from 1 to 100. Otherwise the Rollout is InvalidSpec; nothing is deployed "
        "any more, a rollback neither.",
    .instead =
        "1. Keep `requiredDuringSchedulingIgnoredDuringExecution: {}`, or the preferred "
        "form with a `weight`.",
    .references =
        "https://argo-rollouts.readthedocs.io/en/stable/features/anti-affinity/anti-affinity/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
