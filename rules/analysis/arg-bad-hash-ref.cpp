#include <fmt/format.h>

#include <string_view>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* passed =
      subject.rollout && subject.gate.node ? subject.gate.node->find("args") : nullptr;
  if (!passed) return;
  for (const yaml::Node& item : passed->items) {
    const yaml::Node* value = item.find({"valueFrom", "podTemplateHashValue"});
    const yaml::Node* name = item.find("name");
    if (!value || value->text == "Stable" || value->text == "Latest" ||
        value->text.find("{{") != std::string_view::npos)
      continue;
    report(subject.object, *value,
           fmt::format(
               "argument `{}`: podTemplateHashValue `{}` is neither `Stable` nor `Latest`, so the "
               "argument has no hash",
               name ? name->text : "", value->text));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_arg_bad_hash_ref{
    .id = "analysis/arg-bad-hash-ref",
    .summary = "a podTemplateHashValue that is neither Stable nor Latest",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "podTemplateHashValue knows `Stable` and `Latest`, in this spelling. Anything else is "
        "taken for no source, and the argument keeps its plain value.",
    .instead = "1. Write `Latest` for the new version, `Stable` for the old one.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
