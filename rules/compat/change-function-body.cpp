#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

// Another result is change-function-signature, whose body cannot be the same.
void check(const sql::FunctionDifference& function, const NetContext& context, Report& report) {
  const sql::Function *before = function.before, *after = function.after;
  if (!before || !before->known || !after || before->body_hash == after->body_hash ||
      before->definition.returns != after->definition.returns ||
      before->definition.returns_set != after->definition.returns_set)
    return;
  ReportOptions options;
  if (before->id != after->id)
    options.cause = context.catalog.cause(after->id, sql::Aspect::existence);
  report(function,
         fmt::format("{} `{}` has another body: the previous release runs it too, and only git has "
                     "the old one; check that it still gives old callers what they expect",
                     function.object.kind, function.object.name),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_change_function_body{
    .id = "compat/change-function-body",
    .summary = "a function does something else under the same name",
    .letters = "a",
    .severity = Severity::note,
    .why =
        "CREATE OR REPLACE takes effect for every caller at once: the previous release runs the "
        "new body. The old one is nowhere in the database; a rollback has to bring it back from "
        "git.",
    .instead =
        "1. Make sure that the new body gives the previous release what it expects.\n2. Keep each "
        "function in a file of its own (a repeatable migration), so that the old text is one `git "
        "show` away.",
    .references = "https://www.postgresql.org/docs/15/sql-createfunction.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
