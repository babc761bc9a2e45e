// What CASCADE takes along is reported object by object, by the rules of those objects. Left for
// this rule is to say whose CASCADE it was, and what nobody can know.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

using sql::ObjectKind;

// Kinds of which the catalog knows what depends on them.
bool is_modelled(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::schema:
    case ObjectKind::table:
    case ObjectKind::foreign_table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::sequence:
    case ObjectKind::type:
    case ObjectKind::domain:
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::routine:
      return true;
    default:
      return false;
  }
}

// Kinds that nothing ever depends on.
bool stands_alone(ObjectKind kind) {
  return kind == ObjectKind::index || kind == ObjectKind::trigger || kind == ObjectKind::rule ||
         kind == ObjectKind::policy || kind == ObjectKind::publication ||
         kind == ObjectKind::statistics || kind == ObjectKind::event_trigger;
}

// What a statement names itself, as differences call it.
std::vector<std::string> named(const sql::Drop& drop, const sql::Catalog& catalog) {
  std::vector<std::string> out;
  const auto add = [&](const sql::QualifiedName& name) {
    if (drop.kind == ObjectKind::schema || !is_modelled(drop.kind))
      out.push_back(to_string(name));
    else if (drop.kind == ObjectKind::type || drop.kind == ObjectKind::domain)
      out.push_back(catalog.resolve_type(name));
    else
      out.push_back(catalog.resolve_relation(name));
  };
  if (drop.also)
    for (const sql::QualifiedName& name : *drop.also) add(name);
  else
    add(drop.name);
  return out;
}

struct Fallen {
  std::vector<std::string> dependents;
  bool known = true;      // the object itself was seen to be created
  bool anything = false;  // something was dropped
  bool certain = true;    // it was there
};

// What fell with the statement. A part of a named object goes without saying.
Fallen fallen(const StepSubject& step, const NetContext& context,
              const std::vector<std::string>& own) {
  Fallen out;
  const auto by = [&](const sql::Cause* cause) {
    return cause && cause->source == step.location.source &&
           cause->statement == step.statement.span && cause->place == step.operation.span;
  };
  const auto is_own = [&](const std::string& name) {
    return std::any_of(own.begin(), own.end(), [&](const std::string& mine) {
      return name.starts_with(mine) &&
             (name.size() == mine.size() || name[mine.size()] == '.' || name[mine.size()] == '(');
    });
  };
  const auto collect = [&](const auto& differences) {
    for (const auto& d : differences) {
      if (!d.before || d.after || d.moved || !by(d.cause)) continue;
      out.anything = true;
      if (!d.certain) out.certain = false;
      if constexpr (requires { d.before->known; })
        if (!d.before->known) out.known = false;
      if (!is_own(d.object.name)) out.dependents.push_back(d.object.name);
    }
  };
  const sql::Differences& differences = context.differences;
  collect(differences.schemas);
  collect(differences.tables);
  collect(differences.columns);
  collect(differences.constraints);
  collect(differences.views);
  collect(differences.triggers);
  collect(differences.functions);
  collect(differences.types);
  collect(differences.sequences);
  collect(differences.others);
  for (const sql::ColumnDifference& d : differences.columns)
    if (d.before && d.after && d.before->default_value && !d.after->default_value && by(d.cause))
      out.dependents.push_back("default of " + d.object.name);
  return out;
}

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* drop = std::get_if<sql::Drop>(&step.operation.action);
  const auto* column = std::get_if<sql::DropColumn>(&step.operation.action);
  const auto* constraint = std::get_if<sql::DropConstraint>(&step.operation.action);
  if (!(drop && drop->cascade) && !(column && column->cascade) &&
      !(constraint && constraint->cascade))
    return;
  if (drop && stands_alone(drop->kind)) return;
  if (drop && drop->kind == ObjectKind::extension) return;  // drop-extension lists what goes
  if (drop && drop->also && drop->also->front() != drop->name) return;  // a statement is one
  const std::vector<std::string> own =
      drop     ? named(*drop, context.catalog)
      : column ? std::vector{context.catalog.resolve_relation(column->table) + "." + column->column}
               : std::vector{context.catalog.resolve_relation(constraint->table) + "." +
                             constraint->constraint};
  const Fallen gone = fallen(step, context, own);
  const ObjectRef object{drop     ? std::string(to_string(drop->kind))
                         : column ? "column"
                                  : "constraint",
                         own.front()};
  ReportOptions options;
  if (!gone.dependents.empty()) {
    options.at_most = Severity::note;
    report(step, object,
           fmt::format("CASCADE on {} also drops {} (reported as well): the database may hold more "
                       "that depends on it; leave CASCADE out and drop each in its own step",
                       quoted_list(own), quoted_list(gone.dependents)),
           std::move(options));
    return;
  }
  const bool modelled = !drop || is_modelled(drop->kind);
  if (modelled && (!gone.anything || context.catalog.complete())) return;
  if (!modelled && drop->if_exists && !gone.anything) return;
  if (gone.known && modelled) options.at_most = Severity::warning;
  options.certain = gone.certain;
  report(step, object,
         fmt::format("CASCADE on {} drops whatever depends on it, and the migrations do not show "
                     "what that is; leave CASCADE out and see what PostgreSQL lists",
                     quoted_list(own)),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_cascade{
    .id = "compat/drop-cascade",
    .summary = "DROP … CASCADE takes more with it than it names",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "CASCADE drops whatever depends on the object, at the moment it runs: views, foreign keys "
        "of other tables, columns of a type, defaults, triggers. What that is depends on the "
        "database and is nowhere in the file; the previous release misses all of it.",
    .instead =
        "1. Leave CASCADE out: PostgreSQL then lists what depends on the object.\n2. Deal with "
        "each of these in its own step (see its rule).\n3. Drop the object when nothing depends on "
        "it.",
    .references = "https://www.postgresql.org/docs/15/ddl-depend.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
