// A rule: constant text and one check. The parameter type of the check is its subscription: the
// engine (core/lint.cpp) calls it for every subject of that type. Adding a rule is one file
// `rules/<family>/<id>.cpp` and one folder `fixtures/<family>/<id>/`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/change.h"
#include "core/config.h"
#include "core/down.h"
#include "core/finding.h"
#include "sql/difference.h"

namespace backout::yaml {
struct Node;
}

// Rules about manifests include argo/subject.h.
namespace backout::argo {
struct Object;
struct File;
class Objects;
struct RolloutSubject;
struct GateSubject;
struct MetricSubject;
struct Subjects;
}  // namespace backout::argo

// Rules about runbooks include runbook/problem.h.
namespace backout::runbook {
struct Runbook;
struct Context;
}  // namespace backout::runbook

namespace backout {

// What surrounds a subject of the net pass.
struct NetContext {
  const sql::Catalog& catalog;  // before and after
  const sql::Differences& differences;
  const MigrationChange& change;  // the statements that were applied, in order
  const Config& config;
};

// One operation of the change, judged on its own (data changes, rights, settings). `before` in the
// catalog is the released schema.
struct StepSubject {
  const sql::Operation& operation;
  const sql::Statement& statement;
  const Location location;  // of the operation
  bool certain = true;      // see Difference
};

// What surrounds a manifest: all objects of the run, judged or not.
struct ManifestContext {
  const argo::Objects& head;
  const argo::Objects* base;            // as released; null when judging without git
  const argo::Subjects& subjects;       // of the head
  const argo::Subjects* base_subjects;  // null as `base`
  // What the same change does to databases, one entry a history with migrations that will run;
  // none when judging without git.
  std::span<const MigrationChange* const> migrations;
  const Config& config;
};

struct Contraction;  // core/contraction.h
class Report;        // below

using Check =
    std::variant<void (*)(const sql::SchemaDifference&, const NetContext&, Report&),
                 void (*)(const sql::TableDifference&, const NetContext&, Report&),
                 void (*)(const sql::ColumnDifference&, const NetContext&, Report&),
                 void (*)(const sql::ConstraintDifference&, const NetContext&, Report&),
                 void (*)(const sql::IndexDifference&, const NetContext&, Report&),
                 void (*)(const sql::TriggerDifference&, const NetContext&, Report&),
                 void (*)(const sql::PolicyDifference&, const NetContext&, Report&),
                 void (*)(const sql::RuleDifference&, const NetContext&, Report&),
                 void (*)(const sql::ViewDifference&, const NetContext&, Report&),
                 void (*)(const sql::SequenceDifference&, const NetContext&, Report&),
                 void (*)(const sql::TypeDifference&, const NetContext&, Report&),
                 void (*)(const sql::FunctionDifference&, const NetContext&, Report&),
                 void (*)(const sql::ExtensionDifference&, const NetContext&, Report&),
                 void (*)(const sql::OtherDifference&, const NetContext&, Report&),
                 void (*)(const StepSubject&, const NetContext&,
                          Report&),                     // each forward operation
                 void (*)(const NetContext&, Report&),  // once a change
                 void (*)(const MigrationChange&, const Config&,
                          Report&),  // once a migration change, also when nothing could be parsed
                 void (*)(const DownSubject&, Report&),  // each down part that is no inverse
                 void (*)(const Contraction&, Report&),  // once a change that takes things away
                 void (*)(const runbook::Runbook&, const runbook::Context&,
                          Report&),  // each runbook (`backout runbooks check`)
                 void (*)(const argo::Object&, const ManifestContext&,
                          Report&),  // each object of a manifest that is new or changed
                 void (*)(const argo::File&, const ManifestContext&,
                          Report&),  // each manifest that is, also when it cannot be read
                 void (*)(const argo::RolloutSubject&, const ManifestContext&,
                          Report&),  // each Rollout and Experiment with its analyses
                 void (*)(const argo::GateSubject&, const ManifestContext&,
                          Report&),  // each analysis, and each template that none names
                 void (*)(const argo::MetricSubject&, const ManifestContext&,
                          Report&),                           // each metric of them
                 void (*)(const ManifestContext&, Report&)>;  // once a run that has manifests

struct Rule {
  std::string_view id;       // "family/what-is-wrong"; equals the file's path
  std::string_view summary;  // one line, at most 80 characters, what is wrong, no full stop
  std::string_view
      letters;        // which promise breaks: "a", "a, c", "a2", "b", "-" (see `backout explain`)
  Severity severity;  // default level
  std::string_view why;      // the mechanism: what breaks in production, since which version
  std::string_view instead;  // the steps of the safe sequence, deploy by deploy
  std::string_view references;
  Check check;
  // Whether code that never names the object cannot break: then a search of the releases in the
  // window clears the finding or shows the place (core/old_code.h).
  bool absence_proves = false;
};

struct RuleEntry {
  const Rule* rule;
  std::string_view fail_example, pass_example;
};
// Every rule, sorted by id. Generated from the files' names.
[[nodiscard]] std::span<const RuleEntry> all_rules();
[[nodiscard]] const RuleEntry* find_rule(std::string_view id);  // null: no such rule
[[nodiscard]] std::vector<std::string_view> rule_ids();
// Whether it subscribes to manifests or what lies in them, or to runbooks; the others are about
// SQL.
[[nodiscard]] bool is_about_manifests(const Rule& rule);
[[nodiscard]] bool is_about_runbooks(const Rule& rule);
// The first step of a rule's `instead`, without its number: what to do next.
[[nodiscard]] std::string_view first_step(const Rule& rule);

struct ReportOptions {
  Severity at_most =
      Severity::error;  // lowers the finding (never raises it above the level in force)
  const sql::Cause* cause = nullptr;  // anchor other than the difference's own
  std::vector<Note> notes{};
  bool certain = true;
};

// Collects one rule's findings about one subject at the rule's level in force. What is not certain
// drops one severity and says so; what stands in a conditional block says that too.
class Report {
 public:
  Report(const Rule& rule, Severity level, std::vector<Finding>& out)
      : rule_(rule), level_(level), out_(out) {}

  template <class T>
  void operator()(const sql::Difference<T>& difference, std::string message,
                  ReportOptions options = {}) {
    if (!options.cause) options.cause = difference.cause;
    options.certain = options.certain && difference.certain;
    const sql::Cause* const cause = options.cause;
    add(difference.object, cause, std::move(message), std::move(options));
  }
  void operator()(const StepSubject& step, ObjectRef object, std::string message,
                  ReportOptions options = {});
  // A statement that has no operations because it could not be read.
  void statement_at(const Location& location, Span statement, ObjectRef object, std::string message,
                    ReportOptions options = {});
  // A field of an object; its path becomes part of the finding. `field`: below `object.node`.
  void operator()(const argo::Object& object, const yaml::Node& field, std::string message,
                  ReportOptions options = {});
  // Anything else: a file of the change, a comment.
  void at(const Location& location, ObjectRef object, std::string message,
          ReportOptions options = {});

 private:
  void add(const ObjectRef& object, const sql::Cause* cause, std::string message,
           ReportOptions options);
  const Rule& rule_;
  Severity level_;
  std::vector<Finding>& out_;
};

}  // namespace backout
