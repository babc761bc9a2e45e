// Which rollouts run a metric, and what its query says by name, before arguments are put in.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "argo/subject.h"

namespace backout::argo {

// The names a Rollout goes by in metrics: its own and those of its Services.
[[nodiscard]] std::vector<std::string_view> names_of(const RolloutSubject& rollout);

// A value that a query of Prometheus compares a label with that names a service or its pods:
// `service="checkout"`. Placeholders are left out.
struct NamedInQuery {
  std::string_view label, value;
  Span span;  // of the value, in the query's text
};

// A metric as it is written, with every rollout that runs it.
struct SharedMetric {
  const MetricSubject* first = nullptr;
  std::vector<const RolloutSubject*> rollouts;  // each once
};
[[nodiscard]] std::vector<SharedMetric> shared_metrics(const Subjects& subjects);

// What the query names in the text of the manifest; `query` is that text, parsed.
[[nodiscard]] std::vector<NamedInQuery> named_in(const promql::Query& query);
// Of a metric of Prometheus: its text, parsed with its placeholders.
[[nodiscard]] std::optional<promql::Query> written_query(const Metric& metric);

// Whether a label's value means a name: equal to it, as a host (`checkout.shop.svc`), or a pattern
// for its pods (`checkout-.*`).
[[nodiscard]] bool means(std::string_view value, std::string_view name);
[[nodiscard]] bool goes_by(const RolloutSubject& rollout, std::string_view value);

// Finds the Rollout that a label's value means, whatever their number.
class RolloutNames {
 public:
  explicit RolloutNames(const Subjects& subjects);
  [[nodiscard]] const RolloutSubject* meant_by(std::string_view value) const;  // null: none

 private:
  std::unordered_map<std::string_view, const RolloutSubject*> by_name_;
};

// Calls `use(rollout, metrics)` for each Rollout or Experiment that runs metrics.
template <class Use>
void for_each_rollout(const Subjects& subjects, const Use& use) {
  std::vector<const MetricSubject*> metrics;
  const auto flush = [&] {
    if (!metrics.empty()) use(*metrics.front()->gate.rollout, metrics);
    metrics.clear();
  };
  for (const MetricSubject& metric : subjects.metrics) {  // in the order of the rollouts
    if (!metric.gate.rollout) continue;
    if (!metrics.empty() && metrics.front()->gate.rollout != metric.gate.rollout) flush();
    metrics.push_back(&metric);
  }
  flush();
}

}  // namespace backout::argo
