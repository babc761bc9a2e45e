#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const StepSubject& step, const NetContext&, Report& report) {
  const auto* dynamic = std::get_if<sql::DynamicSql>(&step.operation.action);
  if (!dynamic) return;
  report(step, {"statement", step.location.source->path},
         fmt::format("SQL is put together at run time ({}): what it does to the schema cannot be "
                     "judged here; write the statements out, or have "
                     "someone vouch for them with an ignore comment",
                     dynamic->text));
}

}  // namespace

namespace rules {
extern constinit const Rule txn_dynamic_sql{
    .id = "txn/dynamic-sql",
    .summary = "a statement is put together at run time and cannot be judged",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "EXECUTE of a text that is not a constant, a DO block in a language that is not SQL or "
        "PL/pgSQL and psql's \\gexec run statements that stand "
        "nowhere in the file. They may drop a column that the previous release needs. A constant "
        "text behind EXECUTE is read and judged like any "
        "other statement.",
    .instead =
        "1. Write the statements out, one a line, where their number is known.\n2. Where it is not "
        "(a loop over partitions), keep the loop but "
        "make each EXECUTE as narrow as possible, and state in an ignore comment what it touches.",
    .references =
        "https://www.postgresql.org/docs/15/"
        "plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
