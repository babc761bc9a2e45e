// The patches. Each is complete: what has had its effect is not written again, so that the same
// call goes on after a crash.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rollout/action.h"

namespace backout::rollout {
namespace {

constexpr const char* unpause = R"({"spec":{"paused":false}})";

std::int64_t next_step(const Before& before) { return std::min(before.step + 1, before.steps); }

// The part of `promote` and `resume` that ends what the controller waits for.
std::optional<Write> status_write(Action action, const Before& before, const Rollout& now) {
  const bool stepped = now.step.value_or(before.step) != before.step;
  if (before.had_pauses) {
    if (now.pauses.empty() || stepped) return std::nullopt;
    if (action == Action::promote && before.inconclusive && before.step >= 0) {
      return Write{true, true,
                   fmt::format(R"({{"status":{{"pauseConditions":null,"controllerPause":false,)"
                               R"("currentStepIndex":{}}}}})",
                               next_step(before))};
    }
    return Write{true, true, R"({"status":{"pauseConditions":null}})"};
  }
  if (action != Action::promote || before.paused || before.step < 0 || stepped) return std::nullopt;
  return Write{true, true,
               fmt::format(R"({{"status":{{"pauseConditions":null,"currentStepIndex":{}}}}})",
                           next_step(before))};
}

}  // namespace

std::vector<Write> writes(Action action, const Before& before, const Rollout& now) {
  std::vector<Write> out;
  switch (action) {
    case Action::abort:  // the brake: never held up by who was quicker
      if (!now.abort && now.current_hash != now.stable_hash)
        out.push_back({true, false, R"({"status":{"abort":true}})"});
      break;
    case Action::retry:
      if (now.abort) out.push_back({true, true, R"({"status":{"abort":false}})"});
      break;
    case Action::promote_full:
      if (!now.promote_full && now.current_hash != now.stable_hash)
        out.push_back({true, true, R"({"status":{"promoteFull":true}})"});
      if (now.paused) out.push_back({false, true, unpause});
      break;
    case Action::promote:
    case Action::resume:
      if (auto status = status_write(action, before, now)) out.push_back(std::move(*status));
      if (now.paused) out.push_back({false, true, unpause});
      break;
    case Action::pause:
      if (!now.paused) out.push_back({false, false, R"({"spec":{"paused":true}})"});
      break;
    case Action::restart:
      if (now.restart_at != before.restart_at)
        out.push_back({false, false,
                       fmt::format(R"({{"spec":{{"restartAt":{}}}}})",
                                   nlohmann::json(before.restart_at).dump())});
      break;
    case Action::undo:
      break;
  }
  return out;
}

std::string guarded(std::string_view body, const std::string& resource_version) {
  return fmt::format(R"({{"metadata":{{"resourceVersion":{}}},{})",
                     nlohmann::json(resource_version)
                         .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace),
                     body.substr(1));
}

}  // namespace backout::rollout
