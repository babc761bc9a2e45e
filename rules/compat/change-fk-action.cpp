// A foreign key created again, or altered, so that a delete or update of the parent does something
// else than before.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/candidate.h"

namespace backout {
namespace {

using sql::Constraint;
using sql::FkAction;

std::string_view words(FkAction action) {
  switch (action) {
    case FkAction::cascade:
      return "CASCADE";
    case FkAction::restrict:
      return "RESTRICT";
    case FkAction::set_null:
      return "SET NULL";
    case FkAction::set_default:
      return "SET DEFAULT";
    case FkAction::no_action:
      break;
  }
  return "NO ACTION";
}

bool same_key(const Constraint& a, const Constraint& b) {
  return a.kind == b.kind && a.columns == b.columns && a.referenced_id == b.referenced_id &&
         a.referenced_columns == b.referenced_columns;
}

// Before and after of one event (delete, update), said when it differs.
struct Event {
  std::string_view name;
  FkAction was, is;
};

std::string effect(const Event& e) {
  const std::string change = fmt::format("ON {} {} becomes {}", e.name, words(e.was), words(e.is));
  const bool erase = e.name == "DELETE";
  if (e.was == FkAction::cascade)
    return change + (erase ? ": deletes of the previous release fail, or leave rows behind"
                           : ": updates of the previous release fail, or leave rows behind");
  if (e.is == FkAction::cascade)
    return change +
           (erase ? ": deletes of the previous release now remove more rows than it expects"
                  : ": updates of the previous release now change more rows than it expects");
  return change + ": the previous release expects the old behaviour";
}

void compare(const sql::ConstraintDifference& d, const Constraint& was, const Constraint& is,
             const sql::Cause* cause, Report& report) {
  const std::string key = fmt::format("foreign key `{}`", d.object.name);
  for (const Event& e : {Event{"DELETE", was.on_delete, is.on_delete},
                         Event{"UPDATE", was.on_update, is.on_update}}) {
    if (e.was == e.is) continue;
    const bool cascade = e.was == FkAction::cascade || e.is == FkAction::cascade;
    report(d, fmt::format("{}: {}; keep the action until no release relies on it", key, effect(e)),
           {.at_most = cascade ? Severity::error : Severity::warning, .cause = cause});
  }
  if (was.match != is.match)
    report(
        d,
        key + " changes its MATCH type: rows with some NULL columns are judged otherwise; keep it",
        {.at_most = Severity::warning, .cause = cause});
  if (was.deferrable != is.deferrable || was.initially_deferred != is.initially_deferred)
    report(d,
           fmt::format("{} is checked at another time ({}): transactions of the previous release "
                       "may fail where they did not; keep it until no release relies on it",
                       key,
                       is.initially_deferred ? "at commit"
                       : is.deferrable       ? "deferrable"
                                             : "at once"),
           {.at_most = Severity::warning, .cause = cause});
}

void check(const sql::ConstraintDifference& d, const NetContext& context, Report& report) {
  if (!d.before || d.before->kind != sql::ConstraintKind::foreign_key) return;
  if (d.after && d.after->id == d.before->id) {
    compare(d, *d.before, *d.after, context.catalog.cause(d.after->id, sql::Aspect::definition),
            report);
    return;
  }
  for (const Constraint* other : sql::brought_in(d))
    if (same_key(*d.before, *other)) {
      compare(d, *d.before, *other, context.catalog.cause(other->id, sql::Aspect::existence),
              report);
      return;
    }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_change_fk_action{
    .id = "compat/change-fk-action",
    .summary = "a foreign key does something else when its parent is deleted",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "What happens to children is part of what a DELETE in the code means. Without CASCADE the "
        "previous release's delete of a parent fails with a foreign key violation. With a new "
        "CASCADE it goes through and silently removes rows that the release counted on, and no "
        "rollback brings those back.",
    .instead =
        "1. Release code that deletes or detaches the children itself, so that the action no "
        "longer matters.\n"
        "2. After the rollback window add the new key NOT VALID, drop the old one in the same "
        "transaction, and validate in another.",
    .references = "https://www.postgresql.org/docs/15/ddl-constraints.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
