#include <fmt/format.h>

#include "argo/manifest.h"
#include "core/rule.h"

namespace backout {
namespace {

// A condition in plain text that begins or goes on like YAML is the most common cause.
bool is_plain_condition(std::string_view line) {
  const std::size_t key = line.find("Condition:");
  if (key == std::string_view::npos) return false;
  const std::size_t value = line.find_first_not_of(" \t", key + 10);
  return value != std::string_view::npos && line[value] != '"' && line[value] != '\'';
}

void check(const argo::File& file, const ManifestContext&, Report& report) {
  if (file.interest != argo::Interest::argo) return;
  for (const yaml::Document& document : file.documents) {
    if (!document.defect) continue;
    ReportOptions options;
    if (document.defect->limit) options.at_most = Severity::warning;  // the verdict is undecided
    const LineIndex lines(file.source->text);
    const Span place = document.defect->place;
    if (is_plain_condition(lines.line(lines.position(place.begin).line)))
      options.notes.push_back(
          {std::nullopt,
           "a condition needs quotes: in plain text `!`, `*`, `&`, `{{`, ` #` and "
           "`: ` mean something to YAML"});
    report.at({file.source, place}, {"file", file.source->path},
              fmt::format("`{}` is not YAML that Kubernetes reads: {}", file.source->path,
                          document.defect->message),
              std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_unreadable_manifest{
    .id = "rollout/unreadable-manifest",
    .summary = "a manifest that holds objects of Argo cannot be read",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "kubectl and Argo CD refuse the whole document, so none of its objects is applied and the "
        "cluster keeps what it had: the old gate, the old steps, or none. What cannot be read "
        "cannot be judged either. A document that is nested, aliased or long beyond all reason is "
        "not looked into and leaves the verdict undecided.",
    .instead =
        "1. Repair the document at the place that is named; `kubectl apply --dry-run=client -f` "
        "reads it as the cluster will.\n2. Quote what holds `{{…}}`, `!`, `*`, `&`, ` #` or `: `.\n"
        "3. A template is no manifest yet: pipe what its tool renders into `backout lint -`.",
    .references = "https://yaml.org/spec/1.2.2/#73-flow-scalar-styles",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
