// Requests that fill the application's one operation slot. Whether a request has landed is told by
// the application alone: its operation began at another time than the one seen by the plan and goes
// to the revisions asked for, or the history has a newer entry with them. So a lost answer or a
// crash leads to no second request, and a second person's operation is not taken for ours.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "argocd/change.h"
#include "argocd/words.h"
#include "drive/live.h"
#include "drive/steps.h"

namespace backout::drive {
namespace {

using argocd::Application;
using argocd::Outcome;

std::int64_t number(const Facts& facts, std::string_view name, std::int64_t otherwise) {
  const std::string_view text = fact(facts, name);
  std::int64_t out = otherwise;
  return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc() ? out
                                                                                        : otherwise;
}

std::int64_t newest_id(const Application& app) {
  return app.history.empty() ? -1 : app.history.back().id;
}

bool has_landed(const Application& app, const Wanted& wanted, bool asked) {
  const bool any = wanted.revisions.empty();
  if (any && !asked) return false;
  const Current now = current(app);
  const bool new_operation = now.started.empty() ? now.busy : now.started != wanted.before;
  if (new_operation && (any || went_there(now.revisions, wanted, now.reason))) return true;
  return newest_id(app) > wanted.newest &&
         (any || went_there(app.history.back().revisions, wanted, {}));
}

std::string describe(const Current& now) {
  return fmt::format("{}{}{}", now.revisions.empty() ? "" : "to " + short_list(now.revisions),
                     now.by.empty() ? "" : " by " + now.by,
                     now.started.empty() ? "" : ", since " + now.started);
}

std::optional<Stop> in_the_way(const Application& app, const Wanted& wanted, bool pinned) {
  const Current now = current(app);
  if (now.busy)
    return Stop(1, fmt::format("another operation of `{}` runs ({}): wait until it has ended and "
                               "`backout resume`, or plan anew with `--terminate`",
                               full_name(app), describe(now)));
  if (pinned && app.auto_sync.on)
    return Stop(1, fmt::format("auto-sync of `{}` is on: the server refuses, and would go forward "
                               "again at once; somebody has turned it on since the plan was made",
                               full_name(app)));
  if (newest_id(app) != wanted.newest)
    return Stop(
        1,
        fmt::format(
            "`{}` was deployed by somebody else since the plan was made (deployment {} to {}, by "
            "{}): talk to them, then `backout undo` or plan anew",
            full_name(app), newest_id(app), short_list(app.history.back().revisions),
            argocd::who(app.history.back().by, app.history.back().automated)));
  return std::nullopt;
}

// Sends until it has landed: again only when the application shows that it has not.
template <class Send>
StepResult ask(Context& context, const Wanted& wanted, bool pinned, const Send& send) {
  constexpr int attempts = 4;
  Outcome last;
  for (int i = 0; i < attempts; ++i) {
    TRY(const Application app, look(context));
    if (has_landed(app, wanted, !fact(context.memory, "asked").empty()))
      return Ended{i == 0 ? "it was asked for already" : "accepted"};
    if (auto stop = in_the_way(app, wanted, pinned)) return tl::unexpected(std::move(*stop));
    if (i + 1 == attempts) break;
    context.memory["asked"] = "yes";
    TRY_VOID(context.save());
    last = send();
    if (last.kind == Outcome::Kind::done) return Ended{"accepted"};
    if (last.kind == Outcome::Kind::refused &&
        !(last.code == 9 && last.said.find("another operation") != std::string::npos))
      return tl::unexpected(Stop(std::move(last.error)));
    if (!pause(context, context.plan.pace.poll)) return tl::unexpected(interrupted());
  }
  return tl::unexpected(Stop(std::move(last.error)));
}

Outcome send_sync(Context& context, const Facts& given) {
  argocd::SyncRequest request;
  request.revisions = list(given, "revisions");
  for (const std::string& one : list(given, "positions"))
    request.positions.push_back(std::strtoll(one.c_str(), nullptr, 10));
  request.prune = fact(given, "prune") == "yes";
  request.reason = fmt::format("{} ({})", context.operation.id, context.operation.by);
  return argocd::sync(client(context), app_name(context.plan), request);
}

// Ends the operation that began at `began`; empty: it was asked for only. Asked again and again:
// until the controller has picked an operation up, there is none to end (400).
StepResult end_running(Context& context, const std::string& began) {
  return poll(
      context, context.plan.pace.operation,
      [&]() -> tl::expected<std::optional<Ended>, Stop> {
        TRY(const Application app, look(context));
        const Current now = current(app);
        const bool another = !began.empty() && now.started != began;
        if (!now.busy || another) return Ended{"it has ended"};
        if (app.operation && app.operation->phase == "Terminating") return std::nullopt;
        Outcome outcome = argocd::terminate(client(context), app_name(context.plan));
        if (outcome.kind == Outcome::Kind::refused && outcome.response.status != 400)
          return tl::unexpected(Stop(std::move(outcome.error)));
        return std::nullopt;
      },
      [&] {
        return Stop(3,
                    "the operation was told to end and stays `Terminating`: a sync window keeps "
                    "it (it ends when the window opens), or a hook's finalizer; look at "
                    "`argocd app get`");
      });
}

}  // namespace

Wanted wanted_of(const Context& context, const Facts& given) {
  return {list(given, "revisions"), std::string(fact(given, "started_before")),
          number(given, "newest", -1), context.operation.id};
}

bool went_there(const std::vector<std::string>& revisions, const Wanted& wanted,
                std::string_view reason) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::size_t shortest = 7;
  const bool ours = reason.starts_with(wanted.id + " ");
  return std::equal(revisions.begin(), revisions.end(), wanted.revisions.begin(),
                    wanted.revisions.end(), [&](const std::string& is, const std::string& asked) {
                      const bool digits_only = asked.find_first_not_of(digits) == std::string::npos;
                      // A short one may still be a tag: `20261122`.
                      return is == asked || (ours && !argocd::is_commit(asked)) ||
                             (digits_only && asked.size() >= shortest && is.starts_with(asked));
                    });
}

