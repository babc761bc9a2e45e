// A schema that is gone, with what CASCADE takes along: one finding that lists the losses.
#include <fmt/format.h>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

const sql::QualifiedName& name_of(const sql::Function& function) {
  return function.definition.name;
}
template <class T>
const sql::QualifiedName& name_of(const T& object) {
  return object.name;
}

template <class T>
void list(std::string_view kinds, const std::vector<sql::Difference<T>>& differences,
          const std::string& schema, std::vector<Note>& notes) {
  std::vector<std::string> gone;
  for (const sql::Difference<T>& d : differences)
    if (d.before && !d.after && !d.moved && name_of(*d.before).schema == schema)
      gone.push_back(d.object.name);
  if (!gone.empty())
    notes.push_back(
        {std::nullopt, fmt::format("goes with it: {} {}", kinds, quoted_list(gone, 10))});
}

void check(const sql::SchemaDifference& d, const NetContext& context, Report& report) {
  if (!d.before || d.moved || (d.after && d.after->id == d.before->id)) return;
  const std::string& schema = d.before->name;
  std::vector<Note> notes;
  list("table", context.differences.tables, schema, notes);
  list("view", context.differences.views, schema, notes);
  list("sequence", context.differences.sequences, schema, notes);
  list("type", context.differences.types, schema, notes);
  list("function", context.differences.functions, schema, notes);
  report(d,
         fmt::format("schema `{}` is dropped{}: code of the previous release that names anything "
                     "in it fails at once; first release code that no longer uses it",
                     schema, d.after ? " and created again, empty" : ""),
         {.notes = std::move(notes)});
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_schema{
    .id = "compat/drop-schema",
    .summary = "a schema that the previous release knows is dropped",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "With CASCADE, DROP SCHEMA removes every table, view, function and type in it, and what "
        "depends on them elsewhere: columns of its types, views on its tables. Statements of "
        "the previous release that name any of it fail at once, and rows come back only from "
        "a backup. Without CASCADE it works on an empty schema only.",
    .instead =
        "1. Release code that uses nothing of the schema.\n"
        "2. After the rollback window drop its objects one by one, each in a migration "
        "where the loss can be seen.\n"
        "3. Drop the empty schema without CASCADE.",
    .references = "https://www.postgresql.org/docs/15/sql-dropschema.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
