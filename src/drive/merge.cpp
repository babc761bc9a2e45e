// Auto-sync may come back only when what it would deploy no longer is the bad release: the branch
// that the application tracks holds the revert, and Argo CD has seen it there.
#include <fmt/format.h>

#include <charconv>

#include "argocd/words.h"
#include "drive/live.h"
#include "drive/steps.h"
#include "drive/world.h"

namespace backout::drive {
namespace {

using argocd::Application;

// Without a clone nobody can tell what a commit holds; that it is another one can be seen.
Ended told_by_user(const Context& context, const Application& app) {
  const std::vector<std::string> bad = list(context.step.given, "bad");
  if (app.targets == bad || app.targets.empty())
    return {fmt::format("git still says {}: revert it there and merge; then `backout resume {} "
                        "--merged`",
                        short_list(bad), context.operation.id),
            true};
  if (!context.world.merged)
    return {fmt::format("git says {} now; if that holds the revert, `backout resume {} --merged` "
                        "restores auto-sync, which deploys it",
                        short_list(app.targets), context.operation.id),
            true};
  return {fmt::format("you say that {} holds the revert", short_list(app.targets))};
}

// With a clone, git tells; what counts is the commit that Argo CD compares with.
tl::expected<Ended, Stop> told_by_git(const Context& context, const Application& app) {
  const Facts& given = context.step.given;
  const std::string_view digits = fact(given, "source");
  std::size_t source = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), source);
  const std::string tip = source < app.targets.size() ? app.targets[source] : std::string();
  TRY(const std::optional<std::string> how, holds_revert(context, given, tip));
  if (how) return Ended{*how};
  const Facts& request = context.memory_of("open-pull-request");
  return Ended{
      fmt::format("merge the revert{} into `{}`, and `backout resume {}` restores auto-sync "
                  "(Argo CD compares with {})",
                  fact(request, "url").empty() ? "" : fmt::format(" ({})", fact(request, "url")),
                  fact(given, "base"), context.operation.id, argocd::short_revision(tip)),
      true};
}

tl::expected<Ended, Stop> told(const Context& context, const Application& app) {
  if (context.world.merged || fact(context.step.given, "folder").empty())
    return told_by_user(context, app);
  return told_by_git(context, app);
}

}  // namespace

// given: bad; with a clone also folder, remote, base, good, paths, source.
StepResult wait_for_merge(Context& context) {
  std::string why;
  StepResult found = poll(
      context, context.plan.pace.merge,
      [&]() -> tl::expected<std::optional<Ended>, Stop> {
        TRY(const Application app, look_again(context));
        TRY(Ended now, told(context, app));
        if (!now.waiting) return now;
        why = std::move(now.said);
        return std::nullopt;
      },
      [] { return Stop(0, {}); });
  if (!found && found.error().code == 0) return Ended{why, true};
  return found;
}

}  // namespace backout::drive
