#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

// What a release changes: the pods, by their image or environment.
enum class Hides : std::uint8_t { nothing, replicas, pods };

Hides hides(std::string_view path) {
  const bool deep = path.find("containers") != std::string_view::npos;
  if (deep &&
      (path.find("image") != std::string_view::npos || path.find("env") != std::string_view::npos ||
       path.ends_with("containers") || path.ends_with("containers[]")))
    return Hides::pods;
  while (path.ends_with('/')) path.remove_suffix(1);
  for (const std::string_view whole : {"/spec", ".spec", "/spec/template", ".spec.template",
                                       "/spec/template/spec", ".spec.template.spec"})
    if (path == whole) return Hides::pods;
  return path == "/spec/replicas" || path == ".spec.replicas" ? Hides::replicas : Hides::nothing;
}

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application || application->option("RespectIgnoreDifferences=true") == nullptr) return;
  const yaml::Node* const rules = application->spec->find("ignoreDifferences");
  if (rules == nullptr) return;
  for (const yaml::Node& rule : rules->items)
    for (const std::string_view key : {"jsonPointers", "jqPathExpressions"}) {
      const yaml::Node* const list = rule.find(key);
      if (list == nullptr) continue;
      for (const yaml::Node& path : list->items) {
        const Hides what = hides(path.text);
        if (what == Hides::nothing) continue;
        ReportOptions options;
        if (what == Hides::replicas) options.at_most = Severity::note;
        report(
            object, path,
            fmt::format("`{}` is ignored and `RespectIgnoreDifferences=true` keeps its live value "
                        "while syncing {}: {}",
                        path.text, application->title(),
                        what == Hides::pods
                            ? "a rollback or a revert leaves what the bad release runs"
                            : "a rollback leaves the number of pods as it is, which is right "
                              "only under an autoscaler"),
            std::move(options));
      }
    }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_respect_ignore_hides_rollback{
    .id = "argocd/respect-ignore-hides-rollback",
    .summary = "fields that are ignored keep their live value in a rollback",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "`ignoreDifferences` alone hides a field from the comparison. With "
        "`RespectIgnoreDifferences=true` a sync also writes the live value back. Where the field "
        "is the image or the environment of the pods, a rollback and a revert report success and "
        "change nothing.",
    .instead =
        "1. Ignore narrower fields: the one key that another controller owns.\n"
        "2. Where an image updater writes the tag, let it write to git.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/"
        "#respect-ignore-difference-configs",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
