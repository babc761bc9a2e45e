#include "argo/template.h"

#include <algorithm>
#include <cstdint>

namespace backout::argo {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

enum class Action : std::uint8_t {
  argo,     // replaced by a controller: {{args.x}}, {{inputs.parameters.x}}
  name,     // a bare name that is not Argo's: {{values.x}}, {{parameters.x}}
  outside,  // ${{values.x}}: Backstage, GitHub
  go,       // a Go template's: {{ .name }}, {{- if … }}
  helm,     // a Go template's that only Helm knows, or that quotes braces for a later reader
};

// What Argo Rollouts and Argo Workflows replace.
bool is_argo_name(std::string_view word) {
  constexpr std::string_view names[] = {
      "args",  "inputs", "outputs", "templates", "experiment", "workflow", "tasks",
      "steps", "item",   "pod",     "node",      "retries",    "lastRetry"};
  return std::find(std::begin(names), std::end(names), word) != std::end(names);
}

// Keywords and functions of Go templates, as far as an action begins with them.
bool is_go_word(std::string_view word) {
  constexpr std::string_view names[] = {
      "if",      "else",     "end",    "range",  "with",   "define",   "template", "block",
      "include", "tpl",      "toYaml", "toJson", "quote",  "squote",   "default",  "printf",
      "print",   "required", "fail",   "lookup", "indent", "nindent",  "not",      "and",
      "or",      "eq",       "ne",     "index",  "len",    "ternary",  "coalesce", "list",
      "dict",    "b64enc",   "trim",   "lower",  "upper",  "replace",  "join",     "int",
      "break",   "continue", "set",    "get",    "hasKey", "contains", "fromYaml", "call",
      "html",    "urlquery", "js",     "gt",     "ge",     "lt",       "le",       "empty"};
  return std::find(std::begin(names), std::end(names), word) != std::end(names);
}

bool names_helm(std::string_view action) {
  constexpr std::string_view names[] = {".Values",   ".Release.",  ".Chart.",    ".Capabilities.",
                                        ".Files.",   ".Template.", "include \"", "template \"",
                                        "define \"", "toYaml ",    "nindent "};
  return std::any_of(std::begin(names), std::end(names), [&](std::string_view name) {
    return action.find(name) != std::string_view::npos;
  });
}

// `action`: between the braces.
Action read_action(std::string_view action, bool after_dollar) {
  if (names_helm(action)) return Action::helm;
  if (action.starts_with('-')) action.remove_prefix(1);
  action.remove_prefix(std::min(action.find_first_not_of(" \t\r\n"), action.size()));
  if (action.empty()) return Action::name;
  if (after_dollar && is_word(action.front())) return Action::outside;
  const bool quotes = action.front() == '"' || action.front() == '`';
  if (quotes && action.find("{{") != std::string_view::npos) return Action::helm;
  if (!is_word(action.front())) return Action::go;
  std::size_t end = 0;
  while (end < action.size() && is_word(action[end])) ++end;
  const std::string_view word = action.substr(0, end);
  if (is_argo_name(word)) return Action::argo;
  const bool ends = end == action.size() || action[end] == ' ' || action[end] == '-';
  return ends && is_go_word(word) ? Action::go : Action::name;
}

// Calls `wanted` for each action outside of comment lines until it says yes.
template <class Wanted>
bool any_action(std::string_view text, const Wanted& wanted) {
  std::size_t line_end = 0;  // of the line whose begin was looked at
  bool comment = false;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos;) {
    if (at >= line_end) {
      const std::size_t begin = text.substr(0, at).rfind('\n') + 1;  // npos + 1 is 0
      line_end = std::min(text.find('\n', at), text.size());
      comment = text[std::min(text.find_first_not_of(" \t", begin), at)] == '#';
    }
    const std::size_t close = text.find("}}", at + 2);
    if (close == std::string_view::npos) return false;
    const bool after_dollar = at > 0 && text[at - 1] == '$';
    if (!comment && wanted(read_action(text.substr(at + 2, close - at - 2), after_dollar)))
      return true;
    at = text.find("{{", close + 2);
  }
  return false;
}

// `kind: NAME`, quoted or not.
bool has_kind(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const std::string_view before =
        text.substr(at - std::min<std::size_t>(at, 16), std::min<std::size_t>(at, 16));
    if (before.find("kind") != std::string_view::npos &&
        (end == text.size() || !is_word(text[end])))
      return true;
  }
  return false;
}

// Kinds in whose strings a Go template has no business: no controller would ever fill it in.
bool knows_no_go_template(std::string_view text) {
  constexpr std::string_view kinds[] = {"Rollout", "AnalysisTemplate", "ClusterAnalysisTemplate",
                                        "AnalysisRun", "Experiment"};
  return text.find("argoproj.io/") != std::string_view::npos &&
         std::any_of(std::begin(kinds), std::end(kinds),
                     [&](std::string_view kind) { return has_kind(text, kind); });
}

}  // namespace

std::string_view chart_of(std::string_view path, const std::vector<std::string>& charts) {
  for (std::size_t slash = 0; slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    const std::string_view folder = path.substr(0, slash);
    const std::string_view below = path.substr(slash == 0 ? 0 : slash + 1);
    if (!below.starts_with("templates/") && !below.starts_with("charts/")) continue;
    const std::string_view name = folder.empty() ? "." : folder;
    if (std::binary_search(charts.begin(), charts.end(), name)) return name;
  }
  return {};
}

TemplateOf template_of(std::string_view document) {
  if (document.find("{{") == std::string_view::npos) return TemplateOf::nothing;
  if (has_kind(document, "ApplicationSet")) return TemplateOf::nothing;  // its own, when it parses
  const bool strict = knows_no_go_template(document);
  TemplateOf out = TemplateOf::nothing;
  any_action(document, [&](Action action) {
    if (action == Action::helm || (action == Action::go && strict)) out = TemplateOf::helm;
    if (action == Action::outside) out = TemplateOf::another;
    return out != TemplateOf::nothing;
  });
  return out;
}

bool has_foreign_placeholders(std::string_view document) {
  const bool set = has_kind(document, "ApplicationSet");  // fills in names of its generators
  return any_action(document, [&](Action action) {
    return set ? action == Action::helm || action == Action::outside : action != Action::argo;
  });
}

}  // namespace backout::argo
