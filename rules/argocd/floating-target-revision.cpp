#include <fmt/format.h>

#include <string>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::AppSource;

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application) return;
  for (const AppSource& source : application->sources) {
    const std::string shown =
        source.revision.empty()
            ? fmt::format("`{}` without `targetRevision`", source.repository)
            : fmt::format("`targetRevision: {}` of `{}`", source.revision, source.repository);
    if (source.pin() == AppSource::Pin::range)
      report(
          object, source.place(),
          fmt::format("{} takes the newest version that fits, without a commit: what is deployed "
                      "changes by itself, a revert has nothing to revert, and after a rollback "
                      "auto-sync takes the newest again",
                      shown));
    else if (source.pin() == AppSource::Pin::moving)
      report(
          object, source.place(),
          fmt::format("{} follows a branch: a rollback pins the commit of its history entry, and "
                      "auto-sync goes to the tip again once it is on",
                      shown),
          {.at_most = Severity::note});
  }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_floating_target_revision{
    .id = "argocd/floating-target-revision",
    .summary = "targetRevision is a branch or a range: it deploys what is newest",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A range of versions (`1.2.*`, a chart without a version) is resolved anew at each "
        "refresh: a release nobody committed can arrive, and no commit can be reverted to get rid "
        "of it. A branch is the usual way of GitOps and only noted: after a rollback its tip is "
        "deployed again as soon as auto-sync is on.",
    .instead =
        "1. Name an exact chart version or a tag, and let a bot propose the next one as a commit.\n"
        "2. With a branch: merge the revert before auto-sync is switched on again.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
