#include <fmt/format.h>

#include "argo/condition_text.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  for_each_condition(object, [&](const yaml::Entry& entry, std::string_view metric) {
    const yaml::Type type = yaml::type_of(entry.value);
    if (type == yaml::Type::string || type == yaml::Type::null || !entry.value.tag.empty()) return;
    const bool scalar = entry.value.kind == yaml::Kind::scalar;
    report(object, entry.value,
           fmt::format("`{}` of metric `{}` is {}{}, not a string: the API server refuses the {}",
                       entry.key.text, metric, words(type),
                       scalar ? fmt::format(" (`{}`)", entry.value.text) : "",
                       to_string(object.kind)));
  });
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_not_string{
    .id = "analysis/condition-not-string",
    .summary = "a condition is a boolean, a number or a list to YAML",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The schema wants a string. Without quotes `true`, `yes`, `on` and numbers are values of "
        "their own to YAML, and a text that begins with `[` or `{` is a list or a map. The API "
        "server refuses the object; what stays in the cluster is the template as it was before, "
        "and on a fresh cluster a Rollout that names a template which does not exist.",
    .instead = "1. Quote the condition: `successCondition: \"true\"`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
