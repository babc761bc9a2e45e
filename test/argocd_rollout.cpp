// Argo Rollouts with basic canaries: one pod comes or goes in a second.
#include <algorithm>

#include "argocd_controller.h"

namespace backout::test::sim {
namespace {

int toward(int have, int wanted) {
  return have < wanted ? have + 1 : have > wanted ? have - 1 : have;
}

bool crashes(const Rollout& rollout) { return rollout.crash.count(rollout.image) > 0; }

// Whether the old ReplicaSet is so young that its return skips the steps.
bool in_window(const Rollout& rollout) {
  const auto at = std::find(rollout.hashes.begin(), rollout.hashes.end(), rollout.current);
  return at != rollout.hashes.end() &&
         rollout.hashes.end() - at - 1 <= static_cast<std::ptrdiff_t>(rollout.rollback_window);
}

void take_template(Rollout& rollout) {
  rollout.current = pod_hash(rollout.image);
  rollout.images[rollout.current] = rollout.image;
  rollout.abort = rollout.aborted = rollout.promote_full = rollout.controller_pause = false;
  rollout.pauses.clear();
  rollout.canary_available = rollout.weight = 0;
  const bool quick = rollout.current == rollout.stable || in_window(rollout);
  rollout.step = quick ? rollout.steps.size() : 0;
  rollout.stuck_since = 0;
  std::erase(rollout.hashes, rollout.current);
  rollout.hashes.push_back(rollout.current);
}

void back_to_stable(Rollout& rollout) {
  rollout.weight = 0;
  rollout.canary_available = toward(rollout.canary_available, 0);
  rollout.stable_available = toward(rollout.stable_available, rollout.replicas);
}

void become_stable(Rollout& rollout) {
  rollout.stable = rollout.current;
  rollout.stable_available = rollout.replicas;
  rollout.canary_available = rollout.weight = 0;
  rollout.promote_full = false;
}

void say(Rollout& rollout, const char* phase, std::string message) {
  rollout.phase = phase;
  rollout.message = std::move(message);
}

// Whether as many pods of the new template as wanted are available.
bool scale(World& world, Rollout& rollout, int wanted) {
  if (!crashes(rollout)) rollout.canary_available = toward(rollout.canary_available, wanted);
  rollout.stable_available = toward(rollout.stable_available, rollout.replicas - wanted);
  if (rollout.canary_available == wanted) {
    rollout.stuck_since = 0;
    return true;
  }
  if (rollout.stuck_since == 0) rollout.stuck_since = world.now;
  if (world.now - rollout.stuck_since >= world.pace.give_up)
    say(rollout, "Degraded", "ProgressDeadlineExceeded: ReplicaSet has timed out progressing.");
  else
    say(rollout, "Progressing", "more replicas need to be updated");
  return false;
}

// Whether the pause is over.
bool pause(World& world, Rollout& rollout, const RolloutStep& step) {
  if (!rollout.controller_pause) {
    rollout.controller_pause = true;
    rollout.pauses = {"CanaryPauseStep"};
    rollout.resumes = step.pause < 0 ? 0 : world.now + step.pause;
  }
  if (rollout.resumes > 0 && world.now >= rollout.resumes) rollout.pauses.clear();
  if (rollout.pauses.empty()) {
    rollout.controller_pause = false;
    return true;
  }
  say(rollout, "Paused", "CanaryPauseStep");
  return false;
}

void follow_steps(World& world, Rollout& rollout) {
  if (rollout.promote_full) {
    rollout.step = rollout.steps.size();
    rollout.pauses.clear();
    rollout.controller_pause = false;
  }
  while (rollout.step < rollout.steps.size()) {
    const RolloutStep& step = rollout.steps[rollout.step];
    if (step.weight >= 0) {
      rollout.weight = step.weight;
      if (!scale(world, rollout, (rollout.replicas * step.weight + 99) / 100)) return;
    } else if (!pause(world, rollout, step)) {
      return;
    }
    ++rollout.step;
  }
  rollout.weight = 100;
  if (!scale(world, rollout, rollout.replicas)) return;
  become_stable(rollout);
  say(rollout, "Healthy", "");
}

}  // namespace

void run_rollout(World& world, Rollout& rollout) {
  if (rollout.observed != rollout.generation) {
    if (rollout.observes == 0) rollout.observes = world.now + world.pace.observe;
    if (world.now < rollout.observes) return;
    rollout.observes = 0;
    rollout.observed = rollout.generation;
    if (pod_hash(rollout.image) != rollout.current) take_template(rollout);
  }
  const bool promoted = rollout.current == rollout.stable;
  if (promoted) {
    rollout.abort = rollout.promote_full = rollout.aborted = false;
    back_to_stable(rollout);
    const bool full = rollout.stable_available == rollout.replicas && !crashes(rollout);
    rollout.spec_paused ? say(rollout, "Paused", "manually paused")
    : full              ? say(rollout, "Healthy", "")
           : say(rollout, "Progressing", "updated replicas are still becoming available");
    return;
  }
  if (rollout.spec_paused) {  // scaling is halted, an abort waits, too (argo-rollouts #3756)
    say(rollout, "Paused", "manually paused");
    return;
  }
  // While the new pods are not available, promote-full wins (argo-rollouts #4461).
  if (rollout.abort && !rollout.promote_full) {
    rollout.aborted = true;
    rollout.step = 0;
    rollout.pauses.clear();
    rollout.controller_pause = false;
    back_to_stable(rollout);
    say(rollout, "Degraded",
        "RolloutAborted: Rollout aborted update to revision " +
            std::to_string(rollout.hashes.size()));
    return;
  }
  rollout.aborted = false;
  follow_steps(world, rollout);
}

std::string health_of(const Rollout& rollout) {
  if (rollout.observed != rollout.generation) return "Progressing";
  return rollout.phase == "Paused" ? "Suspended" : rollout.phase;
}

std::vector<RolloutAction> rollout_actions(const World& world, const Rollout& rollout) {
  const bool promoted = rollout.current == rollout.stable;
  const bool paused = rollout.spec_paused || !rollout.pauses.empty();
  std::vector<RolloutAction> out = {{"abort", promoted || rollout.abort},
                                    {"promote-full", promoted},
                                    {"restart", false},
                                    {"resume", !paused},
                                    {"retry", !rollout.abort || promoted}};
  if (version_of(world) >= 301) {
    out.push_back({"pause", rollout.spec_paused || promoted});
    out.push_back({"skip-current-step", promoted || rollout.step >= rollout.steps.size()});
  }
  return out;
}

bool act(World& world, Rollout& rollout, std::string_view action) {
  const auto all = rollout_actions(world, rollout);
  if (std::none_of(all.begin(), all.end(),
                   [&](const RolloutAction& one) { return one.name == action; }))
    return false;
  const auto change_spec = [&](bool paused) {
    if (rollout.spec_paused != paused) ++rollout.generation;
    rollout.spec_paused = paused;
  };
  if (action == "abort") rollout.abort = true;
  if (action == "retry") rollout.abort = false;
  if (action == "promote-full") {
    rollout.promote_full = true;
    rollout.abort = false;
  }
  if (action == "resume") {
    rollout.pauses.clear();
    change_spec(false);
  }
  if (action == "pause") change_spec(true);
  if (action == "restart") {
    ++rollout.restarts;
    ++rollout.generation;
  }
  if (action == "skip-current-step") {
    rollout.step = std::min(rollout.step + 1, rollout.steps.size());
    rollout.pauses.clear();
    rollout.controller_pause = false;
  }
  return true;
}

}  // namespace backout::test::sim
