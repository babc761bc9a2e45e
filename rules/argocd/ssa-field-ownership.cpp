#include <fmt/format.h>

#include "argo/application.h"
#include "argo/pair.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (context.base == nullptr) return;
  const argo::Object* const base = argo::counterpart(object, *context.base);
  const auto now = argo::read_application(object);
  if (base == nullptr || !now || now->spec == nullptr) return;
  const auto before = argo::read_application(*base);
  const yaml::Node* const on = now->option("ServerSideApply=true");
  if ((on != nullptr) == (before->option("ServerSideApply=true") != nullptr)) return;
  const yaml::Node* const policy = now->spec->find("syncPolicy");
  report(object,
         on != nullptr       ? *on
         : policy != nullptr ? *policy
                             : *now->spec,
         fmt::format("the change switches server-side apply {} for {}: fields have another owner "
                     "then, and what this release adds may stay after a revert",
                     on != nullptr ? "on" : "off", now->title()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_ssa_field_ownership{
    .id = "argocd/ssa-field-ownership",
    .summary = "the change switches server-side apply on or off",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "Client-side apply remembers what it wrote in an annotation, server-side apply in the "
        "owners of fields. Whichever comes second does not know all that the first one wrote, so a "
        "field that a revert removes from git can stay in the cluster.",
    .instead =
        "1. Make the switch a release of its own, without other changes.\n"
        "2. After a revert across it, compare the live objects with git.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#server-side-apply",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
