#include "rollout/words.h"

#include <fmt/format.h>

#include "core/words.h"

namespace backout::rollout {
namespace {

std::string_view plural(std::int64_t count) { return count == 1 ? "" : "s"; }

std::string image_of(const std::vector<ReplicaSet>& sets, const std::string& hash) {
  const ReplicaSet* const set = by_hash(sets, hash);
  return set && !set->images.empty() ? fmt::format(" ({})", images_in_words(set->images))
                                     : std::string();
}

// What the template names: of a workload elsewhere as its ReplicaSet has it.
std::string template_images(const Rollout& rollout, const std::vector<ReplicaSet>& sets) {
  if (!rollout.images.empty()) return images_in_words(rollout.images);
  const ReplicaSet* const set = by_hash(sets, rollout.current_hash);
  return set ? images_in_words(set->images) : "the version that was aborted";
}
std::string template_of(const Rollout& rollout) {
  return rollout.workload.kind.empty() ? std::string("the template")
                                       : fmt::format("the template (of {} `{}`)",
                                                     rollout.workload.kind, rollout.workload.name);
}

Next after_abort(const Rollout& now, const std::vector<ReplicaSet>& sets) {
  Next out;
  if (is_promoted(now)) return out;  // the template is that of the stable version again
  out.facts.push_back(fmt::format("traffic is on the stable version {}{}", now.stable_hash,
                                  image_of(sets, now.stable_hash)));
  out.facts.push_back(
      fmt::format("{} still names {}, so that the Rollout stays Degraded until git is reverted",
                  template_of(now), template_images(now, sets)));
  out.facts.emplace_back(
      "a retry brings that version again, and so does a change of the template that leaves it in");
  out.to_do.push_back(
      fmt::format("revert {} in git (`backout revert`) and let it be synced: with the stable "
                  "version's template "
                  "no step or analysis runs again; until then the Rollout is Degraded",
                  template_images(now, sets)));
  if (now.abort_scale_down_delay == 0 && (now.routed || now.blue_green))
    out.to_do.emplace_back(
        "take the pods of the aborted version away: `abortScaleDownDelaySeconds` is 0, they stay");
  return out;
}

Next after_undo(const Rollout& now) {
  Next out;
  if (now.tracked_by.empty()) {
    out.to_do.emplace_back(
        "bring the same into git, or the next deployment brings back what was undone");
  } else {
    out.facts.push_back(fmt::format(
        "git still says otherwise, and it belongs to {}: what heals itself puts git's version back",
        now.tracked_by));
    out.to_do.emplace_back(
        "revert the change in git (`backout revert`): the cluster differs from it");
  }
  return out;
}

}  // namespace

std::string images_in_words(const std::vector<std::string>& images) {
  return images.empty() ? "?" : quoted_list(images, 2);
}

std::string state_in_words(const Rollout& now) {
  std::string out = now.blue_green ? "blue-green" : now.canary ? "canary" : "no strategy";
  if (is_promoted(now)) {
    out += ", fully promoted";
  } else if (now.canary && now.steps > 0) {
    const std::int64_t step = now.step.value_or(0);
    out += step >= now.steps ? fmt::format(", all {} steps done", now.steps)
                             : fmt::format(", step {} of {}", step + 1, now.steps);
  }
  if (now.weights && !is_promoted(now))
    out += fmt::format(", {} % of the traffic on the new version", now.weights->canary);
  if (now.blue_green && !is_promoted(now))
    out += now.active_hash == now.current_hash ? ", the new version is active"
                                               : ", the stable version is active";
  if (now.abort)
    out += now.aborted_at.empty() ? ", being aborted" : ", aborted at " + now.aborted_at;
  if (now.promote_full) out += ", being promoted fully";
  if (now.paused) out += ", paused by `spec.paused`";
  for (const PauseCondition& pause : now.pauses)
    out += fmt::format(", paused ({}) since {}", pause.reason, pause.since);
  out += fmt::format(", {} pod{} available, {} wanted", now.available, plural(now.available),
                     now.replicas);
  if (!is_observed(now)) out += ", the controller has not looked at its latest change";
  return out;
}

Next what_next(Action action, const Rollout& rollout, const std::vector<ReplicaSet>& sets) {
  switch (action) {
    case Action::abort:
      return after_abort(rollout, sets);
    case Action::undo:
      return after_undo(rollout);
    case Action::promote_full:
      return {{},
              {fmt::format("look at the errors and the latency of {} (`backout verify`): nothing "
                           "has measured it on the way",
                           template_images(rollout, sets))}};
    case Action::pause:
      return {{}, {"`backout rollout resume` when it may go on; an abort waits for that, too"}};
    case Action::retry:
    case Action::promote:
    case Action::resume:
    case Action::restart:
      return {};
  }
  return {};
}

}  // namespace backout::rollout
