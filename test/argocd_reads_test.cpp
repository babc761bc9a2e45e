// What is asked of Argo CD about the objects of an application and about what surrounds it, what is
// made of the answers, and how a request that changes something is sent: once.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "argocd/owner.h"
#include "argocd/reads.h"
#include "argocd/resource.h"
#include "argocd/server_version.h"
#include "http_server.h"

namespace backout::argocd {
namespace {

using test::HttpReply;
using test::HttpRequest;
using test::HttpServer;

Client client_of(const HttpServer& server) {
  Client out{Settings{}};
  out.settings.url = server.url();
  out.settings.token = "s3cr3t-token";
  out.settings.retries = 0;
  return out;
}

const AppName catalog{"catalog", "argocd", "shop"};
const ResourceName web{"argoproj.io", "v1alpha1", "Rollout", "shop", "web"};

TEST(ArgocdReads, ResourceTree) {
  const HttpServer server([](const HttpRequest&) {
    return HttpReply{200, R"({"nodes": [
      {"group": "argoproj.io", "version": "v1alpha1", "kind": "Rollout", "namespace": "shop", "name": "web",
       "uid": "u1", "health": {"status": "Suspended", "message": "CanaryPauseStep"}, "createdAt": "2026-11-20T10:00:00Z"},
      {"group": "apps", "version": "v1", "kind": "ReplicaSet", "namespace": "shop", "name": "web-7",
       "parentRefs": [{"group": "argoproj.io", "kind": "Rollout", "namespace": "shop", "name": "web", "uid": "u1"}],
       "images": ["ghcr.io/acme/web:2"]},
      {"version": "v1", "kind": "Namespace", "name": "shop"},
      {"group": "example.com", "kind": "Rollout", "name": "other"}]})"};
  });
  Client client = client_of(server);
  const auto tree = get_resource_tree(client, catalog);
  ASSERT_TRUE(tree) << tree.error().message;
  EXPECT_EQ(server.log(),
            "GET /api/v1/applications/catalog/resource-tree?appNamespace=argocd&project=shop\n");
  ASSERT_EQ(tree->size(), 4U);
  EXPECT_EQ((*tree)[0].health_message, "CanaryPauseStep");
  EXPECT_EQ((*tree)[0].created_at, "2026-11-20T10:00:00Z");
  ASSERT_EQ((*tree)[1].parents.size(), 1U);
  EXPECT_TRUE(same_object((*tree)[1].parents[0], (*tree)[0].resource));
  EXPECT_EQ((*tree)[1].images[0], "ghcr.io/acme/web:2");
  EXPECT_EQ(in_words((*tree)[2].resource), "Namespace `shop`");
  const auto rollouts = rollouts_in(*tree);
  ASSERT_EQ(rollouts.size(), 1U);
  EXPECT_EQ(in_words(rollouts[0].resource), "Rollout `shop/web`");
}

TEST(ArgocdReads, LiveResourceAndActions) {
  std::string manifest = R"({"manifest": "{\"kind\":\"Rollout\"}"})";
  const HttpServer server([&](const HttpRequest& request) {
    return HttpReply{
        200, request.path.ends_with("/actions")
                 ? R"({"actions": [{"name": "abort", "disabled": true}, {"name": "retry"}]})"
                 : manifest};
  });
  Client client = client_of(server);
  EXPECT_EQ(get_live_resource(client, catalog, web).value_or(""), R"({"kind":"Rollout"})");
  const auto actions = list_actions(client, catalog, web);
  ASSERT_TRUE(actions && actions->size() == 2);
  EXPECT_TRUE((*actions)[0].disabled);
  EXPECT_EQ((*actions)[1].name, "retry");
  EXPECT_FALSE((*actions)[1].disabled);
  const std::string query =
      "?namespace=shop&resourceName=web&version=v1alpha1&group=argoproj.io&kind=Rollout"
      "&appNamespace=argocd&project=shop\n";
  EXPECT_EQ(server.log(), "GET /api/v1/applications/catalog/resource" + query +
                              "GET /api/v1/applications/catalog/resource/actions" + query);

  manifest = "{}";
  EXPECT_EQ(get_live_resource(client, catalog, web).error().message,
            "Rollout `shop/web` of application `argocd/catalog`: Argo CD has no live object of "
            "this name");
}

