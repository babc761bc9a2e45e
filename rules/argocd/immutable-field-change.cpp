#include <fmt/format.h>

#include <string_view>

#include "argo/application.h"
#include "argo/hook.h"
#include "argo/pair.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::Object;
using argo::ObjectKind;

struct Fixed {
  ObjectKind kind;
  std::string_view field;    // below `spec`
  bool also_absent = false;  // giving it, or taking it away, is a change, too
};
constexpr Fixed fixed[] = {
    {ObjectKind::deployment, "selector"},
    {ObjectKind::replica_set, "selector"},
    {ObjectKind::daemon_set, "selector"},
    {ObjectKind::stateful_set, "selector"},
    {ObjectKind::stateful_set, "serviceName"},
    {ObjectKind::stateful_set, "podManagementPolicy"},
    {ObjectKind::stateful_set, "volumeClaimTemplates", true},
    {ObjectKind::service, "clusterIP"},
    {ObjectKind::job, "selector"},
    {ObjectKind::job, "template"},
    {ObjectKind::job, "completionMode"},
    {ObjectKind::persistent_volume_claim, "accessModes"},
    {ObjectKind::persistent_volume_claim, "storageClassName"},
    {ObjectKind::persistent_volume_claim, "volumeMode"},
    {ObjectKind::persistent_volume_claim, "volumeName"},
    {ObjectKind::persistent_volume_claim, "dataSource"},
};

// A Job that is deleted before it is created anew: a hook, or what a time limit may have removed.
bool is_created_anew(const Object& object) {
  if (argo::hook_of(object) || argo::has_sync_option(object, "Force=true")) return true;
  return object.kind == ObjectKind::job &&
         object.node->find({"spec", "ttlSecondsAfterFinished"}) != nullptr;
}

bool differs(const Fixed& what, const yaml::Node* before, const yaml::Node* now) {
  if (!what.also_absent && (before == nullptr || now == nullptr)) return false;
  return !argo::same(before, now);
}

void check_content(const Object& object, const Object& base, Report& report) {
  if (!argo::is_true(base.node->find("immutable"))) return;
  for (const std::string_view key : {"data", "binaryData", "stringData"})
    if (!argo::same(base.node->find(key), object.node->find(key)))
      return report(
          object, *object.node->find("metadata"),
          fmt::format("{} `{}` is immutable as released: Kubernetes refuses new `{}`, and "
                      "the sync fails; give the new content a new name",
                      to_string(object.kind), object.full_name(), key));
}

void check(const Object& object, const ManifestContext& context, Report& report) {
  if (context.base == nullptr || is_created_anew(object)) return;
  const Object* const base = argo::counterpart(object, *context.base);
  if (base == nullptr || base->api_version != object.api_version) return;
  if (object.kind == ObjectKind::config_map || object.kind == ObjectKind::secret)
    return check_content(object, *base, report);
  for (const Fixed& one : fixed) {
    if (one.kind != object.kind) continue;
    const yaml::Node* const before = base->node->find({"spec", one.field});
    const yaml::Node* const now = object.node->find({"spec", one.field});
    if (!differs(one, before, now)) continue;
    report(
        object, now != nullptr ? *now : *object.node->find("spec"),
        fmt::format("`spec.{}` of {} `{}` may not change once the object exists: the sync fails, "
                    "and where the object is deleted to get it through, a revert fails the same "
                    "way",
                    one.field, to_string(object.kind), object.full_name()),
        {.notes = {
             {base->at(before != nullptr ? *before : *base->node->find("spec")), "as released"}}});
  }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_immutable_field_change{
    .id = "argocd/immutable-field-change",
    .summary = "the change alters a field that Kubernetes does not let change",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The API server refuses changes of some fields: selectors of workloads, volume claim "
        "templates of a StatefulSet, the template of a Job, a Service's clusterIP, most of a "
        "volume claim. The sync stops at that object. Deleting it by hand, or syncing with replace "
        "and force, gets the change through once; the revert then needs the same, during the "
        "incident.",
    .instead =
        "1. Create the object under a new name beside the old one, move the traffic or the data "
        "over, then remove the old one in a later release.\n"
        "2. Make a Job a hook, or use `generateName`, so that each sync creates it anew.",
    .references =
        "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
