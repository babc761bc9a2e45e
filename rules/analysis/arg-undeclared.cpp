#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "argo/attached.h"
#include "argo/placeholder.h"
#include "core/config.h"
#include "core/rule.h"

namespace backout {
namespace {

std::string did_you_mean(std::string_view name, const std::vector<argo::Argument>& arguments) {
  std::vector<std::string_view> names;
  for (const argo::Argument& one : arguments) names.push_back(one.name);
  const std::string_view near = nearest(name, names);
  return near.empty() ? "" : fmt::format(" (did you mean `{}`?)", near);
}

bool declares(const argo::Gate& gate, std::string_view name) {
  return std::any_of(gate.arguments.begin(), gate.arguments.end(),
                     [&](const argo::Argument& one) { return one.name == name; });
}

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Gate& gate = subject.gate;
  if (!gate.complete()) return;
  for (const argo::Metric& metric : gate.metrics) {
    const argo::Object* object = object_of(context.head, metric.source);
    if (!object) continue;
    for (const argo::Placeholder& one : argo::placeholders_below(*metric.node)) {
      const std::string_view name = one.argument();
      if (name.empty() || declares(gate, name)) continue;
      report(*object, *one.node,
             fmt::format(
                 "metric `{}` uses `{{{{args.{}}}}}`, which no template declares{}: the analysis "
                 "ends as Error and the rollout is aborted",
                 metric.name, name, did_you_mean(name, gate.arguments)));
    }
  }
  const yaml::Node* passed = subject.rollout ? gate.node->find("args") : nullptr;
  if (!passed || gate.templates.empty() || is_ambiguous(subject, context.head)) return;
  for (const yaml::Node& item : passed->items) {
    const yaml::Node* name = item.find("name");
    if (!name || name->text.empty() || declares(gate, name->text)) continue;
    report(subject.object, *name,
           fmt::format("no template of this analysis declares argument `{}`{}: it is dropped",
                       name->text, did_you_mean(name->text, gate.arguments)),
           {.at_most = Severity::warning});
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_arg_undeclared{
    .id = "analysis/arg-undeclared",
    .summary = "an argument that no template declares",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A metric that uses `{{args.name}}` without the template declaring it cannot be resolved: "
        "the analysis ends as Error and aborts the rollout. An argument that a rollout passes and "
        "no template declares is dropped in silence, so a misspelt one leaves the default in "
        "force.",
    .instead = "1. Declare the argument under `args` of the template, in the same spelling.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