// Answers of the new and of the old form of the request, what becomes of it, and how often it goes.
TEST(ArgocdReads, AnActionIsSentOnce) {
  using Kind = Outcome::Kind;
  struct {
    HttpReply v2, v1;
    Kind outcome;
    std::size_t sent;
    const char* message;
  } const cases[] = {
      {{200, "{}"}, {500}, Kind::done, 1, ""},
      {{404, "Not Found\n", "text/plain"}, {200, "{}"}, Kind::done, 2, ""},
      {{404, R"({"code": 5, "message": "Not Found"})"}, {200, "{}"}, Kind::done, 2, ""},
      {{405, "Method Not Allowed\n", "text/plain"}, {200, "{}"}, Kind::done, 2, ""},
      {{501, R"({"code": 12})"}, {200, "{}"}, Kind::done, 2, ""},
      {{501, ""},
       {403, R"({"message": "permission denied: x"})"},
       Kind::refused,
       2,
       "lacks this right"},
      {{404, R"({"code": 5, "message": "rollouts.argoproj.io \"web\" not found"})"},
       {200, "{}"},
       Kind::refused,
       1,
       "not found"},
      {{403, R"({"message": "permission denied"})"}, {200}, Kind::refused, 1, "right is missing"},
      {{415, "Invalid content type\n", "text/plain"}, {200}, Kind::refused, 1, "415"},
      {{400, R"({"message": "bad"})"}, {200}, Kind::refused, 1, "`abort` on Rollout `shop/web`"},
      {{429, ""}, {200}, Kind::refused, 1, "too much to do"},
      {{502, "<html>", "text/html"}, {200}, Kind::unknown, 1, "502"},
      {{500, R"({"message": "panic"})"}, {200}, Kind::refused, 1, "panic"},
      {{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"}, {200}, Kind::unknown, 1, ""},
      {{.delay_ms = 500}, {200}, Kind::unknown, 1, "no complete answer"},
      {{307, "", "text/plain", {"Location: /login"}}, {200}, Kind::unknown, 1, "redirect"},
  };
  for (const auto& one : cases) {
    const HttpServer server([&](const HttpRequest& request) {
      return request.path.ends_with("/v2") ? one.v2 : one.v1;
    });
    Client client = client_of(server);
    client.settings.retries = 3;  // of reads, not of this
    client.timeout = std::chrono::milliseconds(200);
    const Outcome run = run_action(client, catalog, web, "abort");
    EXPECT_EQ(run.kind, one.outcome) << run.error.message;
    EXPECT_EQ(server.requests().size(), one.sent) << run.error.message;
    EXPECT_NE(run.error.message.find(one.message), std::string::npos) << run.error.message;
    EXPECT_EQ(run.error.message.empty(), one.outcome == Kind::done);
    for (const HttpRequest& request : server.requests()) {
      EXPECT_EQ(request.method, "POST");
      EXPECT_EQ(request.headers.at("content-type"), "application/json");
    }
  }
}

TEST(ArgocdReads, BothFormsOfAnAction) {
  const HttpServer server([](const HttpRequest& request) {
    return HttpReply{request.path.ends_with("/v2") ? 501 : 200, "{}"};
  });
  Client client = client_of(server);
  EXPECT_EQ(run_action(client, catalog, web, "promote-full").kind, Outcome::Kind::done);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].path, "/api/v1/applications/catalog/resource/actions/v2");
  EXPECT_EQ(requests[0].query, "");
  EXPECT_EQ(nlohmann::json::parse(requests[0].body), nlohmann::json({{"name", "catalog"},
                                                                     {"namespace", "shop"},
                                                                     {"resourceName", "web"},
                                                                     {"version", "v1alpha1"},
                                                                     {"group", "argoproj.io"},
                                                                     {"kind", "Rollout"},
                                                                     {"action", "promote-full"},
                                                                     {"appNamespace", "argocd"},
                                                                     {"project", "shop"}}));
  EXPECT_EQ(requests[1].path, "/api/v1/applications/catalog/resource/actions");
  EXPECT_EQ(requests[1].query,
            "namespace=shop&resourceName=web&version=v1alpha1&group=argoproj.io&kind=Rollout"
            "&appNamespace=argocd&project=shop");
  EXPECT_EQ(requests[1].body, R"("promote-full")");
}

