// Look-ups in the rule table, and how a rule's words become a finding.
#include "core/rule.h"

#include <algorithm>

#include "argo/manifest.h"

namespace backout {
namespace {

Severity one_lower(Severity severity) {
  return severity == Severity::error     ? Severity::warning
         : severity == Severity::warning ? Severity::note
                                         : severity;
}

// Applies what the options say about level and certainty, and files the finding.
void file(std::vector<Finding>& out, Finding finding, ReportOptions options, bool conditional) {
  finding.severity = std::min(finding.severity, options.at_most);
  finding.notes = std::move(options.notes);
  if (!options.certain) {
    finding.severity = one_lower(finding.severity);
    finding.certain = false;
    finding.notes.push_back(
        {std::nullopt,
         "cannot tell: the history this folder holds does not show what was there before"});
  }
  if (conditional)
    finding.notes.push_back(
        {std::nullopt, "inside a conditional block: happens only when its condition holds"});
  if (finding.severity != Severity::off) out.push_back(std::move(finding));
}

}  // namespace

const RuleEntry* find_rule(std::string_view id) {
  const auto rules = all_rules();
  const auto found = std::lower_bound(
      rules.begin(), rules.end(), id,
      [](const RuleEntry& entry, std::string_view wanted) { return entry.rule->id < wanted; });
  return found != rules.end() && found->rule->id == id ? &*found : nullptr;
}

std::vector<std::string_view> rule_ids() {
  std::vector<std::string_view> ids;
  for (const RuleEntry& entry : all_rules()) ids.push_back(entry.rule->id);
  return ids;
}

bool is_about_manifests(const Rule& rule) {
  constexpr std::size_t first =
      Check(static_cast<void (*)(const argo::Object&, const ManifestContext&, Report&)>(nullptr))
          .index();
  return rule.check.index() >= first;  // they come last
}

bool is_about_runbooks(const Rule& rule) {
  return std::holds_alternative<void (*)(const runbook::Runbook&, const runbook::Context&,
                                         Report&)>(rule.check);
}

std::string_view first_step(const Rule& rule) {
  std::string_view step = rule.instead.substr(0, rule.instead.find('\n'));
  const std::size_t digits = step.find_first_not_of("0123456789");
  if (digits != std::string_view::npos && digits > 0 && step.substr(digits).starts_with(". "))
    step.remove_prefix(digits + 2);
  return step;
}

void Report::operator()(const StepSubject& step, ObjectRef object, std::string message,
                        ReportOptions options) {
  options.certain = options.certain && step.certain;
  Location location = step.location;
  Span statement = step.statement.span;
  bool conditional = step.operation.conditional;
  if (options.cause) {
    location = {options.cause->source, options.cause->place};
    statement = options.cause->statement;
    conditional = options.cause->conditional;
  }
  file(out_, {rule_.id, level_, std::move(object), location, std::move(message), {}, statement, {}},
       std::move(options), conditional);
}

void Report::statement_at(const Location& location, Span statement, ObjectRef object,
                          std::string message, ReportOptions options) {
  file(out_, {rule_.id, level_, std::move(object), location, std::move(message), {}, statement, {}},
       std::move(options), false);
}

void Report::at(const Location& location, ObjectRef object, std::string message,
                ReportOptions options) {
  file(out_, {rule_.id, level_, std::move(object), location, std::move(message), {}, {}, {}},
       std::move(options), false);
}

void Report::operator()(const argo::Object& object, const yaml::Node& field, std::string message,
                        ReportOptions options) {
  at(object.at(field),
     {std::string(to_string(object.kind)), object.full_name(), object.path(field)},
     std::move(message), std::move(options));
}

void Report::add(const ObjectRef& object, const sql::Cause* cause, std::string message,
                 ReportOptions options) {
  Finding finding{rule_.id, level_, object, {}, std::move(message), {}, {}, {}};
  if (cause) {
    finding.location = {cause->source, cause->place};
    finding.statement = cause->statement;
  }
  file(out_, std::move(finding), std::move(options), cause && cause->conditional);
}

}  // namespace backout
