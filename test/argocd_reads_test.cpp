// What is asked of Argo CD about the objects of an application and about what surrounds it, what is
// made of the answers, and how a request that changes something is sent: once.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "argocd/resource.h"
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

}  // namespace
}  // namespace backout::argocd
