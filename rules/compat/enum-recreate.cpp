#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

void check(const sql::TypeDifference& type, const NetContext& context, Report& report) {
  using Kind = sql::UserType::Kind;
  if (!type.before || !type.after || type.before->kind != Kind::enum_ ||
      type.after->kind != Kind::enum_ || type.before->id == type.after->id)
    return;
  ReportOptions options;
  options.cause = context.catalog.cause(type.after->id, sql::Aspect::existence);
  if (!type.before->known) {
    options.certain = false;
    report(
        type,
        fmt::format("enum `{}` is made anew: the previous release is refused if it sends a label "
                    "that is no longer there; keep every label",
                    type.object.name),
        std::move(options));
    return;
  }
  std::vector<std::string> lost, kept;
  for (const std::string& label : type.before->labels)
    (std::find(type.after->labels.begin(), type.after->labels.end(), label) ==
             type.after->labels.end()
         ? lost
         : kept)
        .push_back(label);
  if (!lost.empty()) {
    report(type,
           fmt::format("enum `{}` is made anew without {}: the previous release still sends {} and "
                       "is refused; leave the {} in place",
                       type.object.name, quoted_list(lost), lost.size() == 1 ? "it" : "them",
                       lost.size() == 1 ? "label" : "labels"),
           std::move(options));
    return;
  }
  std::vector<std::string> order;
  for (const std::string& label : type.after->labels)
    if (std::find(kept.begin(), kept.end(), label) != kept.end()) order.push_back(label);
  if (order == kept) return;  // a superset in the same order: enum-add-value
  options.at_most = Severity::warning;
  report(type,
         fmt::format("enum `{}` is made anew with its labels in another order: comparisons and "
                     "ORDER BY of the previous release give other results; keep the order",
                     type.object.name),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_enum_recreate{
    .id = "compat/enum-recreate",
    .summary = "an enum is made anew without labels that it had",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "PostgreSQL cannot drop a label, so the enum is renamed away, created again and every "
        "column converted. The previous release goes on sending a label that is gone and gets "
        "\"invalid input value for enum\"; rows that had it were changed to something else, which "
        "nobody can tell apart afterwards. The conversion rewrites each table under ACCESS "
        "EXCLUSIVE.",
    .instead =
        "1. Release code that no longer writes the label, and still reads it.\n2. After the "
        "rollback window change the rows that have it, keeping a copy.\n3. Leave the label in the "
        "type: an unused one does no harm.",
    .references = "https://www.postgresql.org/docs/15/sql-altertype.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
