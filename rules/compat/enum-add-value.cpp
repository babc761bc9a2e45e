#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

void check(const sql::TypeDifference& type, const NetContext&, Report& report) {
  using Kind = sql::UserType::Kind;
  if (!type.before || !type.before->known || !type.after || type.before->kind != Kind::enum_ ||
      type.after->kind != Kind::enum_)
    return;
  std::vector<std::string> added;
  for (const std::string& label : type.after->labels)
    if (std::find(type.before->labels.begin(), type.before->labels.end(), label) ==
        type.before->labels.end())
      added.push_back(label);
  // As many gone as came, in the same type: renamed (enum-rename-value).
  if (type.before->id == type.after->id && type.after->labels.size() == type.before->labels.size())
    return;
  if (added.empty()) return;
  report(type, fmt::format("enum `{}` gains {}: once new code stores {}, the previous release may "
                           "fail on reading; release code that reads {} before any that writes",
                           type.object.name, quoted_list(added), added.size() == 1 ? "it" : "them",
                           added.size() == 1 ? "it" : "them"));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_enum_add_value{
    .id = "compat/enum-add-value",
    .summary = "an enum gains a label that the previous release cannot read",
    .letters = "a2, b",
    .severity = Severity::warning,
    .why =
        "Once the new release stores the label, the previous one reads it: languages with closed "
        "enums (Java, Rust, TypeScript, Python) fail on an unknown value. The label cannot be "
        "taken away again. New code that writes it before the migration has run is refused.",
    .instead =
        "1. Add the label and release code that can read it but does not write it.\n2. One release "
        "later write it: from then on every release in the rollback window understands it.",
    .references = "https://www.postgresql.org/docs/15/sql-altertype.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
