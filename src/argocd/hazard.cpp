#include "argocd/hazard.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "rollout/words.h"

namespace backout::argocd {
namespace {

struct Name {
  HazardKind kind;
  std::string_view name;
};
// In the order of the enumeration.
constexpr Name names[] = {
    {HazardKind::not_known, "not-known"},
    {HazardKind::deleting, "deleting"},
    {HazardKind::operation_running, "operation-running"},
    {HazardKind::operation_retrying, "operation-retrying"},
    {HazardKind::operation_stuck, "operation-stuck"},
    {HazardKind::sync_window, "sync-window"},
    {HazardKind::sync_window_ahead, "sync-window-ahead"},
    {HazardKind::not_logged_in, "not-logged-in"},
    {HazardKind::token_ends, "token-ends"},
    {HazardKind::missing_right, "missing-right"},
    {HazardKind::application_set, "application-set"},
    {HazardKind::rolling_sync, "rolling-sync"},
    {HazardKind::parent, "parent"},
    {HazardKind::image_updater, "image-updater"},
    {HazardKind::promotion_tool, "promotion-tool"},
    {HazardKind::source_hydrator, "source-hydrator"},
    {HazardKind::old_server, "old-server"},
    {HazardKind::no_history, "no-history"},
    {HazardKind::short_history, "short-history"},
    {HazardKind::retry_refresh, "retry-refresh"},
    {HazardKind::replaces_objects, "replaces-objects"},
    {HazardKind::ignored_fields, "ignored-fields"},
    {HazardKind::rollout_in_flight, "rollout-in-flight"},
    {HazardKind::rollout_aborted, "rollout-aborted"},
    {HazardKind::rollout_paused, "rollout-paused"},
    {HazardKind::rollout_new_canary, "rollout-new-canary"},
    {HazardKind::rollout_waits, "rollout-waits"},
    {HazardKind::own_rollout_logic, "own-rollout-logic"},
    {HazardKind::parameter_override, "parameter-override"},
    {HazardKind::other_source, "other-source"},
    {HazardKind::self_managed, "self-managed"},
    {HazardKind::left_behind, "left-behind"},
    {HazardKind::deletes_objects, "deletes-objects"},
    {HazardKind::prune_confirm, "prune-confirm"},
    {HazardKind::hooks_skipped, "hooks-skipped"},
    {HazardKind::being_deleted, "being-deleted"},
    {HazardKind::floating_target, "floating-target"},
    {HazardKind::pinned_target, "pinned-target"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(names); ++i)
    if (static_cast<std::size_t>(names[i].kind) != i) return false;
  return true;
}
static_assert(in_order());

}  // namespace

std::string_view name_of(HazardKind kind) { return names[static_cast<std::size_t>(kind)].name; }

std::string_view in_words(Purpose purpose) {
  switch (purpose) {
    case Purpose::rollback:
      return "a rollback";
    case Purpose::sync:
      return "a sync";
    case Purpose::pause:
      return "pausing auto-sync";
    case Purpose::resume:
      return "resuming auto-sync";
  }
  return {};
}

std::vector<Hazard> find_hazards(const Client& client, const Application& app, const Facts& facts,
                                 const Effect& effect, const Question& question) {
  const HazardInput in{client, app, facts, effect, question};
  std::vector<Hazard> out;
  add_operation_hazards(in, out);
  add_access_hazards(in, out);
  add_owner_hazards(in, out);
  add_setting_hazards(in, out);
  add_object_hazards(in, out);
  add_rollout_hazards(in, out);
  std::stable_partition(out.begin(), out.end(), [](const Hazard& one) { return one.blocking; });
  return out;
}

Assessment assess(Client& client, const Application& app, const Question& question) {
  Assessment out;
  out.facts = gather(client, app, question);
  out.effect = effect_of(app, out.facts, question);
  out.hazards = find_hazards(client, app, out.facts, out.effect, question);
  return out;
}

std::vector<std::string> in_words(const Assessment& assessment) {
  const Facts& facts = assessment.facts;
  const Effect& effect = assessment.effect;
  std::vector<std::string> out;
  if (facts.version || (facts.user && facts.user->logged_in))
    out.push_back(fmt::format("Argo CD {}{}", facts.version ? facts.version->text : "?",
                              facts.user && facts.user->logged_in
                                  ? fmt::format(", as `{}`", facts.user->name)
                                  : std::string()));
  if (facts.set && *facts.set)
    out.push_back(fmt::format("made by ApplicationSet `{}`", (*facts.set)->name));
  for (const Parent& parent : facts.parents.chain)
    out.push_back(fmt::format(
        "{} application `{}`",
        &parent == facts.parents.chain.data() ? "its manifest is held by" : "and that one's by",
        full_name(parent.app)));
  if (facts.windows && *facts.windows)
    out.push_back(fmt::format("{} sync window{} assigned, {}", (*facts.windows)->assigned.size(),
                              (*facts.windows)->assigned.size() == 1 ? "" : "s",
                              (*facts.windows)->can_sync ? "none blocks now" : "blocked now"));
  for (const RolloutFact& one : facts.rollouts)
    if (one.state)
      out.push_back(
          fmt::format("{}: {}", in_words(one.resource), rollout::state_in_words(*one.state)));
  if (effect.rendered)
    out.push_back(effect.missing.empty() && effect.leftovers.empty()
                      ? std::string("the cluster has the target's objects, and no others")
                      : fmt::format("{} of the target's objects are not in the cluster, {} of the "
                                    "cluster's not in the target",
                                    effect.missing.size(), effect.leftovers.size()));
  return out;
}

}  // namespace backout::argocd