TEST(ArgocdReads, ServerVersions) {
  struct {
    const char* text;
    bool known, v212, v31, v35;
  } const cases[] = {
      {"v2.11.7", true, false, false, false}, {"v2.12.0+abc", true, true, false, false},
      {"v3.0.9", true, true, false, false},   {"v3.1.0-rc1", true, true, true, false},
      {"3.5.1", true, true, true, true},      {"v99.99.99+unknown", true, true, true, true},
      {"", false, false, false, false},       {"v3", false, false, false, false},
      {"dev", false, false, false, false},    {"v99999999999.1.1", false, false, false, false},
  };
  for (const auto& one : cases) {
    const ServerVersion version = read_server_version(one.text);
    EXPECT_EQ(version.known, one.known) << one.text;
    EXPECT_EQ(has(version, Feature::multi_source_rollback), one.v212) << one.text;
    EXPECT_EQ(has(version, Feature::auto_sync_enabled), one.v31) << one.text;
    EXPECT_EQ(has(version, Feature::toggle_auto_sync), one.v35) << one.text;
  }
  EXPECT_EQ(since(Feature::multi_source_rollback), "2.12");
}

// One answer for all.
template <class Read>
auto with_answer(const HttpReply& reply, const std::string& log, const Read& read) {
  const HttpServer server([&](const HttpRequest&) { return reply; });
  Client client = client_of(server);
  auto out = read(client);
  EXPECT_EQ(server.log(), log);
  return out;
}

TEST(ArgocdReads, WhoWeAreAndWhatWeMay) {
  const std::string log = "GET /api/v1/session/userinfo\n";
  const auto user = with_answer(
      {200, R"({"loggedIn": true, "username": "ana", "iss": "argocd", "groups": ["ops"]})"}, log,
      get_user);
  ASSERT_TRUE(user);
  EXPECT_TRUE(user->logged_in && user->name == "ana" && user->groups.size() == 1);
  EXPECT_FALSE(with_answer({200, "{}"}, log, get_user)->logged_in);

  const auto may = [](Client& client) { return can_i(client, "sync", catalog); };
  const std::string asked = "GET /api/v1/account/can-i/applications/sync/shop/argocd/catalog\n";
  EXPECT_TRUE(*with_answer({200, R"({"value": "yes"})"}, asked, may));
  EXPECT_FALSE(*with_answer({200, R"({"value": "no"})"}, asked, may));
  EXPECT_NE(with_answer({400, R"({"message": "[get] does not contain sync"})"}, asked, may)
                .error()
                .message.find("knows no right of this name"),
            std::string::npos);
  EXPECT_FALSE(with_answer({200, "{}"}, asked, may));
  EXPECT_FALSE(with_answer({503, ""}, asked, may));
  EXPECT_FALSE(*with_answer({200, R"({"value": "no"})"},
                            "GET /api/v1/account/can-i/applications/update/shop/catalog\n",
                            [](Client& client) {
                              return can_i(client, "update", {"catalog", "", "shop"});
                            }));
}

TEST(ArgocdReads, SyncWindows) {
  const std::string log =
      "GET /api/v1/applications/catalog/syncwindows?appNamespace=argocd&project=shop\n";
  const auto read = [](Client& client) { return get_sync_windows(client, catalog); };
  const auto windows = with_answer(
      {200, R"({"activeWindows": [{"kind": "deny", "schedule": "0 22 * * *", "duration": "8h"}],
                "assignedWindows": [{"kind": "allow", "schedule": "0 8 * * *", "duration": "1h", "manualSync": true}],
                "canSync": false})"},
      log, read);
  ASSERT_TRUE(windows);
  EXPECT_FALSE(windows->can_sync);
  EXPECT_EQ(windows->active.at(0).kind, "deny");
  EXPECT_TRUE(windows->assigned.at(0).manual_sync);
  EXPECT_TRUE(with_answer({200, R"({"canSync": true})"}, log, read)->can_sync);
  EXPECT_FALSE(with_answer({200, "{}"}, log, read)->can_sync);  // nobody may take that for a yes
}

