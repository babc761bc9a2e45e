#include <fmt/format.h>

#include <cstdint>
#include <string>

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
  if (!value || *value < 1 || *value > 4) return;
  const std::int64_t steps = *value - 1;
  report(
      object, *limit,
      fmt::format("`revisionHistoryLimit: {}` on {}: the deployed revision takes one entry, so {} "
                  "remain{} to roll back to, and the rollback itself takes one more",
                  *value, application->title(), steps == 0 ? "none" : std::to_string(steps),
                  steps == 1 ? "s" : ""));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_history_too_short{
    .id = "argocd/history-too-short",
    .summary = "the history holds too few revisions to roll back to",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Each successful sync writes an entry, also each configuration change and each rollback. "
        "With a limit of 2 there is one step back; when two releases are bad, or a fix was "
        "deployed in between, the good revision has fallen out and only a sync to a commit, found "
        "by hand, is left.",
    .instead = "1. Set `revisionHistoryLimit` to 10, which is the default, or remove it.",
    .references = "https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
