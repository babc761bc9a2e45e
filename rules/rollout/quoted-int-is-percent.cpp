#include <fmt/format.h>

#include <optional>

#include "argo/lookup.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

void report_quoted(const argo::RolloutSubject& subject, const yaml::Node* strategy,
                   const char* field, Report& report) {
  const yaml::Node* const node = strategy ? strategy->find(field) : nullptr;
  const auto text = node ? yaml::as_string(*node) : std::nullopt;
  if (!text || text->empty() || *text == "0") return;
  if (text->find_first_not_of("0123456789") != std::string_view::npos) return;
  report(subject.object, *node,
         fmt::format("`{}: \"{}\"` is {} % of the replicas, not a number of pods", field, *text,
                     *text));
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!subject.object.judged) return;
  for (const char* field : {"maxSurge", "maxUnavailable"})
    report_quoted(subject, canary_of(subject), field, report);
  report_quoted(subject, blue_green_of(subject), "maxUnavailable", report);
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_quoted_int_is_percent{
    .id = "rollout/quoted-int-is-percent",
    .summary = "a quoted number that the controller reads as percent",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "`maxSurge: \"1\"` is 1 %, not one pod: the controller takes any text for a "
        "percentage, with or without the sign. `maxUnavailable: \"1\"` is no pod at all "
        "below 100 replicas.",
    .instead = "1. Take the quotes off for pods, or write the `%`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
