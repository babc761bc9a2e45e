#include "drive/live.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "argocd/change.h"
#include "argocd/raw_json.h"
#include "argocd/words.h"
#include "drive/world.h"

namespace backout::drive {

using argocd::raw_value;

argocd::AppName app_name(const Plan& plan) {
  return {std::string(fact(plan.connection, "app")),
          std::string(fact(plan.connection, "app_namespace")),
          std::string(fact(plan.connection, "project"))};
}

argocd::Client& client(Context& context) { return *context.world.argocd; }

tl::expected<argocd::Application, Stop> look(Context& context) {
  auto app = argocd::get_application(client(context), app_name(context.plan));
  if (!app) return tl::unexpected(Stop(std::move(app.error())));
  return std::move(*app);
}

tl::expected<argocd::Application, Stop> look_again(Context& context) {
  auto app = argocd::refresh(client(context), app_name(context.plan));
  // It waits for the controller; one that is slow or away is no reason to stop.
  if (!app) return look(context);
  return std::move(*app);
}

bool same_json(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() && b.empty();
  return nlohmann::json::parse(a, nullptr, false) == nlohmann::json::parse(b, nullptr, false);
}

std::string automated(const argocd::Application& app) {
  const auto raw = raw_value(app.json, {"spec", "syncPolicy", "automated"});
  return raw && *raw != "null" ? std::string(*raw) : std::string();
}

std::optional<std::string> noted_in_annotation(const argocd::Application& app) {
  const auto text = raw_value(app.json, {"metadata", "annotations", annotation});
  if (!text) return std::nullopt;
  const auto note = nlohmann::json::parse(*text, nullptr, false);
  if (!note.is_string()) return std::nullopt;
  const std::string inner = note.get<std::string>();
  if (!nlohmann::json::accept(inner)) return std::nullopt;
  const auto saved = raw_value(inner, {"automated"});
  return saved && saved->starts_with('{') ? std::optional(std::string(*saved)) : std::nullopt;
}

Current current(const argocd::Application& app) {
  Current out;
  if (app.operation) {
    out.busy = app.operation->phase == "Running" || app.operation->phase == "Terminating";
    out.started = app.operation->started_at;
    out.revisions = app.operation->revisions;
    out.by = argocd::who(app.operation->by, app.operation->automated);
    out.reason = app.operation->reason;
  }
  if (!app.operation_requested) return out;
  out.busy = true;
  if (app.operation) return out;
  // Asked for, and the controller has not begun: the request is all there is.
  out.revisions = app.requested;
  out.reason = app.requested_reason;
  return out;
}

std::vector<std::string> unhealthy(const argocd::Application& app) {
  std::vector<std::string> out;
  for (const argocd::ResourceStatus& one : app.resources)
    if (!one.health.empty() && one.health != "Healthy")
      out.push_back(fmt::format("{} `{}` is {}", one.kind, one.name, one.health));
  return out;
}

bool is_healthy(const argocd::Application& app) {
  if (app.health == "Healthy") return true;
  const auto is_well = [](const argocd::ResourceStatus& one) { return one.health == "Healthy"; };
  return app.health == "Missing" &&
         std::any_of(app.resources.begin(), app.resources.end(), is_well) &&
         std::all_of(app.resources.begin(), app.resources.end(),
                     [&](const argocd::ResourceStatus& one) {
                       return one.health.empty() || one.health == "Missing" || is_well(one);
                     });
}

std::string short_list(const std::vector<std::string>& revisions) {
  std::vector<std::string_view> out;
  for (const std::string& one : revisions) out.push_back(argocd::short_revision(one));
  return fmt::format("{}", fmt::join(out, ", "));
}

bool pause(Context& context, std::chrono::milliseconds time) { return context.world.sleep(time); }

Stop interrupted() { return {3, "by you; what has been done so far stays as it is"}; }

}  // namespace backout::drive
