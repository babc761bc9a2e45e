// Requests that only look, of which `refresh` has the controller act all the same.
#include <fmt/format.h>

#include <algorithm>

#include "argocd_controller.h"
#include "argocd_json.h"
#include "argocd_routes.h"

namespace backout::test::sim {
namespace {

// What the informer's cache holds: behind by a while.
std::string cached(const World& world, const App& app) {
  std::string out;
  for (const auto& [since, text] : app.seen)
    if (out.empty() || since + world.pace.cache <= world.now) out = text;
  return out.empty() ? application_json(app) : out;
}

HttpReply get_app(Call& call) {
  HttpReply reply;
  const auto projects = std::count_if(call.query.begin(), call.query.end(), [](const auto& one) {
    return one.first == "project" || one.first == "projects";
  });
  if (projects > 1)
    return refuse(invalid_argument,
                  "multiple projects specified - must specify either zero or one project");
  App* const app = need_app_of_query(call, "get", reply);
  if (!app) return reply;
  const std::string refresh = query_value(call, "refresh");
  if (refresh.empty()) return {200, application_json(*app)};
  World& world = call.world;
  app->refresh = refresh == "hard" ? "hard" : "normal";
  app->latest_due = true;
  app->compare_at = world.now + world.pace.refresh;
  note_changes(world);
  // It blocks until the controller has removed the annotation.
  for (int i = 0; i < 120 && !app->refresh.empty(); ++i) pass_time(world, 1);
  reply = {200, application_json(*app)};
  reply.delay_ms = world.pace.refresh_delay_ms;
  return reply;
}

bool selected(const App& app, const std::string& selector) {
  const std::size_t equals = selector.find('=');
  if (equals == std::string::npos) return true;
  const auto label = app.labels.find(selector.substr(0, equals));
  return label != app.labels.end() &&
         label->second == selector.substr(selector.find_last_of('=') + 1);
}

bool listed(const Call& call, const App& app) {
  const std::string name = query_value(call, "name"), where = query_value(call, "appNamespace");
  Words projects;
  for (const auto& [key, value] : call.query)
    if (key == "project" || key == "projects") projects.push_back(value);
  return allowed(call, "get") && (name.empty() || name == app.name) &&
         (where.empty() || where == app.name_space) &&
         (projects.empty() ||
          std::find(projects.begin(), projects.end(), project_of(app)) != projects.end()) &&
         selected(app, query_value(call, "selector"));
}

HttpReply list_apps(Call& call) {
  std::string items;
  for (const App& app : call.world.apps)
    if (listed(call, app)) items += (items.empty() ? "" : ",") + cached(call.world, app);
  return {200, fmt::format(R"({{"metadata":{{"resourceVersion":"{}"}},"items":[{}]}})",
                           call.world.last_version, items)};
}

// What is in the cache, what changes in the next seconds, and the end, as a proxy may make it.
HttpReply stream_apps(Call& call) {
  HttpReply reply{200, ""};
  const auto send = [&](const char* type, const std::string& text) {
    reply.body +=
        fmt::format("{{\"result\":{{\"type\":\"{}\",\"application\":{}}}}}\n", type, text);
  };
  for (App& app : call.world.apps) {
    if (!listed(call, app)) continue;
    std::string last = cached(call.world, app);
    send("ADDED", last);
    for (int i = 0; i < 5; ++i) {
      pass_time(call.world, 1);
      std::string next = cached(call.world, app);
      if (next != last) send("MODIFIED", next);
      last = std::move(next);
    }
  }
  return reply;
}

HttpReply tree(Call& call) {
  HttpReply reply;
  const App* const app = need_app_of_query(call, "get", reply);
  return app ? answer(resource_tree(call.world, *app)) : reply;
}

HttpReply managed(Call& call) {
  HttpReply reply;
  const App* const app = need_app_of_query(call, "get", reply);
  if (!app) return reply;
  Json out = managed_resources(call.world, *app);
  Json kept = Json::array();
  for (const Json& item : out["items"]) {
    bool fits = true;
    for (const char* key : {"group", "kind", "namespace", "name"})
      fits =
          fits && (query_value(call, key).empty() || query_value(call, key) == text_of(item, key));
    if (fits) kept.push_back(item);
  }
  return answer({{"items", kept}});
}

Json window_json(const Window& window) {
  Json out = {{"kind", window.kind}, {"schedule", window.schedule}, {"duration", window.duration}};
  if (window.manual_sync) out["manualSync"] = true;
  return out;
}

HttpReply sync_windows(Call& call) {
  HttpReply reply;
  const App* const app = need_app_of_query(call, "get", reply);
  if (!app) return reply;
  Json out = Json::object();
  for (const Window& window : app->windows) {
    if (window.active) out["activeWindows"].push_back(window_json(window));
    out["assignedWindows"].push_back(window_json(window));
  }
  if (can_sync(*app, true)) out["canSync"] = true;
  return answer(out);
}

HttpReply manifests(Call& call) {
  HttpReply reply;
  const App* const app = need_app_of_query(call, "get", reply);
  if (!app) return reply;
  const Json spec = Json::parse(app->spec);
  const Words sources = sources_of(spec);  // the current ones, whatever the revision
  Words asked(sources.size()), positions, revisions;
  for (const auto& [key, value] : call.query) {
    if (key == "sourcePositions") positions.push_back(value);
    if (key == "revisions") revisions.push_back(value);
  }
  if (!several_sources(spec)) asked[0] = query_value(call, "revision");
  for (std::size_t i = 0; several_sources(spec) && i < positions.size(); ++i) {
    const std::size_t position = std::strtoul(positions[i].c_str(), nullptr, 10);
    if (position == 0 || position > sources.size())
      return refuse(unknown, "source position is out of range");
    if (i < revisions.size()) asked[position - 1] = revisions[i];
  }
  std::string why;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (asked[i].empty()) asked[i] = text_of(Json::parse(sources[i]), "targetRevision");
    const auto resolved = resolve(call.world, sources[i], asked[i], why);
    if (!resolved) return refuse(unknown, why);
    asked[i] = *resolved;
  }
  const auto rendered = render(call.world, sources, asked, why);
  if (!rendered) return refuse(unknown, why);
  Json out = {{"manifests", Json::array()}, {"revision", asked.empty() ? "" : asked[0]}};
  for (const Manifest& one : *rendered) out["manifests"].push_back(manifest_object(one).dump());
  return answer(out);
}

HttpReply revision_metadata(Call& call) {
  HttpReply reply;
  const App* const app = need_app_of_query(call, "get", reply);
  if (!app) return reply;
  Words sources = sources_of(Json::parse(app->spec));
  const std::string version = query_value(call, "versionId");
  for (const Deployed& entry : app->history)
    if (!version.empty() && version == std::to_string(entry.id)) sources = entry.sources;
  const std::size_t index = std::strtoul(query_value(call, "sourceIndex").c_str(), nullptr, 10);
  if (index >= sources.size()) return refuse(unknown, "source index is out of range");
  const auto repository = call.world.git.find(text_of(Json::parse(sources[index]), "repoURL"));
  if (repository != call.world.git.end() && !repository->second.down)
    for (const Commit& commit : repository->second.commits)
      if (commit.sha == call.args[1])
        return answer(
            {{"author", commit.author}, {"date", commit.date}, {"message", commit.message}});
  return refuse(unknown, "failed to get revision metadata: exit status 128");
}

HttpReply events(Call& call) {
  HttpReply reply;
  const App* const app = need_app_of_query(call, "get", reply);
  if (!app) return reply;
  Json items = Json::array();
  for (const std::string& event : call.world.events)
    if (event.ends_with(" " + app->name))
      items.push_back({{"metadata", {{"name", app->name}}},
                       {"involvedObject", {{"kind", "Application"}, {"name", app->name}}},
                       {"reason", event.substr(0, event.find(' '))},
                       {"type", "Normal"}});
  return answer({{"metadata", Json::object()}, {"items", items}});
}

}  // namespace

const std::vector<Route>& reading_routes() {
  static const std::vector<Route> routes = {
      {"GET", "v1/applications", list_apps},
      {"GET", "v1/stream/applications", stream_apps},
      {"GET", "v1/applications/{}", get_app},
      {"GET", "v1/applications/{}/resource-tree", tree},
      {"GET", "v1/applications/{}/managed-resources", managed},
      {"GET", "v1/applications/{}/syncwindows", sync_windows},
      {"GET", "v1/applications/{}/manifests", manifests},
      {"GET", "v1/applications/{}/revisions/{}/metadata", revision_metadata},
      {"GET", "v1/applications/{}/events", events},
  };
  return routes;
}

}  // namespace backout::test::sim
