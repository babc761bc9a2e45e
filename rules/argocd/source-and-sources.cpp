#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application || application->spec == nullptr) return;
  const yaml::Node* const one = application->spec->find("source");
  const yaml::Node* const many = application->spec->find("sources");
  if (one == nullptr || one->kind == yaml::Kind::null || many == nullptr || many->items.empty())
    return;
  report(
      object, *one,
      fmt::format("`source` of {} does not count beside `sources`: what it names is not deployed, "
                  "and reverting it changes nothing",
                  application->title()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_source_and_sources{
    .id = "argocd/source-and-sources",
    .summary = "an Application has both source and sources",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Argo CD takes `sources` when the list is not empty and leaves `source` aside without a "
        "word. A change or a revert of `source` then has no effect, while the file suggests that "
        "it has.",
    .instead = "1. Move what `source` names into the list of `sources`, or remove it.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
