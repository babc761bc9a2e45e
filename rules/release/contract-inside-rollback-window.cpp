// Nothing that runs today needs it, but what a rollback brings back does.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/contraction.h"
#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

std::string window_of(const ReleasesConfig& config) {
  if (config.days) return fmt::format("{} days", *config.days);
  return fmt::format("{} releases", config.window);
}

void check(const Contraction& contraction, Report& report) {
  constexpr std::size_t base = 0;
  for (const ContractStep& step : contraction.steps) {
    if (!step.object) continue;
    std::vector<std::string> users;
    std::vector<Note> notes;
    bool base_uses = false;
    for (const std::size_t r : step.releases) {
      if (r == base) base_uses = standing(contraction, step, r) != Standing::unused;
      if (r == base || standing(contraction, step, r) != Standing::used) continue;
      const ReleaseEvidence& release = contraction.releases[r];
      users.push_back(release.release);
      notes.push_back({std::nullopt,
                       place(release.release, release.objects[*step.object].strong.shown.front())});
    }
    if (base_uses || users.empty()) continue;
    const Finding& finding = *step.finding;
    report.statement_at(
        finding.location, finding.statement, finding.object,
        fmt::format(
            "no code of `{}` uses {} `{}` any longer, but code of {} does: a rollback to it "
            "fails; keep it until {} left the window of {}",
            contraction.releases[base].release, finding.object.kind, finding.object.name,
            quoted_list(users), users.size() == 1 ? "that release has" : "these have",
            window_of(contraction.config.releases)),
        {.notes = std::move(notes)});
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_contract_inside_rollback_window{
    .id = "release/contract-inside-rollback-window",
    .summary = "what an older release in the rollback window still uses is taken away",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "The running release is not the only one that has to work on the new schema. Whoever is on "
        "call may go back two releases when the last one is suspected too, and Argo CD and Argo "
        "Rollouts offer that by a click for as long as their history reaches. The code of each "
        "release in the window (`releases:` in the configuration) is read from git at its tag.",
    .instead =
        "1. Leave the object where it is.\n"
        "2. Wait until the named releases have left the window.\n"
        "3. Run the same migration then.",
    .references =
        "https://docs.gitlab.com/ee/development/database/avoiding_downtime_in_migrations.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
