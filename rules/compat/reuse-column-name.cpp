// An old name that now stands for something else: old code goes on without an error, on the wrong
// data.
#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"
#include "sql/type_change.h"

namespace backout {
namespace {

void column(const sql::ColumnDifference& d, Report& report) {
  if (!d.before || !d.after || d.before->id == d.after->id) return;
  if (d.table_before->id != d.table_after->id || d.after->generated != d.before->generated) return;
  if (!d.moved) {
    // With the same type only the values are lost: drop-column.
    if (sql::classify({d.before->type}, {d.after->type}) == sql::TypeChange::none) return;
    report(d, fmt::format(
                  "column `{}` is dropped and its name goes to a new column of type {} (was {}): "
                  "the previous release fails on it or takes one for the other; give the new "
                  "column a new name",
                  d.object.name, sql::to_string(d.after->type), sql::to_string(d.before->type)));
    return;
  }
  const sql::Column* other = d.table_before->column(d.after->id);  // null: the column is new
  if (!other) {
    report(d, fmt::format(
                  "column `{}` is renamed to `{}` and another column takes its name: the "
                  "previous release goes on with the wrong data; give the new column a new name",
                  d.object.name, d.moved->name));
    return;
  }
  const bool swapped = d.moved->name == other->name;
  if (swapped && other->name < d.before->name) return;  // said of the other one
  report(d, swapped ? fmt::format(
                          "columns `{}` and `{}` swap names: the previous release goes on with the "
                          "wrong data; add a new column and write both",
                          d.object.name, other->name)
                    : fmt::format(
                          "column `{}` becomes `{}` and `{}` takes its name: the previous release "
                          "goes on with the wrong data; add a new column and write both",
                          d.object.name, d.moved->name, other->name));
}

bool serves(const sql::Table& before, const sql::Table& after) {
  return std::all_of(before.columns.begin(), before.columns.end(), [&](const auto& was) {
    const sql::Column* is = after.column(was->name);
    return is && sql::classify({was->type}, {is->type}) == sql::TypeChange::none;
  });
}

void table(const sql::TableDifference& d, Report& report) {
  if (!d.before || !d.after || !d.moved) return;
  if (d.before->partition_strategy.empty() && !d.after->partition_strategy.empty())
    return;  // change-partition-key
  if (serves(*d.before, *d.after))
    report(d,
           fmt::format(
               "table `{}` is renamed to `{}` and another one takes its name: rows that were not "
               "copied, or that the previous release writes meanwhile, are missing from one of "
               "the two; keep them in step with a trigger",
               d.object.name, sql::to_string(d.moved->name)),
           {.at_most = Severity::warning});
  else
    report(d, fmt::format(
                  "table `{}` is renamed to `{}` and a different one takes its name: the previous "
                  "release fails on it or takes one for the other; give the new table a new name",
                  d.object.name, sql::to_string(d.moved->name)));
}

void check(const NetContext& context, Report& report) {
  for (const auto& d : context.differences.columns) column(d, report);
  for (const auto& d : context.differences.tables) table(d, report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_reuse_column_name{
    .id = "compat/reuse-column-name",
    .summary = "the name of a released column or table goes to another one",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "A name that is missing makes old code fail, which is seen. A name that stands for "
        "something "
        "else lets it go on: it reads other values than it means, and writes its own into the "
        "wrong place, during the deploy and after a rollback. No error tells anyone, and the "
        "damaged rows cannot be told from good ones later.",
    .instead =
        "1. Give the new column or table a name that was never used.\n"
        "2. Release code that uses it, then code that no longer uses the old one.\n"
        "3. Drop the old one after the rollback window.\n"
        "4. If the name must come back, let another window pass first.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
