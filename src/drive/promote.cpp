// A Rollout that is fully promoted treats a rollback as a new canary, with all steps, pauses and
// analyses. `promote-full` skips them, and is lost when it is sent before the controller has
// observed the new template; so it is sent for each Rollout when its status speaks of it, during
// the operation, which may be waiting for that very Rollout.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "argocd/resource.h"
#include "drive/live.h"
#include "drive/steps.h"
#include "drive/world.h"
#include "rollout/action.h"

namespace backout::drive {
namespace {

using argocd::ResourceName;

// Whether our operation has applied the Rollout: until then its template may be the bad one.
bool is_applied(const argocd::Application& app, std::string_view before, const ResourceName& name) {
  if (!app.operation || app.operation->started_at == before) return false;
  const auto& all = app.operation->applied;
  return std::any_of(all.begin(), all.end(), [&](const argocd::ResourceStatus& one) {
    return one.kind == "Rollout" && one.name_space == name.name_space && one.name == name.name &&
           one.status == "Synced";
  });
}

// How one Rollout stands.
struct Standing {
  bool settled = false;
  std::string words;
};

tl::expected<rollout::Rollout, Stop> read_live(Context& context, const ResourceName& name) {
  TRY(std::string json, argocd::get_live_resource(client(context), app_name(context.plan), name));
  std::string why;
  auto out = rollout::read_rollout(std::move(json), why);
  if (!out)
    return tl::unexpected(Stop(3, fmt::format("{} cannot be read: {}", in_words(name), why)));
  return std::move(*out);
}

tl::expected<Standing, Stop> promote(Context& context, const argocd::Application& app,
                                     const ResourceName& name) {
  TRY(const rollout::Rollout now, read_live(context, name));
  if (!is_applied(app, fact(context.step.given, "started_before"), name))
    return Standing{rollout::is_promoted(now), "the operation has not come to it"};
  if (!rollout::is_observed(now)) return Standing{false, "its new template is not observed yet"};
  if (rollout::is_promoted(now)) return Standing{true, rollout::phase_of(now)};
  if (now.promote_full) return Standing{false, "on its way"};
  const rollout::Judgement judgement = rollout::judge(rollout::Action::promote_full, now);
  if (judgement.kind != rollout::Judgement::Kind::sensible) return Standing{false, judgement.why};
  TRY_VOID(context.save());
  const argocd::Outcome outcome =
      argocd::run_action(client(context), app_name(context.plan), name, "promote-full");
  if (outcome.kind == argocd::Outcome::Kind::refused) return tl::unexpected(Stop(outcome.error));
  context.memory["promoted " + name.name_space + "/" + name.name] = "yes";
  context.world.say(fmt::format("  {}: promote-full", in_words(name)));
  return Standing{false, "told to go on"};
}

bool has_ended(const Current& now, std::string_view before) {
  return !now.busy && !now.started.empty() && now.started != before;
}

}  // namespace

// given: started_before. Ends when the operation has, and no Rollout is on its way any more.
StepResult promote_rollouts(Context& context) {
  const std::string before(fact(context.step.given, "started_before"));
  std::string last = "no Rollout was seen";
  int quiet = 0;  // looks in a row that found nothing to do; the controller needs a moment
  return poll(
      context, context.plan.pace.health,
      [&]() -> tl::expected<std::optional<Ended>, Stop> {
        TRY(const argocd::Application app, look(context));
        TRY(const std::vector<argocd::Node> tree,
            argocd::get_resource_tree(client(context), app_name(context.plan)));
        bool all = true;
        for (const argocd::Node& node : rollouts_in(tree)) {
          TRY(const Standing standing, promote(context, app, node.resource));
          all &= standing.settled;
          last = fmt::format("{}: {}", in_words(node.resource), standing.words);
        }
        quiet = all && has_ended(current(app), before) ? quiet + 1 : 0;
        if (quiet < 3) return std::nullopt;
        std::vector<std::string> promoted;
        for (const auto& [name, value] : context.memory)
          if (name.starts_with("promoted ")) promoted.push_back(name.substr(9));
        return Ended{promoted.empty() ? "no Rollout had steps to go through"
                                      : fmt::format("promoted {}", fmt::join(promoted, ", "))};
      },
      [&] {
        return Stop(
            3, fmt::format("{}; `backout resume` waits on, `backout rollout` acts on it", last));
      });
}

}  // namespace backout::drive
