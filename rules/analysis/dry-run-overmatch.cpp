#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  for (const argo::MetricPattern& pattern : metric_patterns(subject, context.head, "dryRun")) {
    const bool literal = std::all_of(pattern.text.begin(), pattern.text.end(), [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == ' ';
    });
    if (!literal || pattern.text.empty() || pattern.matched.size() < 2) continue;
    std::string others;
    for (const argo::Metric* metric : pattern.matched)
      if (metric->name != pattern.text)
        others += fmt::format("{}`{}`", others.empty() ? "" : ", ", metric->name);
    report(*pattern.object, *pattern.node,
           fmt::format("dryRun `{}` also covers {}: its failures no longer stop a rollout",
                       pattern.text, others));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_dry_run_overmatch{
    .id = "analysis/dry-run-overmatch",
    .summary = "a dryRun entry that switches off more metrics than it names",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "`dryRun[].metricName` is a regular expression without anchors: `error` also covers "
        "`server-error-rate`, whose failures then no longer stop a rollout.",
    .instead = "1. Anchor it: `^error$`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
