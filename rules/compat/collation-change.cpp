// Another collation sorts, compares and matches otherwise.
#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

std::string shown(const std::string& collation) {
  return collation.empty() ? "the default" : "`" + collation + "`";
}

void check(const NetContext& context, Report& report) {
  for (const auto& d : context.differences.columns)
    if (d.before && d.after && !d.moved && d.before->known &&
        d.before->collation != d.after->collation)
      report(
          d,
          fmt::format("collation of column `{}` changes from {} to {}: order, equality and LIKE of "
                      "the previous release's queries differ, pages shift; compare with an "
                      "explicit COLLATE in new code instead",
                      d.object.name, shown(d.before->collation), shown(d.after->collation)),
          {.cause = context.catalog.cause(d.after->id, sql::Aspect::collation)});
  for (const auto& d : context.differences.types)
    if (d.before && d.after && d.before->collation != d.after->collation)
      report(d, fmt::format(
                    "collation of domain `{}` changes from {} to {}: order, equality and LIKE of "
                    "the previous release's queries on its columns differ; make a new domain",
                    d.object.name, shown(d.before->collation), shown(d.after->collation)));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_collation_change{
    .id = "compat/collation-change",
    .summary = "a column or domain gets another collation",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "ORDER BY, unique keys, LIKE and which indexes can be used all follow the column's "
        "collation. "
        "Statements of the previous release go through and answer differently: pages overlap, "
        "duplicates are refused or let in, prefix searches turn into scans. With a "
        "non-deterministic collation (12) LIKE fails up to PostgreSQL 17. Every index on the "
        "column is rebuilt under an ACCESS EXCLUSIVE lock.",
    .instead =
        "1. Name the collation where new code needs it: ORDER BY c COLLATE \"…\", with an index on "
        "that expression.\n"
        "2. Or add a new column with the new collation, write both, and move reads over.",
    .references = "https://www.postgresql.org/docs/15/collation.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
