// What stands in the way now: the application's own state, sync windows, and what we may not do.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "argocd/hazard.h"
#include "argocd/json.h"
#include "argocd/window.h"
#include "argocd/words.h"
#include "core/clock.h"
#include "core/quote.h"

namespace backout::argocd {
namespace {

// A rollback takes its time: operation, health, metrics.
constexpr std::chrono::hours soon{1};

bool deploys(const Question& question) {
  return question.purpose == Purpose::rollback || question.purpose == Purpose::sync;
}

std::string joined(const std::vector<std::string>& revisions) {
  std::string out;
  for (const std::string& one : revisions)
    out += (out.empty() ? "" : ", ") + std::string(short_revision(one));
  return out;
}

// Who has asked for the operation that has not begun.
std::string who_asked(const Application& app) {
  simdjson::dom::parser parser;
  Json root;
  if (parser.parse(app.json).get(root) != simdjson::SUCCESS) return "?";
  return who(text(root, {"operation", "initiatedBy", "username"}),
             flag(root, {"operation", "initiatedBy", "automated"}));
}

std::string describe(const Application& app) {
  if (!app.operation)
    return fmt::format("an operation is asked for by {}, and has not begun", who_asked(app));
  const Operation& now = *app.operation;
  std::string out = fmt::format("an operation is {} since {}",
                                now.phase == "Terminating" ? "being ended" : "running",
                                now.started_at.empty() ? "?" : now.started_at);
  if (!now.revisions.empty()) out += " to " + joined(now.revisions);
  out += ", by " + who(now.by, now.automated);
  return now.message.empty() ? out : out + ": " + now.message;
}

std::string list(const std::vector<SyncWindow>& windows, std::string_view kind, bool manual) {
  std::string out;
  for (const SyncWindow& one : windows)
    if (one.kind == kind && one.manual_sync == manual)
      out += fmt::format("{}`{}` for {}", out.empty() ? "" : ", ", one.schedule, one.duration);
  return out;
}

bool holds(const SyncWindow& window, std::string_view kind) {
  return window.kind == kind && !window.manual_sync;
}

// When a sync may run again; nothing: a schedule that we do not read.
std::optional<Instant> open_again(const SyncWindows& windows, Instant today) {
  std::optional<Instant> out;
  for (const SyncWindow& one : windows.active)
    if (holds(one, "deny")) {
      const auto end = window_end(one, today);
      if (!end) return std::nullopt;
      out = std::max(out.value_or(*end), *end);
    }
  if (out) return out;
  for (const SyncWindow& one : windows.assigned)
    if (holds(one, "allow"))
      if (const auto begin = window_begin(one, today)) out = std::min(out.value_or(*begin), *begin);
  return out;
}

// When a window closes the way for a sync that runs now.
std::optional<Instant> closes(const SyncWindows& windows, Instant today) {
  std::optional<Instant> denied, allowed;
  bool any_allow = false;
  for (const SyncWindow& one : windows.assigned)
    if (holds(one, "deny"))
      if (const auto begin = window_begin(one, today))
        denied = std::min(denied.value_or(*begin), *begin);
  for (const SyncWindow& one : windows.assigned) any_allow = any_allow || one.kind == "allow";
  for (const SyncWindow& one : windows.active)
    if (holds(one, "allow"))
      if (const auto end = window_end(one, today)) allowed = std::max(allowed.value_or(*end), *end);
  if (!any_allow || !allowed) return denied;
  return denied ? std::min(*denied, *allowed) : allowed;
}

void add_window(const HazardInput& in, const SyncWindows& windows, Hazards& out) {
  constexpr std::string_view zone = " (if no other time zone than UTC is set for it)";
  const auto today = now();
  const std::string remedy = fmt::format(
      "let syncs by hand through: `argocd proj windows list {0}`, then `argocd proj "
      "windows enable-manual-sync {0} ID`",
      shell_quoted(in.app.project));
  if (windows.can_sync) {
    const auto end = today ? closes(windows, *today) : std::nullopt;
    if (end && *end - *today < soon)
      out.push_back({HazardKind::sync_window_ahead, false,
                     fmt::format("a sync window closes the way at {}{}: an operation that still "
                                 "runs then is held until it opens again",
                                 to_text(*end), zone),
                     remedy});
    return;
  }
  const std::string denied = list(windows.active, "deny", false);
  const std::string allowed = list(windows.assigned, "allow", false);
  std::string why;
  if (!denied.empty())
    why = "a deny window is active (" + denied + ")";
  else if (!allowed.empty())
    why = "no allow window is active (there are: " + allowed + ")";
  else
    why = "Argo CD names no window that does so";
  const auto again = today ? open_again(windows, *today) : std::nullopt;
  if (again) why += fmt::format(", until {}{}", to_text(*again), zone);
  out.push_back({HazardKind::sync_window, true,
                 fmt::format("a sync window blocks {} now: {}; Argo CD would accept it, hold it, "
                             "and let nobody end it until the window does",
                             in_words(in.question.purpose), why),
                 "wait for it to end, or " + remedy});
}

// "p, ana, applications, update, shop/catalog, allow"
std::string policy(const HazardInput& in, std::string_view action) {
  const std::string subject =
      in.facts.user && !in.facts.user->name.empty() ? in.facts.user->name : "SUBJECT";
  return fmt::format("p, {}, applications, {}, {}/{}, allow", subject, action, in.app.project,
                     in.app.name);
}

void add_right(const HazardInput& in, const Right& right, Hazards& out) {
  if (!right.answer) {
    out.push_back({HazardKind::not_known,
                   false,
                   fmt::format("whether the right `{}` is there is not known: {}", right.action,
                               right.answer.error().message),
                   {}});
    return;
  }
  if (*right.answer) return;
  const std::string remedy = fmt::format("in Argo CD's RBAC: `{}`", policy(in, right.action));
  if (right.action == "rollback" || right.action == "override") {
    out.push_back({HazardKind::missing_right, false,
                   fmt::format("the right `{}` is missing, which this release can demand for {}",
                               right.action, in_words(in.question.purpose)),
                   remedy});
  } else if (right.action == "update" && has(version_of(in.facts), Feature::toggle_auto_sync)) {
    out.push_back(
        {HazardKind::missing_right, false,
         "the right `update` is missing, so auto-sync can only be turned off and on by the action "
         "`toggle-auto-sync`, which needs a right of its own",
         fmt::format("{}, or `{}`", remedy,
                     policy(in, "action/argoproj.io/Application/toggle-auto-sync"))});
  } else {
    out.push_back(
        {HazardKind::missing_right, true,
         fmt::format("the right `{}` is missing, without which {} cannot be done", right.action,
                     right.action == "update" ? "auto-sync cannot be turned off or on, "
                                                "and so this"
                                              : in_words(in.question.purpose)),
         remedy});
  }
}

}  // namespace

void add_operation_hazards(const HazardInput& in, Hazards& out) {
  const Application& app = in.app;
  if (app.deleting)
    out.push_back({HazardKind::deleting, true, "the application is being deleted",
                   "let the deletion end, and create the application anew from git"});
  const std::string phase = app.operation ? app.operation->phase : "";
  const bool final = phase == "Succeeded" || phase == "Failed" || phase == "Error";
  const bool busy = app.operation_requested || phase == "Running" || phase == "Terminating";
  const bool blocks = deploys(in.question) && !in.question.terminate;
  const std::string end =
      fmt::format("wait for it, or end it: `--terminate`, or `argocd app terminate-op {}`{}",
                  shell_quoted(full_name(app)),
                  app.auto_sync.on ? "; with auto-sync off, or it begins anew" : "");
  if (app.operation_requested && final && app.operation->finished_at.empty())
    out.push_back({HazardKind::operation_stuck, blocks,
                   fmt::format("an operation is {} and still holds its slot, as Argo CD's "
                               "controller was restarted at the wrong moment (argo-cd #29636)",
                               phase),
                   fmt::format("whoever keeps Argo CD takes it off: `kubectl -n {} patch "
                               "application {} --type json -p "
                               "'[{{\"op\":\"remove\",\"path\":\"/operation\"}}]'`",
                               shell_quoted(app.name_space), shell_quoted(app.name))});
  else if (phase == "Running" && !app.operation->finished_at.empty())
    out.push_back({HazardKind::operation_retrying, blocks,
                   fmt::format("{}; attempt {} has failed, and it waits for the next one",
                               describe(app), app.operation->retries + 1),
                   end});
  else if (busy)
    out.push_back(
        {HazardKind::operation_running, blocks, describe(app),
         app.operation && app.operation->message.find("blocked by sync window") != std::string::npos
             ? "it ends when the window does; ending it by hand waits for that, too"
             : end});
  if (!in.facts.windows) return;
  if (*in.facts.windows)
    add_window(in, **in.facts.windows, out);
  else
    out.push_back({HazardKind::not_known,
                   false,
                   fmt::format("whether a sync window blocks {} is not known: {}",
                               in_words(in.question.purpose), in.facts.windows->error().message),
                   {}});
}

void add_access_hazards(const HazardInput& in, Hazards& out) {
  const Settings& settings = in.client.settings;
  const std::string renew = settings.can_log_in_again
                                ? "`argocd relogin`"
                                : "a new token: `argocd account generate-token`, or log in again "
                                  "with `argocd login HOST`";
  if (!in.facts.version)
    out.push_back({HazardKind::not_known,
                   false,
                   fmt::format("which release of Argo CD this is is not known, so what is older is "
                               "used: {}",
                               in.facts.version.error().message),
                   {}});
  else if (!in.facts.version->known)
    out.push_back({HazardKind::not_known,
                   false,
                   fmt::format("the server's version `{}` is none of Argo CD's, so what is older "
                               "is used",
                               in.facts.version->text),
                   {}});
  const auto end = expiry(settings.token);
  const auto today = now();
  if (!in.facts.user)
    out.push_back({HazardKind::not_known,
                   false,
                   "who we are to the server is not known: " + in.facts.user.error().message,
                   {}});
  else if (!in.facts.user->logged_in)
    out.push_back({HazardKind::not_logged_in, true,
                   settings.token.empty() ? "we are not logged in: no token was sent"
                                          : fmt::format("we are not logged in: the server does not "
                                                        "accept the token from {}",
                                                        settings.token_origin),
                   renew});
  if (end && today && *end > *today && *end - *today < soon)
    out.push_back({HazardKind::token_ends, false,
                   fmt::format("the token from {} ends at {}, perhaps on the way",
                               settings.token_origin, to_text(*end)),
                   renew});
  for (const Right& right : in.facts.rights) add_right(in, right, out);
}

}  // namespace backout::argocd
