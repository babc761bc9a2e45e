#include "core/rule.h"

namespace backout {
namespace {

// Found by core/exceptions.cpp, which sees findings, ledger and git together.
void check(const MigrationChange&, const Config&, Report&) {}

}  // namespace

namespace rules {
extern constinit const Rule release_exception_without_annotation{
    .id = "release/exception-without-annotation",
    .summary = "a signed-off break is not announced in the migration's header",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The next person who reads the migration, or decides at night whether the code may be "
        "rolled back, looks at the file and not at the ledger. Without the annotation nothing "
        "there says that the previous release does not run on this schema.",
    .instead =
        "1. Begin the migration with `-- migration-incompatible: true` and below it `-- reason: "
        "…`, which says why the break is right now.\n"
        "2. Have it approved after that: an approval names the bytes of the file.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
