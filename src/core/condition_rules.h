// What the rules about conditions have in common.
#pragma once

#include <string>
#include <string_view>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {

inline std::string_view key_of(bool failure) {
  return failure ? "failureCondition" : "successCondition";
}

// Reports at `part` of a metric's text; at all of it when arguments were put in, as offsets no
// longer fit then.
void report_part(Report& report, const argo::Object& object, const argo::Text& text, Span part,
                 std::string message, ReportOptions options = {});

// Reports the conditions that give an Error for every typical answer, of those that `is_own`
// accepts.
void report_futile(const argo::MetricSubject& subject, Report& report,
                   bool (*is_own)(const argo::Futility&));

// A note that says which numbers a query can give, where its form tells.
[[nodiscard]] ReportOptions range_note(const argo::Conclusions& conclusions);

// An index beyond the result.
[[nodiscard]] inline bool is_missing_element(const expr::Problem& problem) {
  return problem.stage == expr::Stage::run && problem.message.starts_with("there is no element");
}

// Whether a YAML rule says better why the text is broken: a comment cut it off, or it has a tag.
[[nodiscard]] bool is_cut_by_yaml(const argo::Object& object, const yaml::Node& text);

// `name(…)` somewhere in the condition.
[[nodiscard]] bool calls(const expr::Condition& condition, std::string_view name);

}  // namespace backout
