#include <fmt/format.h>

#include <algorithm>

#include "argo/manifest.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::File& file, const ManifestContext& context, Report& report) {
  const auto& objects = context.head.all();
  for (const yaml::Document& document : file.documents) {
    for (const yaml::DuplicateKey& key : document.duplicates) {
      const auto object =
          std::find_if(objects.begin(), objects.end(), [&](const argo::Object& one) {
            return one.source == file.source && is_argo(one.kind) &&
                   one.node->span.begin <= key.second.span.begin &&
                   key.second.span.end <= one.node->span.end;
          });
      if (object == objects.end()) continue;
      ReportOptions options;
      options.notes.push_back({object->at(key.first), "given before"});
      report(
          *object, key.second,
          key.merged
              ? fmt::format("`<<` below key `{}` brings another value, and that one counts",
                            key.first.text)
              : fmt::format("key `{}` is given twice: this one counts, the one before is dropped",
                            key.second.text),
          std::move(options));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_duplicate_key{
    .id = "rollout/duplicate-key",
    .summary = "a key stands twice in one map of a manifest",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Argo CD and every tool that reads YAML through sigs.k8s.io/yaml without strictness takes "
        "the last one and says nothing; `kubectl apply` with strict validation (default since "
        "1.25) refuses the object. So a second `failureCondition` or `steps` silently replaces the "
        "first, and what a reviewer reads at the top is not what the controller runs.",
    .instead = "1. Keep one of the two and delete the other.",
    .references = "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
