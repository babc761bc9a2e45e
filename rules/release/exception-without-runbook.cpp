#include "core/rule.h"

namespace backout {
namespace {

// Found by core/exceptions.cpp, which sees findings, ledger and git together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule release_exception_without_runbook{
    .id = "release/exception-without-runbook",
    .summary = "a deliberate break leaves the data-recovery runbook as it was",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Behind a break the way back is not a rollback of the code but a recovery of data, and "
        "that way differs each time: which table, from which backup, who decides. Whoever is on "
        "call needs it written down before the change is deployed.",
    .instead =
        "1. Write into the runbook of `approvals.runbook` how to get back what this migration "
        "breaks, and name the migration there, in the same change.\n"
        "2. Without such a runbook, write one and set `approvals.runbook` in a change of its own "
        "first: the configuration is read from the base.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
