#include "core/rule.h"

namespace backout {
namespace {

// Found by core/exceptions.cpp, which sees findings, ledger and git together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule release_approval_malformed{
    .id = "release/approval-malformed",
    .summary = "the ledger of approvals has something that is no entry",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The ledger is written by people and decides what may break, so it is read strictly: an "
        "unknown or repeated key, a missing value, an alias or a tag could make an entry say "
        "something else to the reviewer than to the gate. Such an entry counts for nothing.",
    .instead =
        "1. Let `backout approve FILE RULE` write entries: `file`, `rule`, `sha256`, `approver`, "
        "`reason`, `date`, `expires`, each once, each a plain text on one line.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
