#include <fmt/format.h>

#include <string>

#include "core/rule.h"

namespace backout {
namespace {

// Those that have a rule of their own.
bool is_elsewhere(sql::ObjectKind kind) {
  using Kind = sql::ObjectKind;
  return kind == Kind::role || kind == Kind::database || kind == Kind::tablespace ||
         kind == Kind::publication || kind == Kind::index;
}

void check(const sql::OtherDifference& other, const NetContext&, Report& report) {
  if (!other.before || other.after || other.moved || is_elsewhere(other.before->kind)) return;
  const std::string& name = other.before->name;
  ReportOptions options;
  if (other.before->kind == sql::ObjectKind::statistics) {
    options.at_most = Severity::note;
    report(other,
           fmt::format("statistics `{}` are dropped: queries of the previous release may get worse "
                       "plans; drop them after the rollback window",
                       name),
           std::move(options));
    return;
  }
  constexpr std::string_view owned = " owned";  // DROP OWNED BY
  if (other.before->kind == sql::ObjectKind::other && name.ends_with(owned)) {
    report(other, fmt::format("whatever role `{}` owns in this database is dropped, and its rights "
                              "end: the migrations do not show what that is; drop it by name",
                              std::string_view(name).substr(0, name.size() - owned.size())));
    return;
  }
  report(other,
         fmt::format("{} `{}` is dropped: statements of the previous release that use it fail or "
                     "give other results; drop it after the rollback window",
                     to_string(other.before->kind), name),
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
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