TEST(ArgocdReads, SettingsAndRevisions) {
  const auto settings = with_answer(
      {200, R"({"appLabelKey": "x/app", "trackingMethod": "label", "controllerNamespace": "argocd",
                "resourceOverrides": {"argoproj.io/Rollout": {"actions": "…"}}})"},
      "GET /api/v1/settings\n", get_server_settings);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->label_key, "x/app");
  EXPECT_EQ(settings->control_namespace, "argocd");
  EXPECT_TRUE(settings->own_rollout_logic);

  const auto revision = with_answer(
      {200,
       R"({"author": "Ana <ana@example.com>", "date": "2026-11-20T09:00:00Z", "message": "Bump", "tags": ["v2"]})"},
      "GET /api/v1/applications/catalog/revisions/"
      "abc/metadata?appNamespace=argocd&project=shop&sourceIndex=1\n",
      [](Client& client) { return get_revision_metadata(client, catalog, "abc", 1); });
  ASSERT_TRUE(revision);
  EXPECT_EQ(revision->message, "Bump");
  EXPECT_EQ(revision->tags.at(0), "v2");
}

TEST(ArgocdReads, Manifests) {
  const std::string path =
      "GET /api/v1/applications/catalog/manifests?appNamespace=argocd&project=shop";
  const HttpReply reply{200, R"({"manifests": [
    "{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"metadata\": {\"name\": \"web\"}}",
    "{\"apiVersion\": \"batch/v1\", \"kind\": \"Job\", \"metadata\": {\"generateName\": \"up-\", \"annotations\": {\"argocd.argoproj.io/hook\": \"PreSync, Sync\"}}}",
    "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"t\", \"annotations\": {\"helm.sh/hook\": \"pre-install,pre-upgrade\"}}}",
    "{\"apiVersion\": \"v1\", \"kind\": \"PersistentVolumeClaim\", \"metadata\": {\"name\": \"d\", \"namespace\": \"shop\", \"annotations\": {\"helm.sh/hook\": \"crd-install\", \"argocd.argoproj.io/sync-options\": \"Prune=false,Delete=false\"}}}"]})"};
  const auto one = with_answer(reply, path + "&revision=aaa\n", [](Client& client) {
    return get_manifests(client, catalog, {"aaa"}, false);
  });
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_EQ(one->size(), 4U);
  EXPECT_EQ((*one)[0].resource.group, "apps");
  EXPECT_EQ((*one)[0].resource.version, "v1");
  EXPECT_TRUE((*one)[0].hooks.empty());
  EXPECT_EQ((*one)[1].hooks, (std::vector<std::string>{"PreSync", "Sync"}));
  EXPECT_EQ((*one)[1].resource.name, "up-");
  EXPECT_EQ((*one)[2].hooks, (std::vector<std::string>{"PreSync"}));
  EXPECT_TRUE((*one)[3].hooks.empty());
  EXPECT_EQ((*one)[3].sync_options, (std::vector<std::string>{"Prune=false", "Delete=false"}));

  EXPECT_TRUE(with_answer(
      reply, path + "&revisions=aaa&sourcePositions=1&revisions=1.2.3&sourcePositions=2\n",
      [](Client& client) {
        return get_manifests(client, catalog, {"aaa", "1.2.3"}, true);
      }));
  EXPECT_FALSE(
      with_answer({200, R"({"manifests": ["[]"]})"}, path + "&revision=aaa\n",
                  [](Client& client) { return get_manifests(client, catalog, {"aaa"}, false); }));
}

TEST(ArgocdReads, ManagedResources) {
  const auto managed = with_answer(
      {200,
       R"({"items": [{"group": "apps", "kind": "Deployment", "namespace": "shop", "name": "web",
                "targetState": "null",
                "liveState": "{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"metadata\": {\"name\": \"web\", \"deletionTimestamp\": \"2026-11-20T09:00:00Z\"}}"}]})"},
      "GET /api/v1/applications/catalog/managed-resources?appNamespace=argocd&project=shop\n",
      [](Client& client) { return get_managed_resources(client, catalog); });
  ASSERT_TRUE(managed && managed->size() == 1);
  EXPECT_FALSE(managed->front().target);
  EXPECT_TRUE(managed->front().live && managed->front().live->being_deleted);
}

