#include "core/rule.h"

namespace backout {
namespace {

// Found by core/suppress.cpp, which sees comments and findings together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule hygiene_ignore_unknown_rule{
    .id = "hygiene/ignore-unknown-rule",
    .summary = "an ignore comment names no rule that exists",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The comment was meant to accept one finding and accepts none, or it was written for a "
        "rule "
        "that never existed. A mistyped exception that passes in silence is found when it is "
        "needed. Whole families (`compat/*`) cannot be ignored: the next reader could not tell "
        "which risk was accepted.",
    .instead =
        "1. Write the id as `backout rules` prints it, several ids parted by commas, then the "
        "reason.\n"
        "2. Delete the comment when nothing needs to be accepted any more.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
