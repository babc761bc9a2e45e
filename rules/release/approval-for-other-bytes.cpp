#include "core/rule.h"

namespace backout {
namespace {

// Found by core/exceptions.cpp, which sees findings, ledger and git together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule release_approval_for_other_bytes{
    .id = "release/approval-for-other-bytes",
    .summary = "an approval was given for other bytes of the file",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "What was looked at and what would run differ: the migration was edited after it was "
        "signed off, or the entry was copied from another one. An approval is bound to the "
        "SHA-256 of the file so that it cannot be replayed.",
    .instead =
        "1. Let an approver look at the file as it is now and run `backout approve FILE RULE` "
        "again.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
