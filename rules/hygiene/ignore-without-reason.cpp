#include "core/rule.h"

namespace backout {
namespace {

// Found by core/suppress.cpp, which sees comments and findings together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule hygiene_ignore_without_reason{
    .id = "hygiene/ignore-without-reason",
    .summary = "an ignore comment gives no reason and has no effect",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An exception is read again when a rollback is decided, often by somebody else and at "
        "night. Without a reason nobody can tell whether it still holds, so it does not count.",
    .instead =
        "1. Say behind the rule why the break is safe here: which release stopped using the "
        "object, or why nobody depends on it.\n"
        "2. If there is no such reason, follow the steps of the rule itself.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
