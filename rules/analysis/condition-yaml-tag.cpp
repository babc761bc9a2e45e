#include <fmt/format.h>

#include "argo/condition_text.h"
#include "core/rule.h"

namespace backout {
namespace {

// Where the tag stands: it views the source.
Location place_of(const argo::Object& object, std::string_view tag) {
  const auto begin = static_cast<std::uint32_t>(tag.data() - object.source->text.data());
  return {object.source, {begin, begin + static_cast<std::uint32_t>(tag.size())}};
}

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  for_each_condition(object, [&](const yaml::Entry& entry, std::string_view metric) {
    const std::string_view tag = entry.value.tag;
    if (tag.empty() || tag == "!" || tag.starts_with("!!")) return;
    const std::string rest = entry.value.text.empty()
                                 ? std::string("empty, which is no condition at all")
                                 : fmt::format("`{}`", entry.value.text);
    report.at(place_of(object, tag),
              {std::string(to_string(object.kind)), object.full_name(), object.path(entry.value)},
              fmt::format("`{}` is a tag to YAML: `{}` of metric `{}` is {}", tag, entry.key.text,
                          metric, rest));
  });
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_yaml_tag{
    .id = "analysis/condition-yaml-tag",
    .summary = "a condition begins with `!`, which YAML takes for a tag",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A plain text that begins with `!` is a type tag up to the next blank. sigs.k8s.io/yaml "
        "drops a tag it does not know and keeps what is left, mostly nothing. The controller then "
        "sees an empty condition: with no condition left every measurement is Successful, and the "
        "gate passes whatever the metric says.",
    .instead = "1. Quote the condition: `successCondition: \"!isNaN(result[0])\"`.",
    .references = "https://yaml.org/spec/1.2.2/#691-node-tags",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
