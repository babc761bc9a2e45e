#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

bool by(const sql::Cause* cause, const StepSubject& step) {
  return cause && cause->source == step.location.source &&
         cause->statement == step.statement.span && cause->place == step.operation.span;
}

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* drop = std::get_if<sql::Drop>(&step.operation.action);
  const auto* column = std::get_if<sql::DropColumn>(&step.operation.action);
  const auto* constraint = std::get_if<sql::DropConstraint>(&step.operation.action);
  if (!(drop && drop->cascade) && !(column && column->cascade) &&
      !(constraint && constraint->cascade))
    return;
  std::string own;
  if (drop)
    own = drop->kind == sql::ObjectKind::schema || drop->kind == sql::ObjectKind::extension
              ? drop->name.name
          : drop->kind == sql::ObjectKind::type || drop->kind == sql::ObjectKind::domain
              ? context.catalog.resolve_type(drop->name)
              : context.catalog.resolve_relation(drop->name);
  else if (column)
    own = context.catalog.resolve_relation(column->table) + "." + column->column;
  else
    own = context.catalog.resolve_relation(constraint->table) + "." + constraint->constraint;
  // Functions are found by signature, the rest by name; parts of the object itself go without
  // saying.
  const auto is_own = [&](const std::string& name) {
    return name == own || name.starts_with(own + ".") || name.starts_with(own + "(");
  };
  std::vector<std::string> dependents;
  const auto collect = [&](const auto& differences) {
    for (const auto& d : differences)
      if (d.before && !d.after && !d.moved && by(d.cause, step) && !is_own(d.object.name))
        dependents.push_back(d.object.name);
  };
  collect(context.differences.tables);
  collect(context.differences.columns);
  collect(context.differences.constraints);
  collect(context.differences.views);
  collect(context.differences.triggers);
  collect(context.differences.functions);
  collect(context.differences.types);
  collect(context.differences.sequences);
  if (dependents.empty() && context.catalog.complete()) return;
  ReportOptions options;
  if (dependents.empty()) options.at_most = Severity::warning;
  report(step,
         {drop     ? std::string(to_string(drop->kind))
          : column ? "column"
                   : "constraint",
          own},
         dependents.empty()
             ? fmt::format(
                   "CASCADE on `{}` drops whatever depends on it: cannot tell what that is, the "
                   "history is incomplete; leave CASCADE out and see what PostgreSQL lists",
                   own)
             : fmt::format("CASCADE on `{}` also drops {}: the previous release misses them; leave "
                           "CASCADE out and drop each in its own step",
                           own, quoted_list(dependents)),
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
