#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application) return;
  if (const yaml::Node* const option = application->option("Replace=true"))
    report(object, *option,
           fmt::format("`Replace=true` for all objects of {}: every sync and every rollback "
                       "replaces them, which takes live fields away (replicas of an autoscaler, "
                       "what controllers wrote) and fails where a field may not change",
                       application->title()));
  if (const yaml::Node* const option = application->option("Force=true"))
    report(object, *option,
           fmt::format("`Force=true` for all objects of {}: a sync or a rollback that cannot be "
                       "applied deletes the objects and creates them again, with their pods down "
                       "in between",
                       application->title()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_replace_or_force{
    .id = "argocd/replace-or-force",
    .summary = "a whole Application is synced by replacing objects",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "With `Replace=true` Argo CD uses `kubectl replace` and `create` in place of `apply`: the "
        "object becomes what git says, without the fields that autoscalers, injectors and "
        "controllers own. With force the object is deleted first. Set for a whole Application this "
        "concerns each Deployment, Rollout, Service and volume claim in it, and in a rollback it "
        "turns seconds into an outage.",
    .instead =
        "1. Remove the option from the Application.\n"
        "2. Where one object needs it (a Job, a CRD too large to apply), annotate that object: "
        "`argocd.argoproj.io/sync-options: Replace=true`.\n"
        "3. For large objects prefer `ServerSideApply=true`.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/"
        "#replace-resource-instead-of-applying-changes",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
