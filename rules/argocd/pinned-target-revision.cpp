#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::AppSource;

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application) return;
  for (const AppSource& source : application->sources) {
    const AppSource::Pin pin = source.pin();
    if (pin != AppSource::Pin::commit && pin != AppSource::Pin::version) continue;
    report(object, source.place(),
           fmt::format("`{}` is pinned to `{}`: a revert in that repository changes nothing here; "
                       "to back out, revert the commit that changed this line",
                       source.repository, source.revision));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_pinned_target_revision{
    .id = "argocd/pinned-target-revision",
    .summary = "the Application pins its revision: reverting its sources does nothing",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "With a commit, a tag or an exact chart version the Application deploys that and nothing "
        "else. It is the firmest choice for a rollback; but the revert belongs to the repository "
        "of the Application, not to the one it deploys from.",
    .instead = "1. Say so in the runbook: revert the change of `targetRevision`.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
