// The change's own code names what its own migration takes away.
#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "core/contraction.h"
#include "core/rule.h"

namespace backout {
namespace {

// After these nothing answers to the name any longer.
bool is_gone(std::string_view rule) {
  for (const std::string_view one :
       {"compat/drop-column", "compat/rename-column", "compat/drop-table", "compat/rename-table",
        "compat/drop-view", "compat/drop-matview", "compat/drop-function", "compat/drop-type",
        "compat/drop-sequence", "compat/rename-object", "compat/enum-rename-value"})
    if (rule == one) return true;
  return false;
}

void check(const Contraction& contraction, Report& report) {
  constexpr std::size_t places = 4;
  if (!contraction.head) return;
  for (const ContractStep& step : contraction.steps) {
    if (!step.object || !is_gone(step.finding->rule)) continue;
    const Usages& usages = contraction.head->objects[*step.object].strong;
    if (usages.count == 0) continue;
    std::vector<Note> notes;
    for (std::size_t i = 0; i < usages.shown.size() && i < places; ++i)
      notes.push_back({std::nullopt, place(contraction.head->release, usages.shown[i])});
    const Finding& finding = *step.finding;
    report.statement_at(
        finding.location, finding.statement, finding.object,
        fmt::format("the change's own code still uses {} `{}` ({} {}), which its migration takes "
                    "away: it fails for good once the migration has run; change the code first",
                    finding.object.kind, finding.object.name, usages.count,
                    usages.count == 1 ? "place" : "places"),
        {.notes = std::move(notes)});
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_code_still_references{
    .id = "release/code-still-references",
    .summary = "the change's own code still uses what its migration takes away",
    .letters = "b",
    .severity = Severity::error,
    .why =
        "The code is searched at the head of the change: SQL in strings, mappings of object "
        "mappers, "
        "and names beside their table, in every spelling. What it still names there fails with "
        "\"does not exist\" as soon as the migration has run, and no rollback of the code helps, "
        "as "
        "older code names it too. Tests that run on a mocked database do not notice.",
    .instead =
        "1. Take the last uses out of the code and release that.\n"
        "2. Wait until no release inside the rollback window uses it.\n"
        "3. Then drop it. A place that means something else: list its file under "
        "`releases.exclude`.",
    .references = "https://www.postgresql.org/docs/15/errcodes-appendix.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