// given: started. Ends the operation that was running when the plan was made.
StepResult end_operation(Context& context) {
  return end_running(context, std::string(fact(context.step.given, "started")));
}

// given: id, revisions, prune, newest, started_before, previous_id, previous. memory: asked.
StepResult roll_back(Context& context) {
  const Facts& given = context.step.given;
  return ask(context, wanted_of(context, given), true, [&] {
    return argocd::roll_back(client(context), app_name(context.plan), number(given, "id", -1),
                             fact(given, "prune") == "yes");
  });
}

// given: revisions (empty: the spec's targets), positions, prune and the same as above.
StepResult sync(Context& context) {
  const Facts& given = context.step.given;
  return ask(context, wanted_of(context, given), !list(given, "revisions").empty(),
             [&] { return send_sync(context, given); });
}

StepResult repeat_deploy(Context& context, const std::string& failed) {
  for (const Step& step : context.plan.steps) {
    if (step.kind != "roll-back" && step.kind != "sync") continue;
    TRY(const Application app, look(context));
    Facts given = step.given;
    given["started_before"] = failed;
    given["newest"] = std::to_string(newest_id(app));
    return ask(context, wanted_of(context, given), !list(given, "revisions").empty(), [&] {
      return step.kind == "sync"
                 ? send_sync(context, given)
                 : argocd::roll_back(client(context), app_name(context.plan),
                                     number(given, "id", -1), fact(given, "prune") == "yes");
    });
  }
  return Ended{};
}

// Takes either back: what ran before is deployed again. memory: back_from, the operation that it
// follows.
StepResult deploy_again(Context& context) {
  const Facts& given = context.step.given;
  if (fact(context.memory, "asked").empty()) return Ended{"it was never asked for"};
  const std::vector<std::string> previous = list(given, "previous");
  TRY(Application app, look(context));
  const bool paused = std::any_of(context.plan.steps.begin(), context.plan.steps.end(),
                                  [](const Step& one) { return one.kind == "pause-auto-sync"; });
  if (app.auto_sync.on && !paused)
    return Ended{
        fmt::format("not taken back: auto-sync is on, and deploys what git says; "
                    "`backout rollback {}` goes back and keeps it there",
                    full_name(app))};
  if (fact(context.memory, "back_from").empty()) {
    if (!has_landed(app, wanted_of(context, given), true))
      return Ended{"it has never reached the server"};
    if (previous.empty())
      return tl::unexpected(
          Stop(1, "what ran before is not known; deploy it with `backout sync --revision`"));
    if (const Current now = current(app); now.busy) {
      TRY_VOID(end_running(context, now.started));
      TRY(app, look(context));
    }
    context.memory["back_from"] = current(app).started;
    context.memory["back_newest"] = std::to_string(newest_id(app));
    TRY_VOID(context.save());
  }
  Facts back = given;
  back["revisions"] = joined(previous);
  back["started_before"] = std::string(fact(context.memory, "back_from"));
  back["newest"] = std::string(fact(context.memory, "back_newest"));
  const std::int64_t id = number(given, "previous_id", -1);
  const bool kept = std::any_of(app.history.begin(), app.history.end(),
                                [&](const argocd::Deployment& one) { return one.id == id; });
  TRY_VOID(ask(context, wanted_of(context, back), true, [&] {
    return kept ? argocd::roll_back(client(context), app_name(context.plan), id, false)
                : send_sync(context, back);
  }));
  return settle(context, wanted_of(context, back));
}

}  // namespace backout::drive
