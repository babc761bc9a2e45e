#include "core/rule.h"

namespace backout {
namespace {

// Found by core/exceptions.cpp, which sees findings, ledger and git together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule release_approval_by_author{
    .id = "release/approval-by-author",
    .summary = "the approver of a break wrote it",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Two people must have looked. Everybody who is author or committer of a commit of the "
        "change that touched the migration counts as its author, under the addresses in the "
        "commits themselves; a mailmap could be part of the change.",
    .instead =
        "1. Let another of `approvals.approvers` approve.\n"
        "2. When the approver only fixed a typing error in the migration, let a third person "
        "approve: whose break it is cannot be told from the size of a commit.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
