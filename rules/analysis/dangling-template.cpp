#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "argo/missing_template.h"
#include "core/config.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  using argo::ObjectKind;
  for (const argo::MissingTemplate& missing : missing_templates(subject, context.head)) {
    if (missing.why != argo::MissingTemplate::Why::nowhere) continue;
    const ObjectKind kind = missing.ref->cluster ? ObjectKind::cluster_analysis_template
                                                 : ObjectKind::analysis_template;
    std::vector<std::string_view> names;
    for (const argo::Object* object : context.head.of(kind)) names.push_back(object->name);
    const std::string_view near = nearest(missing.ref->name, names);
    ReportOptions options;
    if (names.empty()) {  // they are kept elsewhere, it seems
      options.at_most = Severity::warning;
      options.notes.push_back(
          {std::nullopt, fmt::format("no {} at all was among the files judged", to_string(kind))});
    }
    const yaml::Node* name = missing.ref->node->find("templateName");
    report(*missing.holder, name ? *name : *missing.ref->node,
           fmt::format("there is no {} `{}`{}: {} `{}` is refused and stops where it is",
                       to_string(kind), missing.ref->name,
                       near.empty() ? "" : fmt::format(" (did you mean `{}`?)", near),
                       subject.object.kind == ObjectKind::experiment ? "experiment" : "rollout",
                       subject.object.name),
           std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_dangling_template{
    .id = "analysis/dangling-template",
    .summary = "an analysis of a template that is not there",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A rollout that names a template which does not exist is invalid: it stops where it is, "
        "Degraded, until the template is created. In the middle of an update that leaves both "
        "versions running.",
    .instead =
        "1. Correct the name, or add the template to the same change.\n2. Judge all manifests of "
        "the cluster in one run when templates live elsewhere.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
