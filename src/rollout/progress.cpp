// How it is known that an action has been carried out. The flags that we set are not the proof: the
// controller takes them away, and what counts is where the traffic goes and which pods are there.
#include <fmt/format.h>

#include <algorithm>

#include "rollout/action.h"
#include "rollout/words.h"

namespace backout::rollout {
namespace {

using State = Progress::State;

Progress at(State state, std::string words) { return {state, std::move(words)}; }

// Pods of the stable version that are available for sure. The Rollout counts those of all versions
// together (of a blue-green: of the active one), so all that the other has is taken off.
std::int64_t stable_available(const Rollout& now, const ReplicaSet* stable) {
  if (stable) return stable->available;
  if (now.blue_green) return now.available;
  return std::max<std::int64_t>(now.available - (is_promoted(now) ? 0 : now.updated), 0);
}

// Empty: all of them are there.
std::string missing_pods(const Rollout& now, const ReplicaSet* stable) {
  const std::int64_t available = stable_available(now, stable);
  if (available >= now.replicas) return {};
  return fmt::format("{}{} of {} stable pods are available", stable ? "" : "at least ", available,
                     now.replicas);
}

// Where traffic still goes beside the stable version; empty: nowhere.
std::string stray_traffic(const Rollout& now) {
  if (now.blue_green)
    return now.active_hash == now.stable_hash
               ? std::string()
               : fmt::format("the active service selects {} and not the stable {}",
                             now.active_hash.empty() ? "nothing" : now.active_hash,
                             now.stable_hash);
  if (now.routed) {
    if (!now.weights) return {};  // what an old controller does not report is not waited for
    if (now.weights->canary != 0)
      return fmt::format("{} % of the traffic goes to the new version", now.weights->canary);
    if (now.weights->verified == false) return "the router has not confirmed the weights yet";
    return {};
  }
  return now.updated == 0
             ? std::string()
             : fmt::format("{} pods of the new version are left, and take traffic", now.updated);
}

Progress after_abort(const Rollout& now, const ReplicaSet* stable) {
  if (is_promoted(now))
    return at(State::lost, "it was promoted fully before the abort was looked at");
  if (!now.abort && !now.aborted_at.empty())
    return at(State::lost, "somebody has begun to try it again");
  if (!now.abort) return at(State::lost, "the abort was taken away");
  if (now.paused &&
      (now.aborted_at.empty() || !stray_traffic(now).empty() || !missing_pods(now, stable).empty()))
    return at(
        State::stuck,
        "it is paused by `spec.paused`, which keeps the abort from completing; `resume` takes "
        "that away");
  if (now.aborted_at.empty())
    return at(State::going, now.promote_full
                                ? "the controller promotes it fully, and looks at the abort when "
                                  "the new pods are available (argo-rollouts#4461)"
                                : "the controller has not looked at the abort yet");
  if (std::string stray = stray_traffic(now); !stray.empty())
    return at(State::going, std::move(stray));
  if (std::string missing = missing_pods(now, stable); !missing.empty())
    return at(State::going, std::move(missing));
  return at(State::settled,
            fmt::format("all traffic goes to the stable version, and {} of {} pods "
                        "of it are available",
                        std::min(stable_available(now, stable), now.replicas), now.replicas));
}

Progress after_promote_full(const Before& before, const Rollout& now) {
  if (now.current_hash != before.current_hash)
    return at(State::lost, "its template is another by now");
  if (!is_promoted(now)) {
    if (now.abort) return at(State::lost, "it is aborted: " + now.message);
    if (!now.promote_full)
      return at(State::lost,
                "the controller took the flag away, and the update goes on step by step");
    if (now.paused)
      return at(State::stuck, "it is paused by `spec.paused`; `resume` takes that away");
    return at(State::going,
              fmt::format("{} of {} new pods are there{}{}", now.updated, now.replicas,
                          now.message.empty() ? "" : ": ", now.message));
  }
  if (phase_of(now) == "Healthy" && !now.promote_full)
    return at(State::settled, "the new version is the stable one");
  return at(State::going, now.message.empty() ? "the old version goes away" : now.message);
}

Progress after_retry(const Rollout& now) {
  if (is_promoted(now)) return at(State::settled, "the update has come to its end");
  if (now.abort) return at(State::lost, "it is aborted: " + now.message);
  if (!now.aborted_at.empty()) return at(State::going, "the controller has not looked at it yet");
  return at(State::settled, "the update has begun again: " + state_in_words(now));
}

Progress after_going_on(const Before& before, const Rollout& now) {
  if (now.current_hash != before.current_hash)
    return at(State::lost, "its template is another by now");
  const std::int64_t step = now.step.value_or(before.step);
  const bool moved = step != before.step || is_promoted(now);
  if (now.paused) return at(State::lost, "it is paused by `spec.paused` again");
  if (!moved && !now.pauses.empty() && before.had_pauses)
    return at(State::lost, "it is paused again: " + now.pauses.front().reason);
  const bool seen = is_observed(now) && (!now.controller_pause || !now.pauses.empty());
  if (!moved && !seen) return at(State::going, "the controller has not looked at it yet");
  return at(State::settled, "it goes on: " + state_in_words(now));
}

Progress after_pause(const Rollout& now) {
  if (!now.paused) return at(State::lost, "`spec.paused` was taken away");
  if (!is_observed(now)) return at(State::going, "the controller has not looked at it yet");
  return at(State::settled, "it is paused: " + state_in_words(now));
}

Progress after_restart(const Before& before, const Rollout& now) {
  if (now.restart_at != before.restart_at)
    return at(State::lost, "somebody has asked for another restart");
  if (now.restarted_at != now.restart_at || !is_observed(now))
    return at(State::going, now.message.empty() ? "pods are being replaced" : now.message);
  return at(State::settled, "all pods are new");
}

}  // namespace

Progress progress_of(Action action, const Before& before, const Rollout& now,
                     const ReplicaSet* stable) {
  if (now.uid != before.uid) return at(State::lost, "it was deleted and made anew");
  switch (action) {
    case Action::abort:
      if (is_promoted(now) && now.stable_hash == before.stable_hash) {  // git was reverted
        if (std::string missing = missing_pods(now, stable); !missing.empty())
          return at(State::going, std::move(missing));
        return at(State::settled, "its template is that of the stable version again");
      }
      if (now.current_hash != before.current_hash)
        return at(State::lost,
                  fmt::format("its template is another by now ({})", images_in_words(now.images)));
      return after_abort(now, stable);
    case Action::retry:
      return after_retry(now);
    case Action::promote_full:
      return after_promote_full(before, now);
    case Action::promote:
    case Action::resume:
      return after_going_on(before, now);
    case Action::pause:
      return after_pause(now);
    case Action::restart:
      return after_restart(before, now);
    case Action::undo:  // rollout/undo.h
      break;
  }
  return at(State::going, {});
}

}  // namespace backout::rollout
