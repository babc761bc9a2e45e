#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "core/rule.h"

namespace backout {
namespace {

// What is different and what it does to the previous release; empty: nothing that it would notice.
std::string changed(const sql::Sequence& before, const sql::Sequence& after) {
  const auto from = [&](std::int64_t value) {
    return before.known ? fmt::format(" (was {})", value) : std::string();
  };
  if (before.increment != after.increment)
    return fmt::format(
        "steps by {}{}: ids that the previous release makes up from a block of "
        "numbers collide; leave the increment as code expects it",
        after.increment, from(before.increment));
  if (after.restarted && after.restarted != before.restarted)
    return fmt::format(
        "restarts at {}: the previous release may be given ids that are in use and its "
        "INSERTs fail; restart only above every id in use",
        *after.restarted);
  if (after.max < before.max)
    return fmt::format(
        "ends at {}{}: then INSERTs of the previous release fail; lower the end "
        "after the rollback window",
        after.max, from(before.max));
  if (after.min > before.min)
    return fmt::format(
        "begins at {}{}: code of the previous release that sets a lower number "
        "fails; raise it after the rollback window",
        after.min, from(before.min));
  if (before.cycle && !after.cycle)
    return "no longer begins again at its end: then INSERTs of the previous release fail; change "
           "it after the rollback window";
  if (before.owner_column != 0 && after.owner_column != 0 &&
      before.owner_column != after.owner_column)
    return "belongs to another column: it goes when that one is dropped, and the previous release "
           "does not find it through its own; keep its owner until the rollback window has passed";
  return {};
}

void check(const sql::SequenceDifference& sequence, const NetContext& context, Report& report) {
  if (!sequence.before || !sequence.after || sequence.before->id != sequence.after->id) return;
  const std::string what = changed(*sequence.before, *sequence.after);
  if (what.empty()) return;
  ReportOptions options;
  options.cause = context.catalog.cause(sequence.after->id, sql::Aspect::sequence);
  options.certain = sequence.before->known;
  report(sequence, fmt::format("sequence `{}` {}", sequence.object.name, what), std::move(options));
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
