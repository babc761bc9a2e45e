#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const MigrationChange& change, const Config&, Report& report) {
  for (const MigrationChange::Unreadable& file : change.unreadable) {
    ReportOptions options;
    if (file.limit) options.at_most = Severity::warning;  // the limit makes the verdict undecided
    report.at({file.source, {}}, {"file", file.source->path},
              file.limit ? fmt::format("`{}` was not looked at: {}", file.source->path, file.reason)
                         : fmt::format("`{}` cannot be judged ({}): what would run is not in this "
                                       "change; put the SQL itself there",
                                       file.source->path, file.reason),
              options);
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_unreadable_migration{
    .id = "release/unreadable-migration",
    .summary = "an SQL file is a link, a submodule or too large to be read",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The gate reads the bytes that git stores and follows no link: a link may lead outside the "
        "repository, and what it leads to may differ "
        "where the migration runs. What cannot be read cannot be called safe.",
    .instead =
        "1. Replace the link by the file's content.\n2. Split a file that is over "
        "`limits.file_bytes`, or raise the limit in `.backout.yaml` "
        "on the target branch first.",
    .references = "https://git-scm.com/docs/git-config#Documentation/git-config.txt-coresymlinks",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
