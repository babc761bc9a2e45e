#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "argo/consumers.h"
#include "core/condition_rules.h"

namespace backout {
namespace {

using argo::RolloutSubject;

// Those of one name are the same one, in several environments.
std::size_t different(const std::vector<const RolloutSubject*>& rollouts) {
  std::set<std::string_view> names;
  for (const RolloutSubject* one : rollouts) names.insert(one->object.name);
  return names.size();
}

void check_metric(const argo::SharedMetric& shared, const argo::RolloutNames& rollouts,
                  Report& report) {
  const argo::MetricSubject& subject = *shared.first;
  const bool cluster = subject.object.kind == argo::ObjectKind::cluster_analysis_template;
  const std::size_t users = different(shared.rollouts);
  if (!is_judged(subject) || (users < 2 && !cluster)) return;
  const auto query = written_query(subject.metric);
  if (!query) return;
  for (const argo::NamedInQuery& named : argo::named_in(*query)) {
    // one name for all of its users is what they share: a gateway, a database
    if (std::all_of(shared.rollouts.begin(), shared.rollouts.end(),
                    [&](const RolloutSubject* one) { return argo::goes_by(*one, named.value); }) &&
        !shared.rollouts.empty())
      continue;
    const RolloutSubject* const meant = rollouts.meant_by(named.value);
    if (!meant) continue;
    argo::Text written = subject.metric.query;
    written.verbatim = true;  // offsets are those of the text that was parsed
    written.value = written.node->text;
    report_part(
        report, subject.object, written, named.span,
        fmt::format("metric `{}` of {} `{}`, which {}, asks for `{}=\"{}\"`: the others are judged "
                    "by what rollout `{}` does",
                    subject.metric.name, to_string(subject.object.kind), subject.object.name,
                    users > 1 ? fmt::format("{} rollouts use", users) : "every namespace may use",
                    named.label, named.value, meant->rollout.name));
    return;
  }
}

void check(const ManifestContext& context, Report& report) {
  const argo::RolloutNames rollouts(context.subjects);
  for (const argo::SharedMetric& shared : shared_metrics(context.subjects))
    check_metric(shared, rollouts, report);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_hard_coded_service{
    .id = "analysis/hard-coded-service",
    .summary = "a shared template that asks about one service",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A template that several rollouts use, or any may, and whose query names one of them, "
        "judges all by that one: a bad release of another passes, and a good one is taken back "
        "when the named service has trouble.",
    .instead =
        "1. Declare an argument, `args: [{name: service}]`, and write "
        "`service=\"{{args.service}}\"`.\n2. Pass its value in each rollout.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
