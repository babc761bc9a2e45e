// The conditions of an analysis as they stand in the YAML, before anybody reads them as a language.
#pragma once

#include <string_view>

#include "argo/manifest.h"

namespace backout::argo {

// Calls `use(entry, metric)` for each successCondition and failureCondition of an AnalysisTemplate,
// ClusterAnalysisTemplate or AnalysisRun; `metric` is the metric's name.
template <class Use>
void for_each_condition(const Object& object, const Use& use) {
  if (object.kind != ObjectKind::analysis_template &&
      object.kind != ObjectKind::cluster_analysis_template &&
      object.kind != ObjectKind::analysis_run)
    return;
  const yaml::Node* const metrics = object.node->find({"spec", "metrics"});
  if (metrics == nullptr) return;
  for (const yaml::Node& metric : metrics->items) {
    const yaml::Node* const name = metric.find("name");
    for (const std::string_view key : {"successCondition", "failureCondition"})
      if (const yaml::Entry* const entry = metric.entry(key))
        use(*entry, name == nullptr ? std::string_view() : name->text);
  }
}

}  // namespace backout::argo
