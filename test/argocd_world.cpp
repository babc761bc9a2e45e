// Small questions about a World, and the usual one.
#include "argocd_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "argocd_controller.h"

namespace backout::test::sim {
namespace {

bool hexadecimal(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isxdigit(c) != 0; });
}

const Commit* find_commit(const Repository& repository, std::string_view sha) {
  for (const Commit& commit : repository.commits)
    if (commit.sha == sha || (sha.size() >= 7 && hexadecimal(sha) && commit.sha.starts_with(sha)))
      return &commit;
  return nullptr;
}

// Parameters that the source itself sets change what comes out.
std::string overrides(const Json& source) {
  std::string out;
  for (const char* key : {"helm", "kustomize"})
    if (source.contains(key)) out += "|" + source[key].dump();
  return out;
}

std::string text(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key].is_string() ? std::string(json[key])
                                                                         : std::string();
}

}  // namespace

App& World::app(std::string_view name) {
  for (App& one : apps)
    if (one.name == name) return one;
  fmt::print(stderr, "the world has no application {}\n", name);
  std::abort();
}
const App& World::app(std::string_view name) const { return const_cast<World*>(this)->app(name); }

std::string sha(char digit) { return std::string(40, digit); }

std::string timestamp(Seconds at) {
  const std::time_t time = at;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char out[32];
  return {out, std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string group_of(std::string_view kind) {
  if (kind == "Deployment" || kind == "StatefulSet" || kind == "ReplicaSet") return "apps";
  if (kind == "Rollout" || kind == "Application" || kind == "AnalysisRun") return "argoproj.io";
  return kind == "Job" ? "batch" : "";
}
std::string api_version_of(std::string_view kind) {
  return group_of(kind) == "argoproj.io" ? "v1alpha1" : "v1";
}

std::string pod_hash(std::string_view image) {
  std::uint32_t hash = 2166136261;
  for (const char c : image) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  return fmt::format("{:08x}", hash);
}

int version_of(const World& world) {
  int major = 0, minor = 0;
  static_cast<void>(std::sscanf(world.version.c_str(), "v%d.%d", &major, &minor));
  return major * 100 + minor;
}

App* find_app(World& world, std::string_view name, std::string_view name_space) {
  for (App& app : world.apps)
    if (app.name == name && app.name_space == name_space) return &app;
  return nullptr;
}

std::string project_of(const App& app) {
  const std::string project = text(Json::parse(app.spec), "project");
  return project.empty() ? "default" : project;
}

bool several_sources(const Json& spec) {
  return !spec.contains("sourceHydrator") && spec.contains("sources") && !spec["sources"].empty();
}

Words sources_of(const Json& spec) {
  if (spec.contains("sourceHydrator")) {
    const Json& hydrator = spec["sourceHydrator"];
    Json source = {{"repoURL", text(hydrator["drySource"], "repoURL")},
                   {"path", text(hydrator["syncSource"], "path")},
                   {"targetRevision", text(hydrator["syncSource"], "targetBranch")}};
    return {source.dump()};
  }
  Words out;
  if (several_sources(spec))
    for (const Json& source : spec["sources"]) out.push_back(source.dump());
  else if (spec.contains("source"))
    out.push_back(spec["source"].dump());
  return out;
}

bool auto_sync_on(const World& world, const Json& spec) {
  if (!spec.contains("syncPolicy") || !spec["syncPolicy"].is_object()) return false;
  const Json& policy = spec["syncPolicy"];
  if (!policy.contains("automated") || !policy["automated"].is_object()) return false;
  return version_of(world) < 301 || policy["automated"].value("enabled", true);
}

std::string stored_spec(const World& world, const std::string& spec) {
  if (version_of(world) >= 301 || spec.find("\"enabled\"") == std::string::npos) return spec;
  Json parsed = Json::parse(spec);
  if (!parsed.contains("syncPolicy") || !parsed["syncPolicy"].contains("automated")) return spec;
  Json& automated = parsed["syncPolicy"]["automated"];
  return automated.is_object() && automated.erase("enabled") > 0 ? parsed.dump() : spec;
}

bool can_sync(const App& app, bool manual) {
  const auto all_manual = [&](std::string_view kind, bool active) {
    return std::all_of(app.windows.begin(), app.windows.end(), [&](const Window& one) {
      return one.kind != kind || one.active != active || one.manual_sync;
    });
  };
  const auto any = [&](std::string_view kind, bool active) {
    return std::any_of(app.windows.begin(), app.windows.end(),
                       [&](const Window& one) { return one.kind == kind && one.active == active; });
  };
  if (any("deny", true)) return manual && all_manual("deny", true);
  if (any("allow", true) || !any("allow", false)) return true;
  return manual && all_manual("allow", false);
}

std::optional<std::string> resolve(const World& world, const std::string& source,
                                   std::string revision, std::string& why) {
  const std::string url = text(Json::parse(source), "repoURL");
  if (revision.empty()) revision = "HEAD";
  if (revision.size() == 40 && hexadecimal(revision)) return revision;  // nobody is asked
  const auto repository = world.git.find(url);
  if (repository == world.git.end() || repository->second.down) {
    why = fmt::format("failed to list refs: dial tcp: lookup {}: connection refused", url);
    return std::nullopt;
  }
  const auto& refs = repository->second.refs;
  auto ref = refs.find(revision);
  if (ref == refs.end() && revision == "HEAD") ref = refs.find("main");
  if (ref != refs.end()) return ref->second;
  if (revision.size() >= 7 && hexadecimal(revision)) return revision;
  if (find_commit(repository->second, revision) != nullptr) return revision;  // a chart's version
  why = fmt::format("unable to resolve '{}' to a commit SHA", revision);
  return std::nullopt;
}

std::optional<Words> resolve_targets(const World& world, const Words& sources, std::string& why) {
  Words out;
  for (const std::string& source : sources) {
    const auto one = resolve(world, source, text(Json::parse(source), "targetRevision"), why);
    if (!one) return std::nullopt;
    out.push_back(*one);
  }
  return out;
}

std::optional<std::vector<Manifest>> render(const World& world, const Words& sources,
                                            const Words& revisions, std::string& why) {
  std::vector<Manifest> out;
  std::string values;
  for (std::size_t i = 0; i < sources.size() && i < revisions.size(); ++i) {
    const Json source = Json::parse(sources[i]);
    const auto repository = world.git.find(text(source, "repoURL"));
    const Commit* const commit =
        repository == world.git.end() ? nullptr : find_commit(repository->second, revisions[i]);
    if (!commit)
      why = fmt::format("fatal: reference is not a tree: {}", revisions[i]);
    else if (repository->second.down)
      why = "dial tcp: connection refused";
    else if (!commit->render_error.empty())
      why = commit->render_error;
    if (!why.empty()) {
      why = "Failed to load target state: failed to generate manifest for source " +
            fmt::format("{} of {}: rpc error: code = Unknown desc = {}", i + 1, sources.size(),
                        std::exchange(why, {}));
      return std::nullopt;
    }
    if (source.contains("ref")) {
      values += commit->values.empty() ? "" : "+" + commit->values;
      if (!source.contains("path") && !source.contains("chart")) continue;
    }
    for (const Manifest& manifest : commit->manifests)
      if (manifest.path.empty() || manifest.path == text(source, "path")) {
        out.push_back(manifest);
        out.back().content += overrides(source);
      }
  }
  for (Manifest& manifest : out) manifest.content += values;
  return out;
}

Words deployed(const App& app) {
  if (app.state && app.state->phase == "Succeeded" && !app.state->operation.dry_run)
    return app.state->revisions;
  return app.history.empty() ? Words{} : app.history.back().revisions;
}

std::string live_content(const App& app, std::string_view kind, std::string_view name) {
  for (const Live& live : app.live)
    if (live.is.kind == kind && live.is.name == name) return live.is.content;
  return {};
}

bool same_json(std::string_view a, std::string_view b) {
  return nlohmann::json::parse(a) == nlohmann::json::parse(b);
}

Rollout* find_rollout(App& app, std::string_view name) {
  for (Rollout& one : app.rollouts)
    if (one.name == name) return &one;
  return nullptr;
}
const Rollout* find_rollout(const App& app, std::string_view name) {
  return find_rollout(const_cast<App&>(app), name);
}

void apply_manifest(World& world, App& app, const Manifest& manifest) {
  if (manifest.kind == "Rollout") {
    Rollout* rollout = find_rollout(app, manifest.name);
    if (!rollout) {
      Rollout fresh{.name = manifest.name, .name_space = manifest.name_space};
      fresh.image = manifest.content;
      fresh.current = fresh.stable = pod_hash(manifest.content);
      fresh.hashes = {fresh.stable};
      fresh.images[fresh.stable] = manifest.content;
      rollout = &app.rollouts.emplace_back(std::move(fresh));
    }
    if (manifest.health == "Degraded") rollout->crash.insert(manifest.content);
    if (rollout->image != manifest.content) ++rollout->generation;
    rollout->image = manifest.content;
  }
  const auto same = [&](const Live& live) {
    return live.is.kind == manifest.kind && live.is.name == manifest.name &&
           live.is.name_space == manifest.name_space;
  };
  const auto found = std::find_if(app.live.begin(), app.live.end(), same);
  Live& live = found == app.live.end() ? app.live.emplace_back() : *found;
  if (live.is.content != manifest.content || found == app.live.end())
    live.settles = world.now + world.pace.settle;
  live.is = manifest;
}

void set_ref(World& world, std::string_view url, const std::string& ref, const std::string& to) {
  world.git[std::string(url)].refs[ref] = to;
}
Commit& add_commit(World& world, std::string_view url, Commit commit) {
  return world.git[std::string(url)].commits.emplace_back(std::move(commit));
}

App& add_app(World& world, App added, const std::vector<Words>& revisions) {
  App& app = world.apps.emplace_back(std::move(added));
  const Json spec = Json::parse(app.spec);
  const Seconds end = world.now;
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    world.now = end - 3600 * static_cast<Seconds>(revisions.size() - i);
    finish_past_sync(world, app, sources_of(spec), revisions[i]);
  }
  world.now = end;
  app.compare_at = world.now + 1;
  pass_time(world, 1);
  return app;
}

World shop_world(const std::string& good, const std::string& bad) {
  World world;
  for (const std::string& commit : {good, bad})
    add_commit(
        world, gitops,
        {commit,
         {{"Deployment", "catalog", fmt::format("ghcr.io/acme/catalog:v{}", commit == good ? 1 : 2),
           commit == good ? "Healthy" : "Degraded"},
          {"Service", "catalog", "port 80"}}});
  set_ref(world, gitops, "main", bad);
  App app{.name = "catalog"};
  app.spec =
      R"({"destination":{"namespace":"shop","server":"https://kubernetes.default.svc"},"project":"shop",)"
      R"("source":{"path":"apps/catalog","repoURL":"https://git.example.com/gitops.git","targetRevision":"main"},)"
      R"("syncPolicy":{"automated":{"prune":true,"selfHeal":true},"syncOptions":["CreateNamespace=true"]}})";
  add_app(world, std::move(app), {{good}, {bad}});
  return world;
}

}  // namespace backout::test::sim
