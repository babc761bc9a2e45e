#include "drive/live.h"

#include <fmt/format.h>

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
  }
  if (!app.operation_requested) return out;
  out.busy = true;
  if (app.operation) return out;
  // Asked for, and the controller has not begun: the request is all there is.
  const auto asked = nlohmann::json::parse(
      raw_value(app.json, {"operation"}).value_or(std::string_view("{}")), nullptr, false);
  const auto sync = asked.value("sync", nlohmann::json::object());
  if (!sync.is_object()) return out;
  if (const auto all = sync.find("revisions"); all != sync.end() && all->is_array())
    for (const auto& one : *all)
      if (one.is_string()) out.revisions.push_back(one.get<std::string>());
  if (const auto one = sync.find("revision");
      out.revisions.empty() && one != sync.end() && one->is_string())
    out.revisions.push_back(one->get<std::string>());
  return out;
}

std::vector<std::string> unhealthy(const argocd::Application& app) {
  std::vector<std::string> out;
  const auto raw = raw_value(app.json, {"status", "resources"});
  const auto list = nlohmann::json::parse(raw.value_or(std::string_view("[]")), nullptr, false);
  if (!list.is_array()) return out;
  for (const auto& one : list) {
    if (!one.is_object() || !one.contains("health") || !one["health"].is_object()) continue;
    const std::string health = one["health"].value("status", "");
    if (health.empty() || health == "Healthy") continue;
    out.push_back(
        fmt::format("{} `{}` is {}", one.value("kind", ""), one.value("name", ""), health));
  }
  return out;
}

std::string short_list(const std::vector<std::string>& revisions) {
  std::vector<std::string_view> out;
  for (const std::string& one : revisions) out.push_back(argocd::short_revision(one));
  return fmt::format("{}", fmt::join(out, ", "));
}

bool pause(Context& context, std::chrono::milliseconds time) { return context.world.sleep(time); }

Stop interrupted() { return {3, "by you; what has been done so far stays as it is"}; }

}  // namespace backout::drive
