#include "core/rule.h"

namespace backout {
namespace {

// Found by core/exceptions.cpp, which sees findings, ledger and git together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule release_approval_unsigned{
    .id = "release/approval-unsigned",
    .summary = "the commit that brought an approval is not signed by the approver",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "With `approvals.signers` the base asks for proof: the commit that brought the entry must "
        "carry a good SSH or gpg signature by a key that the base lists for the approver. Author "
        "names and trailers of commits can be written by anybody, and a squash merge replaces the "
        "signature by the server's.",
    .instead =
        "1. Let the approver commit the entry with `git commit -S` and push it to the branch of "
        "the change.\n"
        "2. Merge with a merge commit: squash and rebase merges lose the signature.\n"
        "3. A new key goes into the list of `approvals.signers` in a change of its own first.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
