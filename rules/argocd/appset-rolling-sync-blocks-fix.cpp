#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  if (object.kind != argo::ObjectKind::application_set) return;
  const yaml::Node* const strategy = object.node->find({"spec", "strategy"});
  if (strategy == nullptr) return;
  const yaml::Node* const type = strategy->find("type");
  const yaml::Node* const steps = strategy->find({"rollingSync", "steps"});
  if (type == nullptr || type->text != "RollingSync" || steps == nullptr || steps->items.size() < 2)
    return;
  report(
      object, *type,
      fmt::format("RollingSync of ApplicationSet `{}` has {} steps, each waiting until the one "
                  "before is Healthy: a revert stops at the first group that stays Degraded, and "
                  "the others keep the bad revision",
                  object.full_name(), steps->items.size()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_appset_rolling_sync_blocks_fix{
    .id = "argocd/appset-rolling-sync-blocks-fix",
    .summary = "a revert waits for the group that the bad release broke",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A revert in git is a new revision like any other: it goes through the steps in order, "
        "each waiting for the health of the one before. Where the bad release broke the first "
        "group for another reason as well (a queue, a full disk), the fix does not reach the "
        "groups behind it.",
    .instead =
        "1. Put into the runbook: sync the Applications of the later steps by hand (`argocd app "
        "sync`), which the strategy allows.\n"
        "2. Keep the steps few, and the first group one that can be healed quickly.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/"
        "Progressive-Syncs/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
