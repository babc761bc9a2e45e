#include <fmt/format.h>

#include <string>
#include <string_view>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

constexpr std::string_view prefix = "argocd-image-updater.argoproj.io/";

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const bool set = object.kind == argo::ObjectKind::application_set;
  if (!set && object.kind != argo::ObjectKind::application) return;
  const yaml::Node* const annotations =
      set ? object.node->find({"spec", "template", "metadata", "annotations"})
          : object.node->find({"metadata", "annotations"});
  if (annotations == nullptr) return;
  const yaml::Node* const images = annotations->find(std::string(prefix) + "image-list");
  if (images == nullptr) return;
  report(object, *images,
         fmt::format("Argo CD Image Updater keeps the images of {}`{}` at the newest tag: after a "
                     "rollback or a revert it writes the bad one again within minutes",
                     set ? "Applications of " : "", object.full_name()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_image_updater_fights_rollback{
    .id = "argocd/image-updater-fights-rollback",
    .summary = "Argo CD Image Updater brings the bad image back",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "The updater looks for a newer tag every two minutes and writes it into the Application or "
        "into git. A revert sets the tag back; the updater sees a newer one and sets it forward. "
        "Nothing tells it that the tag is bad.",
    .instead =
        "1. In the runbook: pause the updater first, or put the bad tag into "
        "`argocd-image-updater.argoproj.io/NAME.ignore-tags`.\n"
        "2. Delete or re-tag the bad image, or narrow the constraint in `image-list`.",
    .references = "https://argocd-image-updater.readthedocs.io/en/stable/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
