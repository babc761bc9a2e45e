#include "core/rule.h"

namespace backout {
namespace {

// Found by core/suppress.cpp, which sees comments and findings together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule hygiene_ignore_unused{
    .id = "hygiene/ignore-unused",
    .summary = "an ignore comment hides nothing",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "The finding it was written for is gone, or the comment stands where it belongs to no "
        "statement. Left in place it would hide the next finding of that rule, which nobody has "
        "looked at.",
    .instead =
        "1. Delete the comment, or move it to the line before the statement it is about (or behind "
        "it, on its last line).",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
