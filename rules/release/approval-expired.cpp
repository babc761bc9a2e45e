#include "core/rule.h"

namespace backout {
namespace {

// Found by core/exceptions.cpp, which sees findings, ledger and git together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule release_approval_expired{
    .id = "release/approval-expired",
    .summary = "an approval is used after its last day",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An approval is given for a moment: the release window, the state of the data and the "
        "runbook that the approver had in mind have moved on. It counts until the end of the day "
        "in `expires`.",
    .instead =
        "1. Let an approver look again and run `backout approve FILE RULE`; the old entry may "
        "stay as a record.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
