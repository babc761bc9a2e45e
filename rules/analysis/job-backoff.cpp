#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.provider != argo::Provider::job || metric.dry_run) return;
  const yaml::Node* const spec = metric.node->find({"provider", "job", "spec"});
  if (!spec || !spec->find({"template", "spec"})) return;
  const std::string_view policy = argo::text_at(*spec, {"template", "spec", "restartPolicy"});
  if (policy.empty() || policy == "Always") {
    report(subject.object, argo::place_of(*spec, {"template", "spec", "restartPolicy"}),
           fmt::format("the job of metric `{}` has {}: Kubernetes refuses it, and every "
                       "measurement is an Error",
                       metric.name,
                       policy.empty() ? "no `restartPolicy`" : "`restartPolicy: Always`"));
    return;
  }
  if (spec->find("activeDeadlineSeconds")) return;  // which bounds the retries, too
  const yaml::Node& place = argo::place_of(*metric.node, {"provider", "job", "spec"});
  if (spec->find("backoffLimit"))
    report(subject.object, place,
           fmt::format("the job of metric `{}` has no `activeDeadlineSeconds`: one that hangs "
                       "holds the rollout for ever",
                       metric.name),
           {.at_most = Severity::note});
  else
    report(subject.object, place,
           fmt::format("the job of metric `{}` has neither `activeDeadlineSeconds` nor "
                       "`backoffLimit`: one that hangs holds the rollout for ever, and one that "
                       "fails is tried 6 times more before it counts",
                       metric.name),
           {.at_most = Severity::warning});
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_job_backoff{
    .id = "analysis/job-backoff",
    .summary = "a job that never ends, or is never started",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A job metric is measured when its Job is Complete or Failed. A pod that hangs is neither, "
        "and a step waits for its analysis without an end; a pod that fails is started again, up "
        "to 6 times with growing pauses, before the Job is Failed. Jobs want `restartPolicy: "
        "Never` "
        "or `OnFailure`; pods without one have Always.",
    .instead =
        "1. Set `restartPolicy: Never`, `backoffLimit: 0` where one failure shall count, and "
        "`activeDeadlineSeconds` to what the job may take.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/analysis/job/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
