#include "drive/argocd_plan.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "argocd/raw_json.h"
#include "argocd/words.h"
#include "drive/live.h"

namespace backout::drive {
namespace {

using argocd::Application;
using argocd::Deployment;

// What the operation must not be mistaken for, and what it takes back to.
Facts before(const Application& app) {
  Facts out{{"newest", std::to_string(app.history.empty() ? -1 : app.history.back().id)},
            {"started_before", current(app).started}};
  if (!app.history.empty()) {
    out["previous_id"] = std::to_string(app.history.back().id);
    out["previous"] = joined(app.history.back().revisions);
  }
  return out;
}

std::vector<std::string> what_is(const Found& found) {
  const Application& app = found.app;
  std::vector<std::string> out;
  out.push_back(fmt::format("at {}, project `{}`", found.url, app.project));
  if (!app.history.empty())
    out.push_back(fmt::format("runs: {}, of {}", short_list(app.history.back().revisions),
                              in_words(app.history.back())));
  out.push_back(fmt::format("sync {}, health {}, auto-sync {}", app.sync_status, app.health,
                            argocd::in_words(app.auto_sync)));
  out.insert(out.end(), found.facts.begin(), found.facts.end());
  return out;
}

Step pause_step(const Found& found) {
  const std::string name = full_name(found.app);
  const std::string policy = automated(found.app);
  return {
      "pause-auto-sync",
      fmt::format("pause auto-sync of `{}`", name),
      fmt::format("`automated` still is {}", policy),
      found.knows_enabled
          ? std::string("PATCH: `automated.enabled: false`, its siblings stay; PUT of the spec "
                        "without validation when the server cannot render the target")
          : std::string("PATCH: `automated` is taken out (this server does not know `enabled`); "
                        "PUT of the spec without validation when the target cannot be rendered"),
      "read again for a while: nobody turns it on again",
      fmt::format("`automated` is {} again, byte for byte", policy),
      {{"automated", policy}, {"how", found.knows_enabled ? "disable" : "remove"}}};
}

Step restore_step(const Found& found) {
  return {"restore-auto-sync",
          fmt::format("restore auto-sync of `{}`", full_name(found.app)),
          "the tracked branch holds the revert: else the bad release would be deployed at once",
          fmt::format("PATCH: `automated` is {} again", automated(found.app)),
          "read again",
          "paused again",
          {}};
}

Step merge_step(const std::vector<std::string>& bad, Facts given) {
  given["bad"] = joined(bad);
  return {"wait-for-merge",
          "wait until the tracked branch holds the revert",
          {},
          "GET with `refresh=normal`; else the operation stays open, and `backout resume` goes on",
          fmt::format("what Argo CD compares with no longer is {}", short_list(bad)),
          {},
          std::move(given)};
}

Step confirm_step(const std::vector<std::string>& bad, bool synced) {
  return {
      "confirm",
      fmt::format("confirm that nothing goes forward again to {}", short_list(bad)),
      {},
      "GET with `refresh=normal`",
      synced ? "Synced and Healthy, and not the bad revision" : "Healthy, and not the bad revision",
      {},
      {{"bad", joined(bad)}, {"synced", synced ? "yes" : ""}}};
}

std::optional<Step> end_step(const Found& found) {
  const Current now = current(found.app);
  if (!now.busy) return std::nullopt;
  return Step{"end-operation",
              fmt::format("end the running operation ({}{})", short_list(now.revisions),
                          now.by.empty() ? "" : " by " + now.by),
              "it still is the same one",
              "DELETE of the operation; what it has applied stays",
              "the operation's slot is free",
              {},
              {{"started", now.started}}};
}

void add_waits(const Found& found, const Facts& given, std::vector<Step>& steps) {
  steps.push_back(
      {"wait-for-operation",
       "wait for the operation",
       {},
       {},
       "it began after our request, ended as Succeeded, with exactly the revisions asked for",
       {},
       {{"revisions", std::string(fact(given, "revisions"))},
        {"started_before", std::string(fact(given, "started_before"))},
        {"newest", std::string(fact(given, "newest"))}}});
  steps.push_back({"wait-for-health",
                   fmt::format("wait until `{}` is Healthy", full_name(found.app)),
                   {},
                   {},
                   "Healthy without a break, after the comparison that followed the operation",
                   {},
                   {{"unhealthy", joined(unhealthy(found.app))}}});
}

Step promote_step(const Found& found) {
  return {"promote-rollouts",
          fmt::format("take the Rollouts of `{}` through their steps", full_name(found.app)),
          "the controller has observed the template that is rolled back to",
          "resource action `promote-full`, one for each: steps, pauses and analysis are skipped",
          "its pods are available, and stable",
          {},
          {{"started_before", current(found.app).started}}};
}

std::string back_again(const Application& app) {
  return app.history.empty()
             ? "what ran before is not in the history"
             : fmt::format("deployment {} is deployed again", app.history.back().id);
}

Step roll_back_step(const Found& found, const argocd::Target& target, const Wish& wish,
                    Facts given) {
  const std::int64_t id = target.deployment->id;
  return {"roll-back",
          fmt::format("roll back `{}` to deployment {}", full_name(found.app), id),
          "auto-sync is off, no other operation runs, nobody has deployed since this plan was made",
          fmt::format("POST rollback, id {}{}: a sync to {} with the sources of that time; no "
                      "hooks, no retries",
                      id, wish.prune ? ", prune" : "", short_list(target.revisions)),
          "the operation, or the history's newest entry, is the one asked for",
          back_again(found.app),
          std::move(given)};
}

Step sync_step(const Found& found, const std::vector<std::string>& revisions, const Wish& wish,
               Facts given) {
  const bool pinned = !revisions.empty();
  if (pinned && found.app.several_sources) {
    std::vector<std::string> positions;
    for (std::size_t i = 1; i <= revisions.size(); ++i) positions.push_back(std::to_string(i));
    given["positions"] = joined(positions);
  }
  return {"sync",
          fmt::format("sync `{}`", full_name(found.app)),
          pinned ? "auto-sync is off, no other operation runs" : "no other operation runs",
          fmt::format("POST sync{}{}, with hooks", pinned ? " to " + short_list(revisions) : "",
                      wish.prune ? ", prune" : ""),
          "the operation is the one asked for",
          back_again(found.app),
          std::move(given)};
}

Plan begin(const Found& found, std::string command, std::string title) {
  Plan out;
  out.command = std::move(command);
  out.subject = full_name(found.app);
  out.title = std::move(title);
  out.facts = what_is(found);
  out.warnings = found.warnings;
  out.refusals = found.refusals;
  return out;
}

}  // namespace

Plan rollback_plan(const Found& found, const argocd::Target& target, const Wish& wish,
                   std::vector<Step> later, Facts merge) {
  const Application& app = found.app;
  const std::vector<std::string>& bad = target.running;
  Plan out = begin(found, "rollback",
                   fmt::format("roll back `{}` from {} to {}", full_name(app), short_list(bad),
                               short_list(target.revisions)));
  out.facts.push_back(
      fmt::format("goes back to: {}, {}", short_list(target.revisions), target.words));

  Facts given = before(app);
  given["revisions"] = joined(target.revisions);
  if (wish.prune) given["prune"] = "yes";
  const bool paused = app.auto_sync.on;
  if (paused) out.steps.push_back(pause_step(found));
  if (wish.terminate)
    if (auto step = end_step(found)) out.steps.push_back(std::move(*step));
  if (target.deployment) {
    given["id"] = std::to_string(target.deployment->id);
    out.steps.push_back(roll_back_step(found, target, wish, given));
  } else {
    out.steps.push_back(sync_step(found, target.revisions, wish, given));
  }
  if (wish.promote_full) out.steps.push_back(promote_step(found));
  add_waits(found, given, out.steps);
  for (Step& step : later) out.steps.push_back(std::move(step));
  if (paused) {
    out.steps.push_back(merge_step(bad, std::move(merge)));
    out.steps.push_back(restore_step(found));
  }
  out.steps.push_back(confirm_step(bad, paused && app.sync_status == "Synced"));
  return out;
}

Plan sync_plan(const Found& found, const std::vector<std::string>& revisions, const Wish& wish,
               std::vector<Step> later) {
  const Application& app = found.app;
  const bool pinned = !revisions.empty();
  const std::vector<std::string>& wanted = pinned ? revisions : app.targets;
  Plan out = begin(found, "sync",
                   fmt::format("sync `{}` to {}", full_name(app),
                               wanted.empty() ? std::string("its target") : short_list(wanted)));

  Facts given = before(app);
  given["revisions"] = joined(revisions);
  if (wish.prune) given["prune"] = "yes";
  const bool paused = pinned && app.auto_sync.on;
  if (paused) out.steps.push_back(pause_step(found));
  if (wish.terminate)
    if (auto step = end_step(found)) out.steps.push_back(std::move(*step));
  out.steps.push_back(sync_step(found, revisions, wish, given));
  if (wish.promote_full) out.steps.push_back(promote_step(found));
  add_waits(found, given, out.steps);
  for (Step& step : later) out.steps.push_back(std::move(step));
  if (paused) {
    out.steps.push_back({"stay-paused",
                         fmt::format("leave auto-sync of `{}` paused", full_name(app)),
                         {},
                         {},
                         "`backout undo`, or `backout app resume`, when git says the same",
                         {},
                         {}});
    out.debt.push_back(fmt::format(
        "git still says something else than {}; auto-sync stays paused until it does not",
        short_list(revisions)));
  }
  return out;
}

Plan pause_plan(const Found& found) {
  const std::string name = full_name(found.app);
  Plan out = begin(found, "app pause", fmt::format("pause auto-sync of `{}`", name));
  if (!found.app.auto_sync.on)
    out.refusals.push_back(fmt::format("auto-sync of `{}` is {}: there is nothing to pause", name,
                                       argocd::in_words(found.app.auto_sync)));
  out.steps.push_back(pause_step(found));
  out.steps.push_back(
      {"stay-paused", fmt::format("until `backout app resume {}`", name), {}, {}, {}, {}, {}});
  return out;
}

Plan resume_plan(const Found& found, const std::string& saved, const std::string& where) {
  Plan out =
      begin(found, "app resume", fmt::format("restore auto-sync of `{}`", full_name(found.app)));
  out.facts.push_back(fmt::format("it was {}: {}", saved, where));
  Step step = restore_step(found);
  step.needs = "git says what is to run: it is deployed at once";
  step.effect = fmt::format("PATCH: `automated` is {} again", saved);
  step.given = {{"saved", saved}, {"paused", automated(found.app)}};
  out.steps.push_back(std::move(step));
  return out;
}

}  // namespace backout::drive
