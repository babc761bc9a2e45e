#include <fmt/format.h>

#include <string_view>

#include "argo/migrator.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::Object;

struct Image {
  std::string_view repository, tag;
};
// "registry:5000/shop/checkout:1.5.0"; a digest or a placeholder has no tag to compare.
Image image_of(const yaml::Node& container) {
  const yaml::Node* const node = container.find("image");
  if (node == nullptr || node->text.find_first_of("@{$") != std::string_view::npos) return {};
  const std::size_t colon = node->text.rfind(':');
  if (colon == std::string_view::npos || node->text.find('/', colon) != std::string_view::npos)
    return {};
  return {node->text.substr(0, colon), node->text.substr(colon + 1)};
}

// "shop/checkout" and "shop/checkout-migrations"
bool belong_together(std::string_view code, std::string_view migrations) {
  if (!migrations.starts_with(code)) return false;
  return migrations.size() == code.size() || migrations[code.size()] == '-' ||
         migrations[code.size()] == '/';
}

void compare(const Object& workload, const argo::MigrationStep& step, Report& report) {
  const Image migrations = image_of(*step.migrator.container);
  const yaml::Node* const list = workload.node->find({"spec", "template", "spec", "containers"});
  if (list == nullptr || migrations.tag.empty()) return;
  for (const yaml::Node& container : list->items) {
    const Image code = image_of(container);
    if (code.tag.empty() || code.tag == migrations.tag ||
        !belong_together(code.repository, migrations.repository))
      continue;
    report(
        *step.object, *step.migrator.container->find("image"),
        fmt::format("{} `{}` migrates with `{}` while {} `{}` runs `{}`: the schema of one release "
                    "with the code of another",
                    to_string(step.object->kind), step.object->full_name(), migrations.tag,
                    to_string(workload.kind), workload.full_name(), code.tag),
        {.notes = {{workload.at(*container.find("image")), "the image of the code"}}});
    return;
  }
}

void check(const ManifestContext& context, Report& report) {
  for (const argo::MigrationStep& step : argo::migration_steps(context.head))
    for (const Object& workload : context.head.all())
      if (argo::is_workload(workload.kind) && argo::same_folder(workload, *step.object) &&
          (workload.judged || step.object->judged))
        compare(workload, step, report);
}

}  // namespace

namespace rules {
extern constinit const Rule release_migration_image_mismatch{
    .id = "release/migration-image-mismatch",
    .summary = "the migrations of one release are deployed with the code of another",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "A migration image and the image of the code are built from one commit; a tag that was "
        "raised in one place alone deploys a schema that this code was never tested with. A revert "
        "that touches one of the two does the same.",
    .instead = "1. Set both tags from one value, so that a revert takes both back.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
