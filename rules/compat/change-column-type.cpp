// A column of another type. What that means to old code depends on the pair of types:
// sql/type_change.h.
#include <fmt/format.h>

#include "core/rule.h"
#include "sql/type_change.h"

namespace backout {
namespace {

struct Judgement {
  Severity severity;
  std::string_view effect;  // end of the message, with the first step of the remedy
};

Judgement judge(sql::TypeChange change) {
  using enum sql::TypeChange;
  switch (change) {
    case grown:
    case to_text:
      return {Severity::warning,
              "the previous release may cut, refuse or overflow on the longer values that new code "
              "stores; keep the old limit in code until no release has it"};
    case widened:
      return {Severity::error,
              "clients of the previous release that read the narrow type (Java int, Go int32, Rust "
              "i32) fail on the wide one; add a new column and write both"};
    case narrowed:
      return {Severity::error,
              "writes of the previous release that do not fit fail; first release code that stores "
              "nothing larger"};
    case blank_padding:
      return {
          Severity::error,
          "trailing blanks now count in comparisons of the previous release, or no longer do; add "
          "a new column and write both"};
    case json:
      return {
          Severity::error,
          "functions, operators and typed parameters of the other JSON type fail in the previous "
          "release; add a new column and write both"};
    case time_zone:
      return {Severity::error,
              "the previous release reads and writes the same text with another meaning; add a new "
              "column and write both"};
    case case_folding:
      return {
          Severity::warning,
          "comparisons and uniqueness of the previous release treat case otherwise; release code "
          "first that does not depend on it"};
    case constrained:
      return {
          Severity::error,
          "writes of the previous release that break the domain's constraints fail; first release "
          "code that keeps to them"};
    default:
      return {Severity::error,
              "comparisons, parameters and clients of the previous release expect the old type and "
              "fail; add a new column and write both"};
  }
}

const sql::UserType* definition(const sql::Type& type, const sql::Objects<sql::UserType>& types,
                                bool before) {
  if (type.name.schema.empty()) return nullptr;
  const std::string key = sql::to_string(type.name);
  return before ? types.find_before(key) : types.find(key);
}

void check(const sql::ColumnDifference& d, const NetContext& context, Report& report) {
  if (!d.before || !d.after || d.moved || !d.before->known) return;
  // Dropped and added again under the same name: reuse-column-name.
  if (d.table_before->id == d.table_after->id && d.before->id != d.after->id) return;
  const sql::Objects<sql::UserType>& types = context.catalog.types;
  const sql::TypeChange change =
      sql::classify({d.before->type, definition(d.before->type, types, true)},
                    {d.after->type, definition(d.after->type, types, false)});
  if (change == sql::TypeChange::none) return;
  const Judgement judgement = judge(change);
  report(
      d,
      fmt::format("column `{}` changes from {} to {}: {}", d.object.name,
                  sql::to_string(d.before->type), sql::to_string(d.after->type), judgement.effect),
      {.at_most = judgement.severity,
       .cause = context.catalog.cause(d.after->id, sql::Aspect::type)});
}

}  // namespace

namespace rules {
extern constinit const Rule compat_change_column_type{
    .id = "compat/change-column-type",
    .summary = "a column that the previous release knows gets another type",
    .letters = "a, a2",
    .severity = Severity::error,
    .why =
        "The previous release goes on sending and expecting the old type. Longer limits of the "
        "same "
        "type only matter once new code uses them (a2). Wider numbers break clients that map to a "
        "fixed-width type. Another type breaks comparisons (\"operator does not exist\"), typed "
        "parameters and decoding; timestamp and timestamptz exchange the same text with another "
        "meaning. And whatever the types, a prepared statement that selects the column fails once "
        "per connection (\"cached plan must not change result type\"), inside a transaction with "
        "the whole transaction.",
    .instead =
        "1. Add a new column of the new type.\n"
        "2. Release code, or a trigger, that writes both.\n"
        "3. Back-fill in batches.\n"
        "4. Release code that reads the new column, then code that no longer writes the old "
        "one.\n"
        "5. After the rollback window drop the old column.\n"
        "Never add, copy, drop and rename in one change.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
