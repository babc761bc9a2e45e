#include <fmt/format.h>

#include <string>

#include "core/rule.h"
#include "sql/schema_fate.h"

namespace backout {
namespace {

// The column that owned the sequence, as serial columns do, where it is still there: that it lost
// its default is drop-default, and code seldom names such a sequence itself.
std::string column_left(const sql::Sequence& sequence, const NetContext& context) {
  if (sequence.owner_column == 0) return {};
  const std::string key = context.catalog.relation_with(sequence.owner_table);
  const sql::Table* table = context.catalog.tables.find(key);
  const sql::Column* column = table ? table->column(sequence.owner_column) : nullptr;
  return column ? key + "." + column->name : std::string();
}

void check(const sql::SequenceDifference& sequence, const NetContext& context, Report& report) {
  if (!sequence.before || sequence.after || sequence.moved || sequence.before->identity)
    return;  // identity: drop-identity
  if (sql::schema_dropped(context.differences, sequence.before->name.schema)) return;
  if (const std::string column = column_left(*sequence.before, context); !column.empty()) {
    ReportOptions options;
    options.at_most = Severity::warning;
    report(sequence,
           fmt::format("sequence `{}` is dropped and column `{}` that owned it stays: its position "
                       "is lost, and nextval() calls of the previous release fail; first release "
                       "code that no longer names it",
                       sequence.object.name, column),
           std::move(options));
    return;
  }
  report(sequence,
         fmt::format(
             "sequence `{}` is dropped: defaults and nextval() calls of the previous release fail "
             "at once and its position is lost; first release code that no longer names it",
             sequence.object.name));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_sequence{
    .id = "compat/drop-sequence",
    .summary = "a sequence that the previous release draws numbers from is dropped",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "nextval() of the previous release fails at once. With CASCADE the defaults that used the "
        "sequence go as well, so inserts that rely on them fail on NOT NULL. The counter's "
        "position is lost.",
    .instead =
        "1. Release code that no longer names the sequence.\n2. After the rollback window drop it, "
        "without CASCADE.",
    .references = "https://www.postgresql.org/docs/15/sql-dropsequence.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
