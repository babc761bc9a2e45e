#include "core/rule.h"

namespace backout {
namespace {

// Found by core/exceptions.cpp, which sees findings, ledger and git together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule release_approver_not_listed{
    .id = "release/approver-not-listed",
    .summary = "a break is approved by somebody who may not",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Who may let a break pass is the base's word (`approvals.approvers`), so that a change "
        "cannot name its own judge. Somebody who is added in the same change may approve the next "
        "one.",
    .instead =
        "1. Let one of the base's approvers approve.\n"
        "2. To add an approver, change `approvals.approvers` in a change of its own first.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
