// What a rollback means to the Rollouts of an application: to them the old template is a new one.
// Facts: argo-rollouts v1.9.1, rollout/canary.go and utils/replicaset.
#include <fmt/format.h>

#include "argocd/hazard.h"
#include "argocd/json.h"
#include "core/quote.h"

namespace backout::argocd {
namespace {

// Steps that wait for somebody: `pause: {}`.
int waiting_steps(const rollout::Rollout& state) {
  simdjson::dom::parser parser;
  Json root;
  int out = 0;
  if (parser.parse(state.json).get(root) != simdjson::SUCCESS) return 0;
  each(root, {"spec", "strategy", "canary", "steps"}, [&](Json step) {
    const auto pause = at(step, {"pause"});
    out += pause && !at(*pause, {"duration"}) ? 1 : 0;
  });
  if (const auto switched = at(root, {"spec", "strategy", "blueGreen", "autoPromotionEnabled"}))
    out += flag(root, {"spec", "strategy", "blueGreen", "autoPromotionEnabled"}, true) ? 0 : 1;
  return out;
}

std::string command(const HazardInput& in, std::string_view action, const ResourceName& one) {
  return fmt::format("`backout rollout {} {}`", action,
                     shell_quoted(full_name(in.app) + "/" + one.name));
}

void add_in_flight(const HazardInput& in, const ResourceName& one, const rollout::Rollout& state,
                   Hazards& out) {
  if (state.abort || !state.aborted_at.empty())
    out.push_back({HazardKind::rollout_aborted,
                   false,
                   fmt::format("{} is aborted: the old version runs, while its template names the "
                               "bad one; going back to the old template ends that without steps",
                               in_words(one)),
                   {}});
  else
    out.push_back({HazardKind::rollout_in_flight, false,
                   fmt::format("{} is in the middle of its update, and the old version still runs: "
                               "an abort is quicker than a rollback and needs no git",
                               in_words(one)),
                   command(in, "abort", one)});
}

void add_promoted(const HazardInput& in, const ResourceName& one, const rollout::Rollout& state,
                  Hazards& out) {
  const bool steps = state.canary && state.steps > 0;
  if (!steps && !state.blue_green) return;
  out.push_back(
      {HazardKind::rollout_new_canary, false,
       state.rollback_window > 0
           ? fmt::format("{} has the bad version everywhere: going back is quick only within its "
                         "rollback window of {} revision{}, else it begins anew{}",
                         in_words(one), state.rollback_window,
                         state.rollback_window == 1 ? "" : "s",
                         steps ? fmt::format(" with all {} steps and analyses", state.steps)
                               : std::string(" as a new preview"))
           : fmt::format("{} has the bad version everywhere: to it a rollback is a new update{}",
                         in_words(one),
                         steps ? fmt::format(", with all {} steps and analyses", state.steps)
                               : std::string(", with a preview and its analyses")),
       fmt::format("`backout rollback --promote-full` takes it through them; by hand, once it has "
                   "seen the old template: {}, which needs the right "
                   "`action/argoproj.io/Rollout/promote-full`; lasting: `rollbackWindow: "
                   "{{revisions: 3}}` in its `spec`",
                   command(in, "promote-full", one))});
  const int waits = waiting_steps(state);
  if (waits > 0)
    out.push_back(
        {HazardKind::rollout_waits, false,
         fmt::format("{} waits for somebody {} on the way back", in_words(one),
                     waits == 1 ? "once" : fmt::format("{} times", waits)),
         fmt::format("{}, or {}", command(in, "resume", one), command(in, "promote-full", one))});
}

}  // namespace

void add_rollout_hazards(const HazardInput& in, Hazards& out) {
  for (const RolloutFact& fact : in.facts.rollouts) {
    if (!fact.state) {
      out.push_back({HazardKind::not_known,
                     false,
                     fmt::format("what {} does on the way back is not known: {}",
                                 in_words(fact.resource), fact.state.error().message),
                     {}});
      continue;
    }
    const rollout::Rollout& state = *fact.state;
    if (state.paused)
      out.push_back({HazardKind::rollout_paused, false,
                     fmt::format("{} is paused by hand (`spec.paused`): it takes the old template "
                                 "over only when it goes on",
                                 in_words(fact.resource)),
                     command(in, "resume", fact.resource)});
    if (state.stable_hash.empty())
      out.push_back({HazardKind::not_known,
                     false,
                     fmt::format("{} has no stable version that it could go back to; a rollback "
                                 "updates it without steps",
                                 in_words(fact.resource)),
                     {}});
    else if (rollout::is_promoted(state))
      add_promoted(in, fact.resource, state, out);
    else
      add_in_flight(in, fact.resource, state, out);
  }
  if (!in.facts.rollouts.empty() && in.facts.settings && in.facts.settings->own_rollout_logic)
    out.push_back({HazardKind::own_rollout_logic, false,
                   "somebody has replaced Argo CD's own health check or actions of Rollouts: they "
                   "may mean something else here",
                   "`resource.customizations` for `argoproj.io/Rollout` in the ConfigMap "
                   "`argocd-cm`"});
}

}  // namespace backout::argocd
