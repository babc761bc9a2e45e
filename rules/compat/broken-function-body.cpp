#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/rule.h"
#include "core/words.h"
#include "sql/broken_body.h"

namespace backout {
namespace {

struct Use {
  const sql::Table* table;  // was there before the change
  const sql::Trigger* trigger;
};

// Triggers of released tables that run the function.
std::vector<Use> uses(const sql::Catalog& catalog, const sql::Function& function) {
  std::vector<Use> found;
  if (!function.definition.returns || function.definition.returns->name.name != "trigger")
    return found;
  for (const auto& [key, table] : catalog.tables.all()) {
    if (!table->known || table->triggers.empty() || !catalog.tables.find_before(key)) continue;
    for (const auto& trigger : table->triggers)
      if (trigger->definition.function == function.definition.name && trigger->state != 'D')
        found.push_back({table.get(), trigger.get()});
  }
  std::sort(found.begin(), found.end(),
            [](const Use& a, const Use& b) { return a.table->name < b.table->name; });
  return found;
}

// `before`: the body that the previous release's schema has, null for a function or a trigger that
// is new; what that one lacked as well is no work of this change.
struct Subject {
  const sql::Function& function;
  const sql::CreateFunction* before = nullptr;
  const sql::Cause* cause = nullptr;  // the statement to point at
  bool certain = true;
};

class Search {
 public:
  Search(const NetContext& context, Report& report) : context_(context), report_(report) {}

  void look_at(const Subject& subject) {
    if (std::find(seen_.begin(), seen_.end(), subject.function.id) != seen_.end()) return;
    const sql::CreateFunction& function = subject.function.definition;
    const std::vector<Use> triggers = uses(context_.catalog, subject.function);
    if (triggers.empty() && !subject.before) return;  // nothing old calls a new function
    for (const Use& use : triggers) {
      const auto fits_another = [&](const sql::MissingName& missing) {
        return !missing.column.empty() && !missing.lost &&
               std::any_of(triggers.begin(), triggers.end(),
                           [&](const Use& other) { return other.table->column(missing.column); });
      };
      const sql::BrokenBody broken = broken_now(subject, &use.trigger->definition, use.table);
      std::vector<std::string> names;
      for (const sql::MissingName& missing : broken.missing)
        if (!fits_another(missing)) names.push_back(missing.name);
      const std::string table = to_string(use.table->name);
      report(subject, {"table", table}, names, broken.guarded ? Severity::warning : Severity::error,
             fmt::format("trigger `{}` on `{}` runs `{}`, which uses {}, missing after this "
                         "change: {}; create it first, or drop the trigger",
                         use.trigger->name, table, to_string(function.name), quoted_list(names),
                         broken.guarded ? "unless its guard holds, writes that set it off fail"
                                        : "every write that sets it off fails"));
    }
    if (!triggers.empty()) return;
    const sql::BrokenBody broken = broken_now(subject, nullptr, nullptr);
    std::vector<std::string> names;
    for (const sql::MissingName& missing : broken.missing)
      if (!missing.foreign) names.push_back(missing.name);
    report(subject, {"function", sql::signature(function.name, subject.function.input_types)},
           names, broken.guarded ? Severity::note : Severity::warning,
           fmt::format("function `{}` uses {}, missing after this change: it fails when the "
                       "previous release calls it; create it first, or give the function another "
                       "body",
                       to_string(function.name), quoted_list(names)));
  }

  // Functions that name a relation which this change took away.
  void look_at_users_of(std::string_view relation, const sql::Cause* cause, bool certain) {
    for (const auto& [key, function] : context_.catalog.functions.all())
      if (function->definition.body.find(relation) != std::string::npos &&
          context_.catalog.functions.find_before(key))
        look_at({*function, &function->definition, cause, certain});
  }

  // Triggers of a table that lost the column.
  void look_at_triggers(const sql::ColumnDifference& column) {
    for (const auto& trigger : column.table_after->triggers) {
      const sql::Function* function =
          context_.catalog.functions.find(sql::signature(trigger->definition.function, {}));
      if (function && function->definition.body.find(column.before->name) != std::string::npos)
        look_at({*function, &function->definition, column.cause, column.certain});
    }
  }

 private:
  [[nodiscard]] sql::BrokenBody broken_now(const Subject& subject,
                                           const sql::CreateTrigger* trigger,
                                           const sql::Table* table) const {
    sql::BrokenBody broken =
        sql::broken_body(context_.catalog, subject.function.definition, trigger, table);
    if (broken.missing.empty() || !subject.before) return broken;
    const sql::BrokenBody old = sql::broken_body(context_.catalog, *subject.before, trigger, table);
    std::erase_if(broken.missing, [&](const sql::MissingName& missing) {
      return !missing.lost &&
             std::any_of(old.missing.begin(), old.missing.end(),
                         [&](const sql::MissingName& other) { return other.name == missing.name; });
    });
    return broken;
  }

  void report(const Subject& subject, ObjectRef object, const std::vector<std::string>& names,
              Severity at_most, std::string message) {
    if (names.empty()) return;
    seen_.push_back(subject.function.id);
    sql::FunctionDifference difference;
    difference.object = std::move(object);
    difference.cause = subject.cause;
    difference.certain = subject.certain;
    ReportOptions options;
    options.at_most = at_most;
    report_(difference, std::move(message), std::move(options));
  }

  const NetContext& context_;
  Report& report_;
  std::vector<sql::Id> seen_;  // functions that are reported already
};

void check(const NetContext& context, Report& report) {
  Search search(context, report);
  const sql::Differences& all = context.differences;
  for (const auto& d : all.triggers) {
    if (d.before || !d.after) continue;
    const sql::Function* function =
        context.catalog.functions.find(sql::signature(d.after->definition.function, {}));
    if (function) search.look_at({*function, nullptr, d.cause, d.certain});
  }
  for (const auto& d : all.functions)
    if (d.after && (!d.before || d.before->body_hash != d.after->body_hash))
      search.look_at({*d.after, d.before ? &d.before->definition : nullptr, d.cause, d.certain});
  for (const auto& d : all.tables)
    if (d.before && !d.after && !d.view_after)
      search.look_at_users_of(d.before->name.name, d.cause, d.certain);
  for (const auto& d : all.views)
    if (d.before && !d.after) search.look_at_users_of(d.before->name.name, d.cause, d.certain);
  for (const auto& d : all.columns)
    if (d.before && !d.after && d.table_after) search.look_at_triggers(d);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_broken_function_body{
    .id = "compat/broken-function-body",
    .summary = "a function or trigger uses something that does not exist",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "PostgreSQL keeps the body of a function as text and looks its names up when it runs. "
        "Dropping or renaming what a body uses is not refused, and neither is a new body that uses "
        "what is not there: the next call fails. When a trigger makes the call, every INSERT, "
        "UPDATE or DELETE that sets it off fails, those of the previous release as well.",
    .instead =
        "1. Create what the body needs before the function, or change the body first so that it no "
        "longer needs what is to go.\n2. Drop the old table or column a release later. If another "
        "tool creates what is missing, name a dump of that schema under `schema:` in "
        ".backout.yaml.",
    .references = "https://www.postgresql.org/docs/15/plpgsql-implementation.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
