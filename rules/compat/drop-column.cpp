// A released column that is gone: the plainest way to break the release before.
#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

bool names(const std::vector<std::string>& columns, const std::string& name) {
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

// PostgreSQL drops every constraint that includes the column without a word.
std::vector<Note> also_gone(const sql::Table& table, const std::string& column) {
  std::vector<std::string> gone;
  for (const auto& constraint : table.constraints)
    if (constraint->columns.size() > 1 && names(constraint->columns, column))
      gone.push_back(constraint->name);
  if (gone.empty()) return {};
  return {{std::nullopt, fmt::format("goes with it, without a word: {}", quoted_list(gone))}};
}

void check(const sql::ColumnDifference& d, const NetContext&, Report& report) {
  // Added again: data-loss/drop-and-recreate, or with another type reuse-column-name.
  if (!d.before || d.after || d.moved) return;
  const std::string& name = d.object.name;
  if (d.table_before->id == d.table_after->id)
    report(
        d,
        fmt::format("column `{}` is dropped: code of the previous release that reads or writes it "
                    "fails at once; first release code that no longer names it",
                    name),
        {.notes = also_gone(*d.table_before, d.before->name)});
  else
    report(d,
           fmt::format("column `{}` is missing from the table that takes the old one's place: code "
                       "of the previous release that names it fails at once; keep it until no "
                       "release names it",
                       name));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_column{
    .id = "compat/drop-column",
    .summary = "a column that the previous release knows is dropped",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "During a deploy, and after a rollback, the previous release runs on the new schema. "
        "Every statement of it that names the column fails with \"column does not exist\", "
        "and object mappers that list all columns fail on every read of the table. The drop "
        "itself is quick, a change of the catalog under a short ACCESS EXCLUSIVE lock; the "
        "values are gone all the same, together with every index, unique key, CHECK and "
        "foreign key that includes the column.",
    .instead =
        "1. Release code that neither reads nor writes the column; mappers that list columns "
        "at start need it marked as ignored. If it is NOT NULL without default, relax it "
        "in the same step.\n"
        "2. Wait until no release inside the rollback window names it.\n"
        "3. Drop it in a migration of its own.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
