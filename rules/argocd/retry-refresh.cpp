#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application || application->spec == nullptr) return;
  const yaml::Node* const refresh = application->spec->find({"syncPolicy", "retry", "refresh"});
  if (!argo::is_true(refresh)) return;
  report(
      object, *refresh,
      fmt::format("`retry.refresh` of {}: a sync that fails and is tried again drops the revision "
                  "it was started with and takes the newest one, also when that revision was "
                  "chosen to go back",
                  application->title()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_retry_refresh{
    .id = "argocd/retry-refresh",
    .summary = "a retried sync goes to the newest commit",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A sync is pinned to the commit it was started for, and so are its retries, unless "
        "`refresh` is on: then each retry resolves `targetRevision` again. A sync back to a good "
        "commit that fails once is retried at the bad one.",
    .instead =
        "1. Leave `refresh` away.\n"
        "2. Syncs that go back: send a retry strategy of their own, without `refresh`.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
