#include <fmt/format.h>

#include <string>

#include "core/rule.h"

namespace backout {
namespace {

std::string changed(const sql::Sequence& before, const sql::Sequence& after) {
  if (before.increment != after.increment)
    return fmt::format("steps by {} (was {})", after.increment, before.increment);
  if (after.max < before.max) return fmt::format("ends at {} (was {})", after.max, before.max);
  if (after.min > before.min) return fmt::format("begins at {} (was {})", after.min, before.min);
  if (before.cycle && !after.cycle) return "no longer cycles";
  if (after.restarted && after.restarted != before.restarted)
    return fmt::format("restarts at {}", *after.restarted);
  if (before.owner_column != 0 && after.owner_column != 0 &&
      before.owner_column != after.owner_column)
    return "belongs to another column";
  return {};
}

void check(const sql::SequenceDifference& sequence, const NetContext&, Report& report) {
  if (!sequence.before || !sequence.before->known || !sequence.after ||
      sequence.before->id != sequence.after->id)
    return;
  const std::string what = changed(*sequence.before, *sequence.after);
  if (!what.empty())
    report(sequence, fmt::format("sequence `{}` {}: ids of the previous release may collide or run "
                                 "out; keep what code expects until the rollback window has passed",
                                 sequence.object.name, what));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_alter_sequence{
    .id = "compat/alter-sequence",
    .summary = "a sequence hands out other numbers than the previous release expects",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "Programs that draw numbers in blocks (Hibernate's allocationSize) compute ids from "
        "INCREMENT: another increment makes them collide. A RESTART below the present position, or "
        "a lower MAXVALUE, ends in duplicate keys or in \"reached maximum value\".",
    .instead =
        "1. Leave INCREMENT as code expects it; change both in one release only when old and new "
        "blocks cannot overlap.\n2. RESTART only above every id in use (`SELECT setval(…, "
        "max(id))` under a lock).",
    .references = "https://www.postgresql.org/docs/15/sql-altersequence.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
