// Which actions make sense, and what was decided on. Facts about the controller: rollout/sync.go,
// rollout/canary.go, rollout/pause.go of argo-rollouts v1.9.1.
#include "rollout/action.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "rollout/words.h"

namespace backout::rollout {
namespace {

using Kind = Judgement::Kind;

struct Name {
  Action action;
  std::string_view name;
};
constexpr Name names[] = {
    {Action::abort, "abort"},     {Action::retry, "retry"},
    {Action::promote, "promote"}, {Action::promote_full, "promote-full"},
    {Action::pause, "pause"},     {Action::resume, "resume"},
    {Action::restart, "restart"}, {Action::undo, "undo"},
};
constexpr Action actions[] = {Action::abort, Action::retry,  Action::promote, Action::promote_full,
                              Action::pause, Action::resume, Action::restart, Action::undo};

Judgement with(Kind kind, std::string why) { return {kind, std::move(why), {}}; }

constexpr std::string_view unseen =
    "the controller has not looked at the present template yet; it takes the flags of an update "
    "away "
    "when it does, so that this would be lost";

Judgement judge_abort(const Rollout& now) {
  if (!is_observed(now)) return with(Kind::wait, std::string(unseen));
  if (now.stable_hash.empty())
    return with(Kind::pointless, "this is its first version: there is no stable one to go back to");
  if (is_promoted(now))
    return with(Kind::pointless,
                "it is fully promoted: an abort does nothing, the controller takes the flag away; "
                "`undo`, or a revert in git, goes back");
  if (now.abort)
    return with(Kind::already, now.aborted_at.empty() ? std::string("it is being aborted")
                                                      : "it was aborted at " + now.aborted_at);
  Judgement out;
  if (now.paused)
    out.notes.emplace_back(
        "it is paused by `spec.paused`: the controller scales nothing until that is taken away, so "
        "that the abort does not complete (argo-rollouts#3756); `resume` takes it away");
  if (now.promote_full)
    out.notes.emplace_back(
        "it is being promoted fully: until the new pods are available an abort is not looked at "
        "(argo-rollouts#4461)");
  return out;
}

Judgement judge_retry(const Rollout& now) {
  if (!is_observed(now)) return with(Kind::wait, std::string(unseen));
  if (!now.abort && now.aborted_at.empty())
    return with(Kind::pointless, "it is not aborted: there is nothing to try again");
  if (is_promoted(now))
    return with(Kind::pointless, "it is fully promoted: there is nothing to try again");
  if (!now.abort) return with(Kind::already, "it is being tried again");
  Judgement out;
  out.notes.push_back(fmt::format(
      "it brings the version that was aborted again, {}, from the first step and with fresh "
      "analysis",
      images_in_words(now.images)));
  return out;
}

Judgement judge_promote_full(const Rollout& now) {
  if (!is_observed(now)) return with(Kind::wait, std::string(unseen));
  if (now.current_hash == now.stable_hash)
    return with(Kind::pointless, "it is fully promoted: there is no update to bring to its end");
  if (now.promote_full) return with(Kind::already, "it is being promoted fully");
  Judgement out;
  out.notes.emplace_back("no step, pause or analysis looks at the new version any more");
  if (now.abort)
    out.notes.push_back(fmt::format("it is aborted: this ends the abort and takes {} everywhere",
                                    images_in_words(now.images)));
  return out;
}

Judgement judge_going_on(Action action, const Rollout& now) {
  const bool ends_pause = is_paused(now);
  const bool skips_step = action == Action::promote && now.canary && now.steps > 0 && !now.paused;
  if (!ends_pause && now.controller_pause) return with(Kind::already, "it is going on");
  if (!ends_pause && !skips_step)
    return with(Kind::pointless, "it is not paused: there is nothing to go on with");
  if (!ends_pause && is_promoted(now))
    return with(Kind::pointless, "it is fully promoted: there is no step to go on to");
  if (!ends_pause && now.step.value_or(0) >= now.steps)
    return with(Kind::pointless, "all of its steps are done");
  if (!ends_pause && now.abort)
    return with(Kind::pointless, "it is aborted: `retry` begins again, `promote-full` goes on");
  if (!is_observed(now) && !now.paused) return with(Kind::wait, std::string(unseen));
  Judgement out;
  if (!ends_pause && !now.step_analysis.empty())
    out.notes.push_back(fmt::format("it skips the step's analysis (now: {})", now.step_analysis));
  if (action == Action::promote && !now.pauses.empty() && now.step_analysis == "Inconclusive")
    out.notes.emplace_back("it goes past an analysis that could not tell good from bad");
  return out;
}

Judgement judge_pause(const Rollout& now) {
  if (now.paused) return with(Kind::already, "it is paused by `spec.paused`");
  Judgement out;
  if (is_promoted(now))
    out.notes.emplace_back("no update is going on: this holds the next one");
  else if (now.abort)
    out.notes.emplace_back("it is aborted: a pause now keeps the abort from completing");
  return out;
}

Judgement judged(Action action, const Rollout& now) {
  switch (action) {
    case Action::abort:
      return judge_abort(now);
    case Action::retry:
      return judge_retry(now);
    case Action::promote_full:
      return judge_promote_full(now);
    case Action::promote:
    case Action::resume:
      return judge_going_on(action, now);
    case Action::pause:
      return judge_pause(now);
    case Action::restart:
    case Action::undo:
      return {};
  }
  return {};
}

}  // namespace

std::string_view name_of(Action action) {
  for (const Name& each : names)
    if (each.action == action) return each.name;
  return {};
}
std::optional<Action> action_named(std::string_view name) {
  for (const Name& each : names)
    if (each.name == name) return each.action;
  return std::nullopt;
}
std::span<const Action> all_actions() { return actions; }

Judgement judge(Action action, const Rollout& now) {
  if (now.deleting) return with(Kind::pointless, "it is being deleted");
  Judgement out = judged(action, now);
  const bool writes_spec = action == Action::pause ||
                           (now.paused && (action == Action::resume || action == Action::promote ||
                                           action == Action::promote_full));
  if (writes_spec && out.kind == Kind::sensible && !now.tracked_by.empty())
    out.notes.push_back(
        fmt::format("it changes `spec.paused`; if git has that field, {} puts git's value back",
                    now.tracked_by));
  return out;
}

Before before(const Rollout& rollout) {
  Before out;
  out.uid = rollout.uid;
  out.current_hash = rollout.current_hash;
  out.stable_hash = rollout.stable_hash;
  out.step = rollout.step.value_or(rollout.canary && rollout.steps > 0 ? 0 : -1);
  out.paused = rollout.paused;
  out.had_pauses = !rollout.pauses.empty();
  out.inconclusive = rollout.canary && rollout.step_analysis == "Inconclusive" &&
                     !rollout.pauses.empty() && rollout.controller_pause;
  out.steps = rollout.steps;
  return out;
}

std::string to_text(const Before& before) {
  return nlohmann::json{{"uid", before.uid},
                        {"current", before.current_hash},
                        {"stable", before.stable_hash},
                        {"step", before.step},
                        {"steps", before.steps},
                        {"paused", before.paused},
                        {"pauses", before.had_pauses},
                        {"inconclusive", before.inconclusive},
                        {"restart_at", before.restart_at}}
      .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::optional<Before> read_before(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("uid")) return std::nullopt;
  const auto word = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto number = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  const auto flag = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_boolean() && found->get<bool>();
  };
  Before out;
  out.uid = word("uid");
  out.current_hash = word("current");
  out.stable_hash = word("stable");
  out.step = number("step");
  out.steps = number("steps");
  out.paused = flag("paused");
  out.had_pauses = flag("pauses");
  out.inconclusive = flag("inconclusive");
  out.restart_at = word("restart_at");
  return out;
}

std::string changed_since(const Before& before, const Rollout& now) {
  if (now.uid != before.uid) return "it was deleted and made anew";
  if (now.current_hash != before.current_hash)
    return fmt::format("its template is another by now ({})", images_in_words(now.images));
  if (now.stable_hash != before.stable_hash) return "another version is stable by now";
  return {};
}

}  // namespace backout::rollout