TEST(ArgocdOwner, WhatAnIgnoreRuleCovers) {
  struct {
    std::vector<std::string> pointers, jq;
    bool automated, enabled;
  } const cases[] = {
      {{"/spec/syncPolicy"}, {}, true, true},
      {{"/spec/syncPolicy/automated"}, {}, true, true},
      {{"/spec/syncPolicy/automated/enabled"}, {}, false, true},
      {{"/spec/syncPolicy/auto"}, {}, false, false},
      {{"/spec/syncPolicy/automated/prune"}, {}, false, false},
      {{""}, {}, false, false},
      {{}, {".spec.syncPolicy"}, true, true},
      {{}, {".spec[\"syncPolicy\"]?.automated"}, true, true},
      {{}, {".spec.syncPolicy.automated.enabled"}, false, true},
      {{}, {".spec.sources[0].helm"}, false, false},
      {{}, {".", "..", "[\""}, false, false},
      {{}, {}, false, false},
  };
  for (const auto& one : cases) {
    const IgnoreRule rule{{}, {}, {}, {}, one.pointers, one.jq, {}};
    EXPECT_EQ(covers(rule, "/spec/syncPolicy/automated"), one.automated);
    EXPECT_EQ(covers(rule, "/spec/syncPolicy/automated/enabled"), one.enabled);
  }
}

TEST(ArgocdOwner, ApplicationSet) {
  std::string body = R"({"metadata": {"name": "shops", "namespace": "argocd"}, "spec": {
    "template": {"spec": {"syncPolicy": {"automated": {}}}}, "strategy": {"type": "RollingSync"},
    "syncPolicy": {"applicationsSync": "create-update"},
    "ignoreApplicationDifferences": [{"name": "cart", "jsonPointers": ["/spec/syncPolicy"]}]}})";
  const HttpServer server([&](const HttpRequest&) { return HttpReply{200, body}; });
  Client client = client_of(server);
  Application app;
  app.name = "catalog";
  app.owners = {"Node `x`", "ApplicationSet `shops`"};
  EXPECT_EQ(owning_set(app), "shops");
  auto set = get_application_set(client, "shops", "argocd");
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(server.log(), "GET /api/v1/applicationsets/shops?appsetNamespace=argocd\n");
  EXPECT_TRUE(set->template_automated && set->rolling_sync);
  EXPECT_FALSE(leaves_alone(*set, app, "/spec/syncPolicy/automated"));
  app.name = "cart";
  EXPECT_TRUE(leaves_alone(*set, app, "/spec/syncPolicy/automated"));
  app.name = "catalog";
  set->applications_sync = "create-only";
  EXPECT_TRUE(leaves_alone(*set, app, "/spec/syncPolicy/automated"));
  body = "{}";
  EXPECT_FALSE(get_application_set(client, "shops", ""));
  EXPECT_FALSE(owning_set(Application{}));
}

TEST(ArgocdOwner, TrackingIds) {
  Application app;
  app.name = "catalog";
  app.name_space = "argocd";
  struct {
    const char *id, *name, *name_space;
  } const cases[] = {
      {"root:argoproj.io/Application:argocd/catalog", "root", ""},
      {"apps_root:argoproj.io/Application:argocd/catalog", "root", "apps"},
      {"root:argoproj.io/Application:argocd/cart", nullptr, nullptr},
      {"root:argoproj.io/Application:other/catalog", nullptr, nullptr},
      {"root:apps/Deployment:argocd/catalog", nullptr, nullptr},
      {":argoproj.io/Application:argocd/catalog", nullptr, nullptr},
      {"root", nullptr, nullptr},
      {"", nullptr, nullptr},
  };
  for (const auto& one : cases) {
    const auto name = tracked_by(one.id, app);
    ASSERT_EQ(name.has_value(), one.name != nullptr) << one.id;
    if (!name) continue;
    EXPECT_EQ(name->name, one.name);
    EXPECT_EQ(name->name_space, one.name_space);
  }
}

