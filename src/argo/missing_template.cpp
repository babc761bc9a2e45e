#include "argo/missing_template.h"

namespace backout::argo {

const Object* holder_of(const GateSubject& subject, const Objects& objects,
                        const yaml::Node& node) {
  if (!subject.object.path(node).empty()) return &subject.object;
  for (const yaml::Node* document : subject.gate.templates)
    if (const Object* object = object_of(objects, document); object && !object->path(node).empty())
      return object;
  return nullptr;
}

std::vector<MissingTemplate> missing_templates(const GateSubject& subject, const Objects& objects) {
  std::vector<MissingTemplate> out;
  for (const TemplateRef& ref : subject.gate.missing) {
    if (ref.name.find("{{") != std::string_view::npos ||
        ref.name.find('$') != std::string_view::npos || !ref.node)
      continue;
    MissingTemplate missing;
    missing.ref = &ref;
    missing.holder = holder_of(subject, objects, *ref.node);
    if (!missing.holder) continue;
    for (const bool cluster : {!ref.cluster, ref.cluster}) {
      const ObjectKind kind =
          cluster ? ObjectKind::cluster_analysis_template : ObjectKind::analysis_template;
      const auto found = cluster == ref.cluster
                             ? std::vector<const Object*>()
                             : objects.find(kind, subject.object.namespace_name, ref.name);
      if (missing.other || !found.empty()) {
        if (!missing.other) missing.other = found.front();
        missing.why = MissingTemplate::Why::other_scope;
        break;
      }
      if (cluster || cluster != ref.cluster) continue;
      for (const Object* object : objects.of(kind))
        if (object->name == ref.name) missing.other = object;
      if (missing.other) missing.why = MissingTemplate::Why::other_namespace;
    }
    out.push_back(missing);
  }
  return out;
}

}  // namespace backout::argo
