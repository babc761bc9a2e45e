// The application that an operation is about, as it is now, and what of it steps compare. Facts of
// `Plan::connection`: app, app_namespace, project.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "argocd/application.h"
#include "argocd/client.h"
#include "drive/run.h"

namespace backout::drive {

inline constexpr std::string_view annotation = "backout.dev/operation";

[[nodiscard]] argocd::AppName app_name(const Plan& plan);
[[nodiscard]] argocd::Client& client(Context& context);
[[nodiscard]] tl::expected<argocd::Application, Stop> look(Context& context);
// The same after the controller has resolved the target anew and compared.
[[nodiscard]] tl::expected<argocd::Application, Stop> look_again(Context& context);

// Two JSON values mean the same; empty stands for an absent one.
[[nodiscard]] bool same_json(std::string_view a, std::string_view b);
// `spec.syncPolicy.automated` as it is written; empty: absent.
[[nodiscard]] std::string automated(const argocd::Application& app);

// What the annotation of a pause says that it was; nothing: there is none.
[[nodiscard]] std::optional<std::string> noted_in_annotation(const argocd::Application& app);

// The operation that is asked for or runs, else the last one.
struct Current {
  bool busy = false;                   // the slot is taken
  std::string started;                 // empty: the controller has not begun
  std::vector<std::string> revisions;  // asked for
  std::string by, reason;
};
[[nodiscard]] Current current(const argocd::Application& app);

// Resources that have a health other than Healthy: "Deployment `api` is Degraded".
[[nodiscard]] std::vector<std::string> unhealthy(const argocd::Application& app);

// Healthy; or Missing alone, which before 3.4 an application is while git's target has objects that
// are no part of what was gone back to.
[[nodiscard]] bool is_healthy(const argocd::Application& app);

// "3f2a9c1d7e55", or several with commas.
[[nodiscard]] std::string short_list(const std::vector<std::string>& revisions);

// Sleeps; false: the user wants to stop.
[[nodiscard]] bool pause(Context& context, std::chrono::milliseconds time);
[[nodiscard]] Stop interrupted();

// Polls with growing pauses until `look` says something or `limit` is over. `look` returns nothing
// to go on.
template <class Look>
StepResult poll(Context& context, std::chrono::milliseconds limit, const Look& look_once,
                const std::function<Stop()>& too_late) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + limit;
  std::chrono::milliseconds pause_time = context.plan.pace.poll;
  while (true) {
    tl::expected<std::optional<Ended>, Stop> found = look_once();
    if (!found) return tl::unexpected(std::move(found.error()));
    if (*found) return std::move(**found);
    if (Clock::now() >= end) return tl::unexpected(too_late());
    if (!pause(context, pause_time)) return tl::unexpected(interrupted());
    pause_time = std::min(pause_time * 5 / 4, context.plan.pace.slowest_poll);
  }
}

}  // namespace backout::drive
