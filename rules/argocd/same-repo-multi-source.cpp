#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::AppSource;

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application) return;
  for (std::size_t i = 1; i < application->sources.size(); ++i) {
    const AppSource& source = application->sources[i];
    if (!source.floats() || !source.chart.empty()) continue;
    for (std::size_t j = 0; j < i; ++j) {
      const AppSource& other = application->sources[j];
      if (other.repository != source.repository || other.revision != source.revision) continue;
      report(
          object, source.place(),
          fmt::format("two sources of {} follow `{}` of `{}`: each resolves it by itself, so one "
                      "sync can deploy two commits, and a rollback goes back to such a pair",
                      application->title(), source.revision.empty() ? "HEAD" : source.revision,
                      source.repository),
          {.notes = {{object.at(other.place()), "the other source"}}});
      break;
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_same_repo_multi_source{
    .id = "argocd/same-repo-multi-source",
    .summary = "two sources follow the same branch and may get different commits",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Argo CD resolves the revision of each source on its own. With two sources in one "
        "repository on one moving branch, a push between the two gives objects from one commit and "
        "values from another, a state that never was in git.",
    .instead =
        "1. Pin both to the same commit or tag.\n"
        "2. Or use one source: a path of the repository can hold both.",
    .references = "https://github.com/argoproj/argo-cd/issues/13720",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
