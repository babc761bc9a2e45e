// A view created anew that no longer is what old code selects from or writes to: columns missing,
// of another type, in another order; no longer updatable; other security. CREATE OR REPLACE cannot
// do the former, so it comes by drop and create.
#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"
#include "core/words.h"
#include "sql/type_change.h"

namespace backout {
namespace {

bool by_trigger(const sql::View& view) {
  return std::any_of(view.triggers.begin(), view.triggers.end(),
                     [](const auto& trigger) { return trigger->definition.timing == 'i'; });
}
bool takes_writes(const sql::View& view) {
  return !view.materialized && (view.updatable || by_trigger(view));
}

struct Changes {
  std::vector<std::string> missing, retyped;
  bool reordered = false;
};
Changes compare(const sql::View& before, const sql::View& after) {
  Changes changes;
  for (std::size_t i = 0; i < before.columns.size(); ++i) {
    const sql::ViewColumn& was = before.columns[i];
    const sql::ViewColumn* is = after.column(was.name);
    if (!is) {
      changes.missing.push_back(was.name);
      continue;
    }
    if (static_cast<std::size_t>(is - after.columns.data()) != i) changes.reordered = true;
    if (was.type.name.name.empty() || is->type.name.name.empty()) continue;
    if (sql::classify({was.type}, {is->type}) != sql::TypeChange::none)
      changes.retyped.push_back(was.name);
  }
  return changes;
}

void check(const sql::ViewDifference& d, const NetContext&, Report& report) {
  if (!d.before || !d.after || d.moved) return;
  const std::string view = fmt::format("{} `{}`", d.object.kind, d.object.name);
  // A star over something unknown may or may not show the columns that seem to be missing.
  const Changes changes = compare(*d.before, *d.after);
  if (!changes.missing.empty())
    report(d,
           fmt::format("{} no longer has {}: code of the previous release that selects it fails at "
                       "once; keep every old column until no release names it",
                       view, quoted_list(changes.missing)),
           {.certain = d.after->columns_known});
  if (!changes.retyped.empty())
    report(d, fmt::format("{} gives {} another type: comparisons and typed clients of the previous "
                          "release fail; cast to the old type and add the new one under a new name",
                          view, quoted_list(changes.retyped)));
  if (changes.missing.empty() && changes.reordered)
    report(d,
           fmt::format("{} has its columns in another order: code of the previous release that "
                       "reads by position takes one for the other; add new columns at the end",
                       view),
           {.at_most = Severity::warning});
  if (takes_writes(*d.before) && !takes_writes(*d.after))
    report(d,
           fmt::format("{} can no longer be written to: INSERT, UPDATE and DELETE of the previous "
                       "release fail; keep it a plain selection from one table, or add INSTEAD "
                       "OF triggers",
                       view));
  if (d.before->options != d.after->options)
    report(d,
           fmt::format("{} has other options (was `{}`, now `{}`): rights and accepted rows differ "
                       "for the previous release; keep the options",
                       view, d.before->options, d.after->options),
           {.at_most = Severity::warning});
}

}  // namespace

namespace rules {
extern constinit const Rule compat_replace_view_drops_columns{
    .id = "compat/replace-view-drops-columns",
    .summary = "a view loses columns, order, types or writes that old code uses",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "CREATE OR REPLACE VIEW only appends columns; everything else is done by dropping and "
        "creating, and nothing then compares the new view with the old one. Code of the "
        "previous release fails on a missing or renamed column, on a comparison with another "
        "type, and on writes once the view has DISTINCT, GROUP BY, LIMIT, a set operation, a "
        "window or a second FROM item. security_invoker (15) decides whose rights count.",
    .instead =
        "1. Keep every old column, in its place and with its type, and append the new ones.\n"
        "2. Release code that uses the new ones.\n"
        "3. After the rollback window remove what no release names.\n"
        "For another shape create a view under a new name.",
    .references = "https://www.postgresql.org/docs/15/sql-createview.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
