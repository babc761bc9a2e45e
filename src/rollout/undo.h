// `undo`: the pod template of an earlier revision back into the specification, as `kubectl argo
// rollouts undo` does it. Revisions are what ReplicaSets are left; a revision that is used again
// gets the highest number, so that undoing twice is back where it began.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "rollout/action.h"
#include "rollout/rollout.h"

namespace backout::rollout {

struct Revision {
  std::int64_t number = 0;
  std::string hash, created_at;
  std::vector<std::string> images;
  std::int64_t pods = 0, available = 0;
  bool current = false, stable = false;
};
// Those that can be gone back to, the newest first. ReplicaSets of experiments are none.
[[nodiscard]] std::vector<Revision> revisions_of(const Rollout& rollout,
                                                 const std::vector<ReplicaSet>& sets);
// "3 d", "4 h", "12 min"; empty: not known.
[[nodiscard]] std::string age(std::string_view created_at, Instant now);

struct Choice {
  ReplicaSet target;
  bool nothing_to_do = false;      // the template is that already
  bool skips_steps = false;        // no step, pause or analysis runs
  std::vector<std::string> notes;  // what somebody who wants it has to know
};
// `to`: a revision's number; 0: the one before the newest. usage: there is none.
[[nodiscard]] Result<Choice> choose(const Rollout& rollout, const std::vector<ReplicaSet>& sets,
                                    std::int64_t to);

// The object that has the template: the Rollout, or what its `workloadRef` names.
struct Holder {
  std::string path;  // of the template: "/spec/template"
  std::int64_t generation = 0;
  std::string resource_version;
  std::string template_json;
};
[[nodiscard]] std::optional<Holder> read_holder(const std::string& json);
// A JSON patch of it. The server refuses it when the specification is another by now.
[[nodiscard]] std::string undo_patch(const Holder& holder, const ReplicaSet& target);
// Both templates say the same, the hash label aside.
[[nodiscard]] bool same_template(std::string_view a, std::string_view b);

// The new template has been taken up, and what became of it. `target`: its hash.
[[nodiscard]] Progress undo_progress(const Rollout& now, const std::string& target);

}  // namespace backout::rollout
