// A contract step that travels with code: neither half can go back without the other.
#include <fmt/format.h>

#include <algorithm>

#include "core/contraction.h"
#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

void check(const Contraction& contraction, Report& report) {
  if (!contraction.code_at_hand || contraction.changed_code.empty()) return;
  const auto first = std::find_if(
      contraction.steps.begin(), contraction.steps.end(),
      [](const ContractStep& step) { return step.finding->severity == Severity::error; });
  if (first == contraction.steps.end()) return;  // or no release names what goes
  const Finding& finding = *first->finding;
  report.statement_at(
      finding.location, finding.statement, finding.object,
      fmt::format(
          "the migration takes {} `{}` away in the same change that touches {}: the release "
          "cannot be rolled back, as the code before it needs what is gone; release the "
          "code first and the migration in a change of its own",
          finding.object.kind, finding.object.name, quoted_list(contraction.changed_code)));
}

}  // namespace

namespace rules {
extern constinit const Rule release_contract_with_code_change{
    .id = "release/contract-with-code-change",
    .summary = "a contract step ships in the same change as code",
    .letters = "a, b",
    .severity = Severity::error,
    .why =
        "When one change holds both the code that stops using a column and the migration that "
        "drops "
        "it, no order of the two is safe. Migration first: the running release fails until the new "
        "one is everywhere. Code first: it has to work on a schema it was not written for. And "
        "after either, a rollback of the code meets a schema that only the new code knows. The "
        "rule "
        "is silent when the code of every release in the window no longer names what goes.",
    .instead =
        "1. Release the code that no longer uses it.\n"
        "2. Wait until no release inside the rollback window uses it.\n"
        "3. Contract in a change that holds the migration alone.",
    .references = "https://martinfowler.com/bliki/ParallelChange.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
