#include <fmt/format.h>

#include "core/rule.h"
#include "sql/schema_fate.h"

namespace backout {
namespace {

void check(const sql::SequenceDifference& sequence, const NetContext& context, Report& report) {
  if (!sequence.before || sequence.after || sequence.moved || sequence.before->identity)
    return;  // identity: drop-identity
  if (sql::schema_dropped(context.differences, sequence.before->name.schema)) return;
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
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
