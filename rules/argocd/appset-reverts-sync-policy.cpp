#include <fmt/format.h>

#include <string_view>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

bool leaves_applications_alone(const argo::Object& set) {
  const yaml::Node* const policy = set.node->find({"spec", "syncPolicy", "applicationsSync"});
  return policy != nullptr && (policy->text == "create-only" || policy->text == "create-delete" ||
                               policy->text.find('{') != std::string_view::npos);
}

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  if (object.kind != argo::ObjectKind::application_set) return;
  const auto application = argo::read_application(object);
  if (!application->auto_sync || leaves_applications_alone(object)) return;
  if (argo::ignores(object.node->find({"spec", "ignoreApplicationDifferences"}),
                    "/spec/syncPolicy/automated"))
    return;
  report(object, *application->auto_sync->node,
         fmt::format("ApplicationSet `{}` turns auto-sync on again as soon as somebody switches it "
                     "off on one of its Applications, so none of them can be rolled back: "
                     "`ignoreApplicationDifferences` lacks `/spec/syncPolicy/automated`",
                     object.full_name()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_appset_reverts_sync_policy{
    .id = "argocd/appset-reverts-sync-policy",
    .summary = "an ApplicationSet turns auto-sync on again while a rollback runs",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Argo CD refuses a rollback while auto-sync is on, so auto-sync is switched off first. On "
        "an Application that an ApplicationSet generates, any change of the spec puts the set in "
        "the queue and is merged back within seconds: auto-sync is on again and deploys the bad "
        "revision. With RollingSync, or where the set only creates Applications, this does not "
        "happen.",
    .instead =
        "1. Add to the ApplicationSet: `ignoreApplicationDifferences: [{jsonPointers: "
        "[/spec/syncPolicy/automated]}]`.\n"
        "2. To roll back, set `enabled: false` below `automated` of the one Application instead of "
        "removing the key.\n"
        "3. Restore it once the revert is on the tracked branch.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/"
        "Controlling-Resource-Modification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
