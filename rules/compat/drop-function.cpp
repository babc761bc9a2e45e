#include <fmt/format.h>

#include "core/rule.h"
#include "sql/schema_fate.h"

namespace backout {
namespace {

void check(const sql::FunctionDifference& function, const NetContext& context, Report& report) {
  if (!function.before || function.after || function.moved || function.replacement) return;
  if (sql::schema_dropped(context.differences, function.before->definition.name.schema)) return;
  // Nobody calls a trigger function but its triggers: what becomes of them is trigger-changed.
  if (function.before->definition.returns &&
      function.before->definition.returns->name.name == "trigger")
    return;
  report(function, fmt::format("{} `{}` is dropped: calls of the previous release fail at once; "
                               "first release code that no longer calls it",
                               function.object.kind, function.object.name));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_function{
    .id = "compat/drop-function",
    .summary = "a function that the previous release may call is dropped",
    .letters = "a, b",
    .severity = Severity::error,
    .why =
        "Calls of the previous release fail at once with \"function does not exist\", and so do "
        "defaults, triggers and other functions that name it in their text. Its grants go with it. "
        "PostgreSQL finds a function by its name and argument types, so another set of arguments "
        "is another function.",
    .instead =
        "1. Release code that no longer calls the function.\n2. After the rollback window drop "
        "it.\nTo change it, make a new function under a new name and keep the old one as a wrapper "
        "until then.",
    .references = "https://www.postgresql.org/docs/15/sql-dropfunction.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
