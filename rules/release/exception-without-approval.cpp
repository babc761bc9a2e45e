#include "core/rule.h"

namespace backout {
namespace {

// Found by core/exceptions.cpp, which sees findings, ledger and git together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule release_exception_without_approval{
    .id = "release/exception-without-approval",
    .summary = "a break that is announced as deliberate has no approval",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The annotation alone is the word of whoever wrote the change. A break that a rollback "
        "cannot undo needs somebody of the platform team who has looked at these bytes and knows "
        "how to recover; the ledger says who that was, why and until when.",
    .instead =
        "1. Let one of `approvals.approvers` run `backout approve FILE RULE` and commit the "
        "ledger, best after the last edit of the migration.\n"
        "2. Give the entry a short life: it must count only until the change is merged.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
