#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

bool has(const sql::UserType& type, std::string_view label) {
  return std::find(type.labels.begin(), type.labels.end(), label) != type.labels.end();
}

// The labels that are new and are not the new names of old ones (enum-rename-value). Labels of one
// type keep their order and never go: a released one that is not found was renamed, and its new
// name stands between the same neighbours.
std::vector<std::string> added(const sql::UserType& before, const sql::UserType& after) {
  std::vector<std::string> out;
  std::size_t renamed = 0;  // released labels passed by that are not found
  auto old = before.labels.begin();
  const auto pass = [&] {
    for (; old != before.labels.end() && !has(after, *old); ++old)
      if (before.id == after.id) ++renamed;
  };
  pass();
  for (const std::string& label : after.labels) {
    if (has(before, label)) {
      old = std::find(before.labels.begin(), before.labels.end(), label) + 1;
      renamed = 0;
      pass();
    } else if (renamed > 0) {
      --renamed;
    } else {
      out.push_back(label);
    }
  }
  return out;
}

void check(const sql::TypeDifference& type, const NetContext& context, Report& report) {
  using Kind = sql::UserType::Kind;
  const sql::UserType *before = type.before, *after = type.after ? type.after : type.moved;
  if (!before || !after || before->kind != Kind::enum_ || after->kind != Kind::enum_ ||
      (!before->known && before->id != after->id))
    return;
  const std::vector<std::string> labels = added(*before, *after);
  if (labels.empty()) return;
  ReportOptions options;
  options.cause = context.catalog.cause(
      after->id, before->id == after->id ? sql::Aspect::labels : sql::Aspect::existence);
  report(type,
         fmt::format("enum `{}` gains {}: once new code stores {}, the previous release may "
                     "fail on reading; release code that reads {} before any that writes",
                     type.object.name, quoted_list(labels), labels.size() == 1 ? "it" : "them",
                     labels.size() == 1 ? "it" : "them"),
         std::move(options));
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