// An application of the name, tracked by `parent`.
std::string tracked(const std::string& name, const std::string& parent,
                    const std::string& more = "") {
  return R"({"metadata": {"name": ")" + name +
         R"(", "namespace": "argocd", "annotations": {"argocd.argoproj.io/tracking-id": ")" +
         (parent.empty() ? "" : parent + ":argoproj.io/Application:argocd/" + name) +
         R"("}, "labels": {"app.kubernetes.io/instance": "web"}}, "spec": {"project": "shop")" +
         more + "}}";
}

TEST(ArgocdOwner, ParentsUpwards) {
  std::map<std::string, std::string> apps = {
      {"root",
       tracked(
           "root", "top",
           R"(, "syncPolicy": {"automated": {"selfHeal": true}, "syncOptions": ["RespectIgnoreDifferences=true"]},
         "ignoreDifferences": [{"group": "argoproj.io", "kind": "Application", "jsonPointers": ["/spec/syncPolicy"]}])")},
      {"top", tracked("top", "")}};
  const HttpServer server([&](const HttpRequest& request) {
    const std::string name = request.path.substr(request.path.rfind('/') + 1);
    if (name == "managed-resources")
      return HttpReply{200, R"({"items": [{"kind": "Application", "name": "catalog",
        "targetState": "{\"apiVersion\": \"argoproj.io/v1alpha1\", \"kind\": \"Application\", \"metadata\": {\"name\": \"catalog\"}, \"spec\": {}}"}]})"};
    const auto app = apps.find(name);
    return app == apps.end() ? HttpReply{403, R"({"message": "permission denied"})"}
                             : HttpReply{200, app->second};
  });
  Client client = client_of(server);
  std::string why;
  const Application child = *read_application(tracked("catalog", "root"), why);
  const ServerVersion v3 = read_server_version("v3.1.0"), v2 = read_server_version("v2.14.0");
  const Result<ServerSettings> settings;
  auto parents = find_parents(client, child, v3, settings);
  ASSERT_EQ(parents.chain.size(), 2U);
  EXPECT_TRUE(parents.doubts.empty());
  EXPECT_EQ(parents.chain[0].app.name, "root");
  EXPECT_EQ(parents.chain[1].app.name, "top");
  EXPECT_TRUE(parents.chain[0].respects);
  EXPECT_TRUE(ignores(parents.chain[0], child, "/spec/syncPolicy/automated"));
  EXPECT_FALSE(ignores(parents.chain[1], child, "/spec/syncPolicy/automated"));
  EXPECT_NE(parents.wanted.find("Application"), std::string::npos);

  apps["top"] = tracked("top", "catalog");  // a circle
  EXPECT_EQ(find_parents(client, child, v3, settings).chain.size(), 2U);
  apps["top"] = tracked("top", "a");
  apps["a"] = tracked("a", "b");
  apps["b"] = tracked("b", "");
  parents = find_parents(client, child, v3, settings);
  EXPECT_EQ(parents.chain.size(), 3U);
  EXPECT_EQ(parents.doubts.size(), 1U);
  apps.erase("root");
  parents = find_parents(client, child, v3, settings);
  EXPECT_TRUE(parents.chain.empty());
  ASSERT_EQ(parents.doubts.size(), 1U);
  EXPECT_NE(parents.doubts[0].find("tracked by application `root`, which cannot be read"),
            std::string::npos);

  // Labels count where labels track, and only when that application lists this one.
  const Application labelled = *read_application(tracked("catalog", ""), why);
  apps["web"] = tracked("web", "");
  EXPECT_TRUE(find_parents(client, labelled, v2, settings).chain.empty());
  apps["web"].pop_back();
  apps["web"] +=
      R"(, "status": {"resources": [{"group": "argoproj.io", "kind": "Application", "name": "catalog"}]}})";
  EXPECT_EQ(find_parents(client, labelled, v2, settings).chain.size(), 1U);
  EXPECT_TRUE(find_parents(client, labelled, v3, settings).chain.empty());
}

}  // namespace
}  // namespace backout::argocd
