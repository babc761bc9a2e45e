#include <fmt/format.h>

#include <algorithm>

#include "argo/condition_text.h"
#include "core/rule.h"

namespace backout {
namespace {

// Brackets that are open at the end; those in quotes do not count.
bool is_unfinished(std::string_view condition) {
  int open = 0;
  char quote = '\0';
  for (std::size_t i = 0; i < condition.size(); ++i) {
    const char c = condition[i];
    if (quote != '\0') {
      if (c == '\\')
        ++i;
      else if (c == quote)
        quote = '\0';
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
    } else {
      open += c == '(' || c == '[' || c == '{';
      open -= c == ')' || c == ']' || c == '}';
    }
  }
  return open > 0 || quote != '\0';
}

// The comment behind a value on its line.
Span comment_behind(std::string_view text, std::uint32_t at) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t", at), text.size());
  if (begin == at || begin == text.size() || text[begin] != '#') return {};
  const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const std::string_view text = object.source->text;
  for_each_condition(object, [&](const yaml::Entry& entry, std::string_view metric) {
    const yaml::Node& value = entry.value;
    if (value.kind != yaml::Kind::scalar || value.style != yaml::Style::plain || value.alias)
      return;
    const Span comment = comment_behind(text, value.span.end);
    if (comment == Span{} || !is_unfinished(value.text)) return;
    ReportOptions options;
    options.notes.push_back({Location{object.source, comment},
                             fmt::format("`{}` is a comment to YAML",
                                         text.substr(comment.begin, comment.end - comment.begin))});
    report(object, value,
           fmt::format("`{}` of metric `{}` is cut off: the controller reads `{}`, an error on "
                       "every measurement",
                       entry.key.text, metric, value.text),
           std::move(options));
  });
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_yaml_truncated{
    .id = "analysis/condition-yaml-truncated",
    .summary = "a `#` in a condition without quotes begins a comment",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "In a plain text a `#` behind a blank begins a comment, so of `all(result, # > 0.95)` the "
        "controller gets `all(result,`. That does not compile: each measurement is an Error, and "
        "after `consecutiveErrorLimit` + 1 of them (5 by default) the analysis aborts every "
        "rollout, good or bad. Neither the API server nor the Argo linter says a word.",
    .instead =
        "1. Quote the condition: `successCondition: \"all(result, # > 0.95)\"`.\n2. Or write the "
        "closure without a blank before its `#`: `all(result, {# > 0.95})`.",
    .references = "https://yaml.org/spec/1.2.2/#66-comments",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
