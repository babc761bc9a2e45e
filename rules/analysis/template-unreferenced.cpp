#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  using argo::ObjectKind;
  if (subject.rollout) return;
  if (context.head.of(ObjectKind::rollout).empty()) return;  // the rollouts are elsewhere
  const bool cluster = subject.object.kind == ObjectKind::cluster_analysis_template;
  for (const ObjectKind kind :
       {ObjectKind::analysis_template, ObjectKind::cluster_analysis_template})
    for (const argo::Object* other : context.head.of(kind))
      if (const yaml::Node* refs = other->node->find({"spec", "templates"}))
        for (const yaml::Node& ref : refs->items)
          if (const yaml::Node* name = ref.find("templateName"))
            if (name->text == subject.object.name) return;
  report(
      subject.object, *subject.object.node,
      fmt::format("no rollout among the files judged uses {} `{}`",
                  cluster ? "ClusterAnalysisTemplate" : "AnalysisTemplate", subject.object.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_template_unreferenced{
    .id = "analysis/template-unreferenced",
    .summary = "a template that no rollout uses",
    .letters = "-",
    .severity = Severity::note,
    .why = "A template that nothing names guards nothing. Often a rollout was meant to name it.",
    .instead = "1. Name it in a rollout, or delete it.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
