#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application || application->spec == nullptr) return;
  const yaml::Node* const limit = application->spec->find("revisionHistoryLimit");
  if (limit == nullptr) return;
  const auto value = yaml::as_int(*limit);
  if (!value || *value > 0) return;
  report(
      object, *limit,
      fmt::format("`revisionHistoryLimit: {}` on {} keeps no history: Argo CD has no revision to "
                  "roll back to",
                  *value, application->title()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_history_disabled{
    .id = "argocd/history-disabled",
    .summary = "no history is kept to roll back to",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A rollback in Argo CD names an entry of the Application's history, which pins the sources "
        "and their parameters. With a limit of 0 each sync forgets the one before, so the rollback "
        "has nothing to name and only a revert in git is left.",
    .instead = "1. Set `revisionHistoryLimit` to 10, which is the default, or remove it.",
    .references = "https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
