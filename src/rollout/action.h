// What can be done to a Rollout: whether an action makes sense now, what it writes, and how it is
// known that the controller has carried it out. All of it is a function of what was read, so that
// it is the same through Kubernetes and through Argo CD. What is written is what the
// kubectl plugin of argo-rollouts v1.9.1 writes (pkg/kubectl-argo-rollouts/cmd).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rollout/rollout.h"

namespace backout::rollout {

enum class Action : std::uint8_t {
  abort,         // back to the stable version, now
  retry,         // the aborted update again, from its first step
  promote,       // go on: end a pause, or skip the step that runs
  promote_full,  // all the way, without steps, pauses and analysis
  pause,
  resume,  // end all pauses
  restart,
  undo,  // the template of an earlier revision (rollout/undo.h)
};
[[nodiscard]] std::string_view name_of(Action action);  // "promote-full"
[[nodiscard]] std::optional<Action> action_named(std::string_view name);
[[nodiscard]] std::span<const Action> all_actions();

// Whether an action makes sense.
struct Judgement {
  enum class Kind : std::uint8_t {
    sensible,
    already,    // what it wants is so, or on its way
    pointless,  // it would do nothing
    wait,       // sent now it would be lost
  } kind = Kind::sensible;
  std::string why;                 // of all but `sensible`
  std::vector<std::string> notes;  // what somebody who wants it has to know
};
[[nodiscard]] Judgement judge(Action action, const Rollout& now);

// What an action was decided on; after a crash it says what has been done already.
struct Before {
  std::string uid, current_hash, stable_hash;
  std::int64_t step = -1;  // -1: none
  bool paused = false;     // `spec.paused`
  bool had_pauses = false, inconclusive = false;
  std::int64_t steps = 0;
  std::string restart_at;  // of a restart: what to write, RFC 3339
};
[[nodiscard]] Before before(const Rollout& rollout);
[[nodiscard]] std::string to_text(const Before& before);  // one line, no secret
[[nodiscard]] std::optional<Before> read_before(std::string_view text);

// Why what was decided no longer holds; empty: it does.
[[nodiscard]] std::string changed_since(const Before& before, const Rollout& now);

// A merge patch. It goes to `/status` when `of_status`; a cluster without that subresource (until
// v0.9) answers 404, and gets it on the object itself.
struct Write {
  bool of_status = false;
  bool guarded = false;  // with the version read, as it depends on what was read
  std::string body;
};
// In order; empty: nothing is left to write. `now` is the Rollout as it is, `before` as it was
// decided on: what has had its effect is left out.
[[nodiscard]] std::vector<Write> writes(Action action, const Before& before, const Rollout& now);
// `body` with `metadata.resourceVersion`: the server refuses it (409) when the object is another by
// now.
[[nodiscard]] std::string guarded(std::string_view body, const std::string& resource_version);

// How far the controller has come.
struct Progress {
  enum class State : std::uint8_t {
    settled,
    going,
    stuck,  // it will not get there by itself
    lost,   // overtaken: the action has had no effect, or has been taken back
  } state = State::going;
  std::string words;  // what is true now; one line
};
// `stable`: the ReplicaSet of the stable version; null: not known, and counted from the Rollout's
// own numbers, which is slower to be sure.
[[nodiscard]] Progress progress_of(Action action, const Before& before, const Rollout& now,
                                   const ReplicaSet* stable);

}  // namespace backout::rollout
