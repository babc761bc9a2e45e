#include <fmt/format.h>

#include <map>
#include <string_view>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  std::map<std::string_view, const yaml::Node*> defaults;
  for (const yaml::Node* document : subject.gate.templates) {
    const yaml::Node* args = document->find({"spec", "args"});
    if (!args) continue;
    for (const yaml::Node& item : args->items) {
      const yaml::Node *name = item.find("name"), *value = item.find("value");
      if (!name || !value) continue;
      const auto [known, fresh] = defaults.emplace(name->text, value);
      if (fresh || known->second->text == value->text) continue;
      const argo::Object* object = object_of(context.head, document);
      if (!object) continue;
      report(*object, *value,
             fmt::format(
                 "argument `{}` is `{}` here and `{}` in another template of the same analysis of "
                 "`{}`: the analysis is refused",
                 name->text, value->text, known->second->text, subject.object.name));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_arg_conflict{
    .id = "analysis/arg-conflict",
    .summary = "templates that disagree about a default",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Templates that one analysis merges may declare the same argument, but not with different "
        "default values: such an analysis is refused.",
    .instead = "1. Use the same default, or none and pass the value.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
