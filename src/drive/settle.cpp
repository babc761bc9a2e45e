// Waiting by Argo CD's own state machine (argocd.md section 4): not for "Synced", which a rollback
// never reaches, but for the operation that began after our request, its phase, exactly the
// revisions asked for, a comparison made after its end, and then health without a break.
#include <fmt/format.h>

#include <algorithm>

#include "argocd/change.h"
#include "argocd/words.h"
#include "core/quote.h"
#include "drive/live.h"
#include "drive/steps.h"
#include "drive/world.h"

namespace backout::drive {
namespace {

using argocd::Application;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds window_patience{45'000};  // its message may flash up for one pass

bool is_final(std::string_view phase) {
  return phase == "Succeeded" || phase == "Failed" || phase == "Error";
}

// What a running operation waits for, told by its message.
std::string advice(std::string_view message) {
  const auto has = [&](std::string_view words) { return message.find(words) != std::string::npos; };
  if (has("sync window"))
    return "a sync window blocks it, and it cannot be ended before the window opens; have the "
           "window changed, or give it `manualSync: true`";
  if (has("waiting for completion of hook")) return "look at the hook's Job and its log";
  if (has("waiting for healthy state of"))
    return "a wave waits for it; a Rollout in a pause goes on with `backout rollout promote-full`";
  if (has("waiting for deletion of")) return "look for finalizers on what is being deleted";
  if (has("waiting for pruning confirmation"))
    return "an object asks for `argocd.argoproj.io/deletion-approved` before it is pruned";
  if (has("Retrying attempt")) return "it failed and is tried again";
  return "look at `backout app status`";
}

// Resources that were not applied as wanted, "Deployment `api`: SyncFailed (…)".
std::vector<std::string> not_applied(const argocd::Operation& operation) {
  std::vector<std::string> out;
  for (const argocd::ResourceStatus& one : operation.applied)
    if (one.status == "SyncFailed" || one.status == "PruneSkipped")
      out.push_back(fmt::format("{} `{}`: {}{}", one.kind, one.name, one.status,
                                one.message.empty() ? "" : " (" + one.message + ")"));
  return out;
}

std::string with_list(const std::vector<std::string>& items) {
  if (items.empty()) return {};
  constexpr std::size_t most = 10;
  std::vector<std::string> shown = items;
  shown.resize(std::min(items.size(), most));
  return fmt::format("; {}{}", fmt::join(shown, "; "),
                     items.size() > most ? fmt::format("; {} more", items.size() - most) : "");
}

// One look: nothing to go on, the end, or why there is none. `started`: of ours, once seen.
tl::expected<std::optional<Ended>, Stop> look_at_operation(Context& context, const Wanted& wanted,
                                                           std::string& started,
                                                           steady_clock::time_point& blocked) {
  TRY(const Application app, look(context));
  const Current now = current(app);
  if (!app.operation || now.started.empty() || now.started == wanted.before) {
    const bool recorded = !app.history.empty() && app.history.back().id > wanted.newest &&
                          !wanted.revisions.empty() &&
                          went_there(app.history.back().revisions, wanted, {}) && !now.busy;
    if (recorded) return Ended{fmt::format("deployment {}", app.history.back().id)};
    return std::nullopt;  // not begun, or not visible
  }
  const argocd::Operation& operation = *app.operation;
  if (started.empty()) {
    started = now.started;
    TRY_VOID(context.save());
  }
  if (now.started != started)
    return tl::unexpected(
        Stop(1, fmt::format("our operation was followed by another one before its end was seen: to "
                            "{} by {}, since {}; "
                            "look at `backout app history`, then `backout undo` or plan anew",
                            short_list(now.revisions), now.by, now.started)));
  if (!is_final(operation.phase)) {
    const bool window = operation.message.find("blocked by sync window") != std::string::npos;
    if (!window) blocked = {};
    if (window && blocked == steady_clock::time_point{}) blocked = steady_clock::now();
    if (window &&
        steady_clock::now() - blocked >= std::min(window_patience, context.plan.pace.operation / 2))
      return tl::unexpected(Stop(1, fmt::format("the operation does not begin ({}): {}",
                                                operation.message, advice(operation.message))));
    return std::nullopt;
  }
  if (operation.phase == "Succeeded" && operation.finished_at.empty())
    return tl::unexpected(Stop(
        3,
        "the operation is `Succeeded` without an end and keeps its slot: a controller that was "
        "restarted leaves this behind (argo-cd #29636); `argocd app terminate-op` frees it"));
  const std::vector<std::string> failed = not_applied(operation);
  if (operation.phase != "Succeeded") {
    context.memory["failed"] = operation.started_at;
    TRY_VOID(context.save());
    return tl::unexpected(
        Stop(1, fmt::format("the operation ended as {}: {}{}; when the cause is "
                            "gone `backout resume` tries again, and `backout "
                            "undo` goes back to how it was",
                            operation.phase, operation.message, with_list(failed))));
  }
  if (!wanted.revisions.empty() && !went_there(operation.revisions, wanted, operation.reason))
    return tl::unexpected(Stop(
        1, fmt::format("an operation by {} succeeded with another revision than asked for: {} "
                       "instead of {} (somebody else's, or argo-cd #29716); what runs now is not "
                       "what you wanted, look at it before anything else",
                       now.by, short_list(operation.revisions), short_list(wanted.revisions))));
  return Ended{fmt::format("Succeeded at {}, {} resources{}", operation.finished_at,
                           operation.applied.size(), with_list(failed))};
}

// The controller compares after the end; its times have whole seconds.
StepResult compared_after(Context& context, StepResult ended) {
  if (!ended) return ended;
  TRY(Application app, look_again(context));
  if (app.operation && app.reconciled_at <= app.operation->finished_at) {
    TRY(app, look_again(context));
  }
  return ended;
}

}  // namespace

StepResult settle(Context& context, const Wanted& wanted) {
  std::string& started = context.memory["started"];
  if (started == wanted.before) started.clear();
  steady_clock::time_point blocked{};
  auto ended = poll(
      context, context.plan.pace.operation,
      [&] { return look_at_operation(context, wanted, started, blocked); },
      [&] {
        const auto app = look(context);
        const std::string message = app && app->operation ? app->operation->message : "";
        return Stop(
            3,
            fmt::format("the operation still runs after {} s ({}): {}; `backout resume` waits on",
                        context.plan.pace.operation.count() / 1000,
                        message.empty() ? "it says nothing" : message, advice(message)));
      });
  return compared_after(context, std::move(ended));
}

// given: revisions, started_before, newest. memory: started, failed.
StepResult wait_for_operation(Context& context) {
  Wanted wanted = wanted_of(context, context.step.given);
  // A failure that was told before, and the user wants to go on: once more.
  if (const std::string failed(fact(context.memory, "failed")); !failed.empty()) {
    TRY(const Application app, look(context));
    if (current(app).started == failed) {
      context.memory["started"].clear();
      TRY_VOID(context.save());
      TRY_VOID(repeat_deploy(context, failed));
    }
    wanted.before = failed;
  }
  return settle(context, wanted);
}

// given: unhealthy, a line each: what was so before.
StepResult wait_for_health(Context& context) {
  steady_clock::time_point since{};
  std::string last;
  std::vector<std::string> bad;
  return poll(
      context, context.plan.pace.health,
      [&]() -> tl::expected<std::optional<Ended>, Stop> {
        TRY(const Application app, look(context));
        if (app.health != last)
          context.world.say(
              fmt::format("  {}{}", app.health.empty() ? "no health yet" : app.health,
                          app.health == "Suspended" ? ": a Rollout waits in a pause step" : ""));
        last = app.health;
        bad = unhealthy(app);
        if (!is_healthy(app)) {
          since = {};
          return std::nullopt;
        }
        if (since == steady_clock::time_point{}) since = steady_clock::now();
        if (steady_clock::now() - since < context.plan.pace.healthy_for) return std::nullopt;
        return Ended{fmt::format(
            "{} for {} s{}", app.health, context.plan.pace.healthy_for.count() / 1000,
            app.health == "Missing" ? ": objects that git has and this revision has not" : "")};
      },
      [&] {
        const std::vector<std::string> before = list(context.step.given, "unhealthy");
        for (std::string& one : bad)
          if (std::find(before.begin(), before.end(), one) != before.end()) one += ", as before";
        const char* const next =
            last == "Suspended" ? "`backout rollout promote-full` takes the Rollout through its "
                                  "steps, then `backout resume`"
                                : "`backout resume` waits on, `backout undo` goes back";
        return Stop(last == "Degraded" ? 1 : 3,
                    fmt::format("the application is {} after {} s{}; {}",
                                last.empty() ? "without a health" : last,
                                context.plan.pace.health.count() / 1000, with_list(bad), next));
      });
}

// given: bad, the revisions that must not come back; synced: "yes" when it was Synced before, and
// auto-sync is on again.
StepResult confirm(Context& context) {
  const std::vector<std::string> bad = list(context.step.given, "bad");
  const bool synced = fact(context.step.given, "synced") == "yes";
  const auto end = steady_clock::now() + context.plan.pace.watch;
  return poll(
      context, context.plan.pace.health,
      [&]() -> tl::expected<std::optional<Ended>, Stop> {
        TRY(const Application app, look_again(context));
        const Current now = current(app);
        const bool deployed = !app.history.empty() && app.history.back().revisions == bad;
        if (deployed || (now.busy && now.revisions == bad))
          return tl::unexpected(Stop(
              1, fmt::format("`{}` went forward again to {} (by {}): what was rolled back runs "
                             "again; `backout undo` takes the rest back, then plan anew",
                             full_name(app), short_list(bad), now.by)));
        if (now.busy || !is_healthy(app) || (synced && app.sync_status != "Synced"))
          return std::nullopt;
        if (steady_clock::now() < end) return std::nullopt;
        return Ended{fmt::format("{}, {}", app.sync_status, app.health)};
      },
      [&] {
        return Stop(3,
                    "the application is not both Healthy and Synced with the reverted commit; "
                    "`backout resume` waits on");
      });
}

}  // namespace backout::drive
