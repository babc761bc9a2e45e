// The analyses of a rollout as the controller runs them: templates looked up and merged, arguments
// put into the metrics. Source: utils/analysis/helpers.go and factory.go, rollout/analysis.go of
// argo-rollouts v1.9.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argo/duration.h"
#include "yaml/node.h"

namespace backout::argo {

enum class Provider : std::uint8_t {
  none,
  several,
  prometheus,
  datadog,
  new_relic,
  wavefront,
  cloud_watch,
  web,
  graphite,
  influxdb,
  skywalking,
  kayenta,
  job,
  plugin,
};
[[nodiscard]] std::string_view to_string(Provider provider);  // the key: "cloudWatch"

// An argument of a template or of an analysis.
struct Argument {
  std::string_view name;
  std::optional<std::string> value;  // none: from a secret, a field, a pod hash, or nowhere
  bool has_source = false;           // valueFrom
  const yaml::Node* node = nullptr;
};

// A string of a metric after its arguments were put in.
struct Text {
  const yaml::Node* node = nullptr;  // null: the field is not there
  std::string value;                 // placeholders that have no known value stay
  bool known = true;                 // none stayed
  bool verbatim = true;              // nothing was put in: offsets are those of the node's text
  [[nodiscard]] bool given() const { return node != nullptr && !value.empty(); }
};

// One metric of an analysis, its limits as the controller reads them.
struct Metric {
  std::string name;
  std::optional<Seconds> interval;
  Seconds initial_delay = 0;
  int count = 1;  // measurements that end it; 0: no end
  int failure_limit = 0, inconclusive_limit = 0, error_limit = 4, success_limit = 0;
  bool dry_run = false;
  bool known = true;  // false: a limit or a time depends on an argument without a known value
  Provider provider = Provider::none;
  Text success, failure;  // conditions
  Text query;             // of a provider with one query
  const yaml::Node* node = nullptr;
  const yaml::Node* source = nullptr;  // the document it stands in
};

struct TemplateRef {
  std::string_view name;
  bool cluster = false;
  const yaml::Node* node = nullptr;  // the entry of `templates`
};

// One analysis of a rollout.
struct Gate {
  enum class Kind : std::uint8_t { step, background, experiment, pre_promotion, post_promotion };
  Kind kind = Kind::step;
  std::size_t step = 0;   // of `Rollout::steps`: where it stands or, in the background, starts
  bool required = false;  // of an experiment: requiredForCompletion
  std::vector<Metric> metrics;
  std::vector<Argument> arguments;   // in force: the template's, overridden by the rollout's
  std::vector<TemplateRef> refs;     // as the rollout names them
  std::vector<TemplateRef> missing;  // of these and of what they name themselves
  std::vector<TemplateRef> cycle;    // templates that reach themselves
  std::vector<const yaml::Node*> templates;  // the documents found, each once
  bool touched = false;                      // one of these is new or changed
  const yaml::Node* node = nullptr;          // `analysis`, `prePromotionAnalysis` …
  [[nodiscard]] bool complete() const { return missing.empty(); }
};

// The document of an AnalysisTemplate in the rollout's namespace, or of a ClusterAnalysisTemplate;
// null when there is none.
using FindTemplate = std::function<const yaml::Node*(std::string_view name, bool cluster)>;

// All analyses of a Rollout or, for an Experiment, its own.
[[nodiscard]] std::vector<Gate> gates_of(const yaml::Node& object, const FindTemplate& find);

// A template on its own, with its arguments' default values: for templates that nobody names.
[[nodiscard]] Gate gate_of_template(const yaml::Node& object, const FindTemplate& find);

// Puts the arguments' values for `{{args.NAME}}`. What has no known value stays as it is.
[[nodiscard]] Text put_arguments(const yaml::Node& scalar, const std::vector<Argument>& arguments);

}  // namespace backout::argo
