// Why a template that an analysis names is not found.
#pragma once

#include "argo/attached.h"

namespace backout::argo {

struct MissingTemplate {
  enum class Why : std::uint8_t { nowhere, other_scope, other_namespace } why = Why::nowhere;
  const TemplateRef* ref = nullptr;
  const Object* holder = nullptr;  // where the reference stands
  const Object* other = nullptr;   // the template of that name
};
// Those whose name is known.
[[nodiscard]] std::vector<MissingTemplate> missing_templates(const GateSubject& subject,
                                                             const Objects& objects);

// The object in which an entry of `templates` of the gate stands.
[[nodiscard]] const Object* holder_of(const GateSubject& subject, const Objects& objects,
                                      const yaml::Node& node);

}  // namespace backout::argo
