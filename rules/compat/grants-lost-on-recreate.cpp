// Grants belong to an object, not to its name: what takes a name over starts without them.
#include <fmt/format.h>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

using sql::Grants;

struct Loss {
  std::vector<std::string> roles;
  bool any_known = false;  // the released object had grants to someone other than its owner
};

Loss compare(const Grants& before, std::string_view owner, const Grants& after) {
  Loss loss;
  for (const auto& [role, privileges] : before) {
    if (role == owner || privileges.empty()) continue;
    loss.any_known = true;
    const auto now = after.find(role);
    const auto everyone = after.find("public");
    for (const std::string& privilege : privileges) {
      if (now != after.end() && now->second.count(privilege)) continue;
      if (everyone != after.end() && everyone->second.count(privilege)) continue;
      loss.roles.push_back(role);
      break;
    }
  }
  return loss;
}

// `what`: how the object under the old name came about.
template <class T>
void judge(const sql::Difference<T>& d, const Grants& after, std::string_view what,
           Report& report) {
  const Loss loss = compare(d.before->grants, d.before->owner, after);
  if (!loss.roles.empty())
    report(d, fmt::format(
                  "{} `{}` {} without its grants to {}: the previous release gets \"permission "
                  "denied\"; grant again in the same transaction",
                  d.object.kind, d.object.name, what, quoted_list(loss.roles)));
  else if (!loss.any_known)
    report(d,
           fmt::format(
               "{} `{}` {}; its grants are not in the migrations, so cannot tell whether any is "
               "lost",
               d.object.kind, d.object.name, what),
           {.at_most = Severity::note});
}

template <class T>
void recreated(const std::vector<sql::Difference<T>>& differences, Report& report) {
  for (const sql::Difference<T>& d : differences)
    if (d.before && d.after && d.after->id != d.before->id)
      judge(d, d.after->grants, d.moved ? "gives its name to another one" : "is created again",
            report);
}

void check(const NetContext& context, Report& report) {
  recreated(context.differences.tables, report);
  recreated(context.differences.views, report);
  recreated(context.differences.sequences, report);
  for (const sql::TableDifference& d : context.differences.tables)
    if (d.before && !d.after && d.view_after)
      judge(d, d.view_after->grants, "gives its name to a view", report);
  // Everyone may call a new function unless that was revoked, so only restricted ones can lose
  // anything.
  for (const sql::FunctionDifference& d : context.differences.functions)
    if (d.before && d.after && d.after->id != d.before->id &&
        !compare(d.before->grants, d.before->owner, d.after->grants).roles.empty())
      judge(d, d.after->grants, "is created again", report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_grants_lost_on_recreate{
    .id = "compat/grants-lost-on-recreate",
    .summary = "an object takes over a released name without its grants",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "Dropping an object drops its grants, and a renamed table keeps them under its new name: "
        "the view put in its place has none. The role that the application connects as then gets "
        "\"permission denied\" for every statement on it, although all columns are there. It works "
        "in tests, where the application owns its tables.",
    .instead =
        "1. Change the object in place where that is possible: CREATE OR REPLACE keeps grants.\n"
        "2. Else repeat every GRANT for the new object in the same transaction, or set ALTER "
        "DEFAULT PRIVILEGES beforehand for the role that runs the migrations.",
    .references =
        "https://www.postgresql.org/docs/15/sql-grant.html\n"
        "https://www.postgresql.org/docs/15/sql-alterdefaultprivileges.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
