#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application || application->spec == nullptr) return;
  const yaml::Node* const limit = application->spec->find({"syncPolicy", "retry", "limit"});
  if (limit == nullptr || yaml::as_int(*limit).value_or(0) >= 0) return;
  report(object, *limit,
         fmt::format("`retry.limit: {}` of {}: a sync that cannot succeed is tried without end and "
                     "holds the one operation an Application can have, so a rollback is refused "
                     "until somebody terminates it",
                     limit->text, application->title()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_retry_unlimited{
    .id = "argocd/retry-unlimited",
    .summary = "a sync that fails is retried for ever",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "An Application runs one operation at a time. A negative limit means no end: a release "
        "that cannot be applied keeps the operation Running, and sync and rollback answer `another "
        "operation is already in progress`.",
    .instead =
        "1. Set a limit: 5, with a backoff, covers what heals by itself.\n"
        "2. In the runbook: `argocd app terminate-op APP` before the rollback.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
