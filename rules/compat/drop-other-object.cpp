#include <fmt/format.h>

#include <string>

#include "core/rule.h"

namespace backout {
namespace {

void check(const StepSubject& step, const NetContext& context, Report& report) {
  using Kind = sql::ObjectKind;
  const auto* drop = std::get_if<sql::Drop>(&step.operation.action);
  if (!drop) return;
  switch (drop->kind) {  // those with a rule of their own
    case Kind::table:
    case Kind::foreign_table:
    case Kind::view:
    case Kind::materialized_view:
    case Kind::sequence:
    case Kind::index:
    case Kind::schema:
    case Kind::type:
    case Kind::domain:
    case Kind::function:
    case Kind::procedure:
    case Kind::routine:
    case Kind::trigger:
    case Kind::rule:
    case Kind::policy:
    case Kind::extension:
    case Kind::database:
    case Kind::tablespace:
    case Kind::role:
    case Kind::publication:
    case Kind::column:
    case Kind::constraint:
    case Kind::attribute:
    case Kind::aggregate:
      return;
    default:
      break;
  }
  const std::string name = drop->part.empty() ? to_string(drop->name) : drop->part;
  const std::string kind(to_string(drop->kind));
  for (const sql::OtherDifference& other : context.differences.others)
    if (!other.before && other.after && other.after->kind == drop->kind &&
        other.after->name == name)
      return;  // made by this change
  const std::string key = kind + " " + name;
  if (drop->if_exists && context.catalog.complete() && !context.catalog.others.find_before(key))
    return;
  ReportOptions options;
  if (drop->kind == Kind::statistics) options.at_most = Severity::note;
  report(step, {kind, name},
         fmt::format("{} `{}` is dropped: statements of the previous release that use it fail or "
                     "give other results; drop it after the rollback window",
                     kind, name),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_other_object{
    .id = "compat/drop-other-object",
    .summary = "an object that the previous release may use is dropped",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "Operators, casts, collations, text search configurations, foreign servers, languages and "
        "event triggers are part of the interface as well: statements of the previous release that "
        "use them fail or give other results.",
    .instead =
        "1. Release code that does not use the object.\n2. After the rollback window drop it.",
    .references = "https://www.postgresql.org/docs/15/sql-commands.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
