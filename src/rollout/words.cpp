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

std::vector<std::string> after_abort(const Rollout& now, const std::vector<ReplicaSet>& sets) {
  std::vector<std::string> out;
  out.push_back(fmt::format("traffic is on the stable version {}{}", now.stable_hash,
                            image_of(sets, now.stable_hash)));
  out.push_back(
      fmt::format("{} still names {}, so that the Rollout stays Degraded until git is reverted",
                  template_of(now), template_images(now, sets)));
  out.emplace_back(
      "a retry brings that version again, and the next change of the template starts a new update");
  if (now.abort_scale_down_delay == 0 && (now.routed || now.blue_green))
    out.emplace_back(
        "its pods stay until somebody takes them away (`abortScaleDownDelaySeconds` is 0)");
  out.emplace_back(
      "next: revert the change in git (`backout revert`) and let it be synced: the template is "
      "then "
      "that of the stable version, and no step or analysis runs again");
  return out;
}

std::vector<std::string> after_undo(const Rollout& now) {
  std::vector<std::string> out;
  out.push_back(fmt::format("{} names {} again", template_of(now), images_in_words(now.images)));
  out.push_back(
      now.tracked_by.empty()
          ? std::string("next: bring the same into git, or the next deployment brings "
                        "back what was undone")
          : fmt::format("git still says otherwise, and it belongs to {}: what heals itself "
                        "puts git's version back",
                        now.tracked_by));
  if (!now.tracked_by.empty())
    out.emplace_back("next: revert the change in git (`backout revert`)");
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
  out +=
      fmt::format(", {} of {} pod{} available", now.available, now.replicas, plural(now.replicas));
  if (!is_observed(now)) out += ", the controller has not looked at its latest change";
  return out;
}

std::vector<std::string> what_next(Action action, const Rollout& rollout,
                                   const std::vector<ReplicaSet>& sets) {
  switch (action) {
    case Action::abort:
      return after_abort(rollout, sets);
    case Action::undo:
      return after_undo(rollout);
    case Action::promote_full:
      return {
          fmt::format("{} runs everywhere, and nothing has measured it on the way: look at its "
                      "errors and latency (`backout verify`)",
                      template_images(rollout, sets))};
    case Action::pause:
      return {"the update stands still until `resume`; an abort does not complete before that"};
    case Action::retry:
    case Action::promote:
    case Action::resume:
      if (is_paused(rollout))
        return {"it waits for a person: `promote` goes on, `abort` goes back"};
      return {};
    case Action::restart:
      return {};
  }
  return {};
}

}  // namespace backout::rollout
