#include <fmt/format.h>

#include <optional>
#include <string>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

struct Fault {
  const yaml::Node* node;
  std::string words;
};

// The combinations that the provider refuses (metricproviders/datadog of v1.9.1).
std::optional<Fault> fault_of(const yaml::Node& datadog) {
  const std::string_view version = argo::text_at(datadog, {"apiVersion"});
  const yaml::Node* const query = datadog.find("query");
  const yaml::Node* const queries = datadog.find("queries");
  const yaml::Node* const formula = datadog.find("formula");
  const yaml::Node* const aggregator = datadog.find("aggregator");
  if (version.find("{{") != std::string_view::npos) return std::nullopt;
  if (!version.empty() && version != "v1" && version != "v2")
    return Fault{datadog.find("apiVersion"), fmt::format("knows API v1 and v2, not `{}`", version)};
  const std::string_view which = version.empty() ? ", and v1 is the default" : ", not v1";
  if (version != "v2") {
    if (queries) return Fault{queries, fmt::format("takes `queries` only with API v2{}", which)};
    if (formula) return Fault{formula, fmt::format("takes `formula` only with API v2{}", which)};
    if (aggregator)
      return Fault{aggregator, fmt::format("takes `aggregator` only with API v2{}", which)};
  }
  if (!query && (!queries || queries->entries.empty())) return Fault{nullptr, "has no query"};
  if (query && queries) return Fault{queries, "has both `query` and `queries`"};
  if (formula && !queries) return Fault{formula, "has a `formula` without `queries` to join"};
  if (queries && queries->entries.size() > 1 && !formula)
    return Fault{queries, fmt::format("has {} queries and no `formula` that joins them",
                                      queries->entries.size())};
  return std::nullopt;
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.provider != argo::Provider::datadog) return;
  const yaml::Node* const datadog = metric.node->find({"provider", "datadog"});
  if (!datadog || datadog->kind != yaml::Kind::map) return;
  if (const auto fault = fault_of(*datadog))
    report(subject.object,
           fault->node ? *fault->node : argo::place_of(*metric.node, {"provider", "datadog"}),
           fmt::format("metric `{}` {}: every measurement is an Error", metric.name, fault->words));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_datadog_query_shape{
    .id = "analysis/datadog-query-shape",
    .summary = "fields of a Datadog metric that do not go together",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A Datadog metric has either one `query` or, with API v2, named `queries`, which a "
        "`formula` joins when there are several. Other combinations are refused when the analysis "
        "runs, not when the template is applied.",
    .instead = "1. Set `apiVersion: v2` and give `query`, or `queries` with a `formula`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/analysis/datadog/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
