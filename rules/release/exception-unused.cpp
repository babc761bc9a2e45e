#include "core/rule.h"

namespace backout {
namespace {

// Found by core/exceptions.cpp, which sees findings, ledger and git together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule release_exception_unused{
    .id = "release/exception-unused",
    .summary = "an approval or an annotation lets nothing pass",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "The break it was written for is gone, or the entry names another file or rule than the "
        "one that breaks. What lies around approved can excuse the next edit of that file without "
        "anybody looking.",
    .instead = "1. Delete the entry or the annotation, or correct what it names.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
