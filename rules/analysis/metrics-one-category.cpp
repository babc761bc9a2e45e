#include <fmt/format.h>

#include <optional>
#include <vector>

#include "argo/category.h"
#include "argo/consumers.h"
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::Category;

const char* what_it_misses(Category category) {
  switch (category) {
    case Category::errors:
      return "a release that answers slowly, or wrongly with status 200, passes";
    case Category::latency:
      return "a release that fails quickly passes";
    case Category::traffic:
      return "a release that fails every request, or is slow, passes";
    case Category::resources:
      return "a release that fails requests passes";
    case Category::business:
      return "a release that is slow, or fails where nobody buys, passes";
    default:
      return "what real users see is not looked at";
  }
}

void check_rollout(const argo::RolloutSubject& subject,
                   const std::vector<const argo::MetricSubject*>& metrics, Report& report) {
  if (subject.object.kind != argo::ObjectKind::rollout || !argo::is_whole(subject)) return;
  if (!is_judged(subject)) return;
  std::optional<Category> only;
  const argo::Gate* first = nullptr;
  std::size_t number = 0;
  for (const argo::MetricSubject* metric : metrics) {
    if (!metric->gate.gate.complete()) return;
    if (metric->metric.dry_run) continue;
    const Category category = category_of(*metric);
    if (category == Category::unknown || (only && *only != category)) return;
    only = category;
    if (!first) first = &metric->gate.gate;
    ++number;
  }
  // a job tests whatever its program tests
  if (!only || *only == Category::synthetic || !first->node) return;
  report(subject.object, *first->node,
         fmt::format("{} of rollout `{}` looks at {} alone: {}",
                     number == 1 ? "the only metric" : "every metric", subject.object.name,
                     to_string(*only), what_it_misses(*only)));
}

void check(const ManifestContext& context, Report& report) {
  for_each_rollout(context.subjects, [&](const auto& rollout, const auto& metrics) {
    check_rollout(rollout, metrics, report);
  });
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_metrics_one_category{
    .id = "analysis/metrics-one-category",
    .summary = "all gates of a rollout look at the same kind of number",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Error rates do not see slow answers, latency does not see errors, and neither sees the "
        "worst of all, the wrong answer with status 200. Gates that look at one kind of number let "
        "through whatever shows in the others.",
    .instead =
        "1. Judge errors and a latency quantile, and where it can be had a number of the business: "
        "orders, logins.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
