#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const sql::RuleDifference& rule, const NetContext&, Report& report) {
  const sql::RewriteRule* now = rule.moved ? rule.moved : rule.after;
  if (!rule.before) {
    report(rule, fmt::format("rule `{}` on `{}` is new: statements of the previous release are "
                             "rewritten by it; let code do its work instead",
                             rule.after->name, to_string(rule.table_before->name)));
  } else if (!now) {
    report(rule, fmt::format("rule `{}` on `{}` is dropped: statements of the previous release are "
                             "no longer rewritten; drop it after the rollback window",
                             rule.before->name, to_string(rule.table_before->name)));
  } else if (rule.before->definition != now->definition || rule.before->state != now->state) {
    report(rule, fmt::format("rule `{}` on `{}` rewrites statements of the previous release "
                             "otherwise than before; keep it until the rollback window has passed",
                             rule.before->name, to_string(rule.table_before->name)));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_rule_added{
    .id = "compat/rule-added",
    .summary = "a rewrite rule changes what statements of the previous release do",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "A rule rewrites the statement before it is planned: an INSERT of the previous release may "
        "become something else, or nothing at all, without an error. CREATE RULE takes ACCESS "
        "EXCLUSIVE on the table.",
    .instead =
        "1. Release code first that gives the same result with and without the rule.\n2. After the "
        "rollback window add, change or drop the rule; better yet, leave its work to that code.",
    .references = "https://www.postgresql.org/docs/15/sql-createrule.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
