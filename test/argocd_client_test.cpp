// Reading from Argo CD: what is asked, what is made of the answer, and what is said when there is
// none. The server is ours and answers as the real one does.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "argocd/client.h"
#include "http_server.h"

namespace backout::argocd {
namespace {

using test::HttpReply;
using test::HttpRequest;
using test::HttpServer;

constexpr const char* catalog = R"({
  "metadata": {"name": "catalog", "namespace": "argocd", "resourceVersion": "812",
               "ownerReferences": [{"kind": "ApplicationSet", "name": "shops"}]},
  "spec": {"project": "shop", "revisionHistoryLimit": 5,
           "source": {"repoURL": "https://git.example.com/gitops.git", "path": "apps/catalog", "targetRevision": "main"},
           "syncPolicy": {"automated": {"prune": true, "selfHeal": true}}},
  "operation": {"sync": {}},
  "status": {
    "history": [
      {"id": 0, "revision": "1111111111111111111111111111111111111111", "deployedAt": "2026-11-19T10:00:00Z",
       "source": {"repoURL": "https://git.example.com/gitops.git", "path": "apps/catalog"}, "initiatedBy": {"automated": true}},
      {"id": 1, "revision": "2222222222222222222222222222222222222222", "deployedAt": "2026-11-20T10:00:00Z",
       "source": {"repoURL": "https://git.example.com/gitops.git", "path": "apps/catalog"}, "initiatedBy": {"username": "ana"}}],
    "sync": {"status": "OutOfSync", "revision": "3333333333333333333333333333333333333333"},
    "health": {"status": "Degraded", "message": "pods crash"},
    "operationState": {"phase": "Failed", "message": "one or more objects failed to apply", "startedAt": "2026-11-21T10:00:00Z",
      "finishedAt": "2026-11-21T10:00:09Z", "retryCount": 2,
      "operation": {"initiatedBy": {"username": "bo"}, "sync": {"revision": "x", "resources": [{"kind": "Service"}]}},
      "syncResult": {"revision": "3333333333333333333333333333333333333333", "resources": [{"kind": "Service"}, {"kind": "Job"}]}},
    "conditions": [{"type": "SyncError", "message": "Failed last sync attempt"}],
    "summary": {"images": ["ghcr.io/acme/catalog:v2"]}}})";

Client client_of(const std::string& url) {
  Client out{Settings{}};
  out.settings.url = url;
  out.settings.token = "s3cr3t-token";
  out.settings.token_origin = "ARGOCD_AUTH_TOKEN";
  out.settings.headers = {{"Cf-Access", "proxy-pass"}};
  out.first_pause = std::chrono::milliseconds(1);
  return out;
}
Client client_of(const HttpServer& server) { return client_of(server.url()); }

// The message when the application `catalog` is asked for; never with a secret in it.
std::string failure(Client& client, ErrorKind kind, const std::string& project = {}) {
  const auto app = get_application(client, {"catalog", "", project});
  if (app) return "no error";
  EXPECT_EQ(app.error().kind, kind) << app.error().message;
  EXPECT_EQ(app.error().message.find("s3cr3t"), std::string::npos) << app.error().message;
  EXPECT_EQ(app.error().message.find("proxy-pass"), std::string::npos) << app.error().message;
  return app.error().message;
}

TEST(ArgocdClient, ReadsAnApplication) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{200, catalog}; });
  Client client = client_of(server.url() + "/argo");
  const auto app = get_application(client, {"catalog", "", ""});
  ASSERT_TRUE(app) << app.error().message;
  EXPECT_EQ(full_name(*app), "argocd/catalog");
  EXPECT_EQ(app->project, "shop");
  EXPECT_EQ(app->history_limit, 5);
  ASSERT_EQ(app->history.size(), 2U);
  EXPECT_EQ(app->history[0].id, 0);
  EXPECT_TRUE(app->history[0].automated);
  EXPECT_EQ(app->history[1].by, "ana");
  EXPECT_EQ(app->history[1].revisions[0].substr(0, 3), "222");
  EXPECT_EQ(app->history[1].sources[0].path, "apps/catalog");
  EXPECT_EQ(app->targets[0].substr(0, 3), "333");
  EXPECT_TRUE(app->auto_sync.on && app->auto_sync.prune && app->auto_sync.self_heal);
  EXPECT_FALSE(app->auto_sync.allow_empty);
  EXPECT_TRUE(app->operation_requested);
  ASSERT_TRUE(app->operation);
  EXPECT_EQ(app->operation->phase, "Failed");
  EXPECT_TRUE(app->operation->selective);
  EXPECT_EQ(app->operation->applied.size(), 2U);
  EXPECT_EQ(app->operation->by, "bo");
  EXPECT_EQ(app->owners, std::vector<std::string>{"ApplicationSet `shops`"});
  EXPECT_EQ(app->images, std::vector<std::string>{"ghcr.io/acme/catalog:v2"});
  EXPECT_EQ(app->json, catalog);

  ASSERT_EQ(server.requests().size(), 1U);
  const HttpRequest request = server.requests()[0];
  EXPECT_EQ(request.method + request.path + request.query, "GET/argo/api/v1/applications/catalog");
  EXPECT_EQ(request.headers.find("authorization")->second, "Bearer s3cr3t-token");
  EXPECT_EQ(request.headers.find("cf-access")->second, "proxy-pass");
  // `argocd-client/…` would be held against a lowest version.
  EXPECT_TRUE(request.headers.find("user-agent")->second.starts_with("backout/"));
}

TEST(ArgocdClient, AutoSyncIsOnUnlessItSaysOtherwise) {
  struct {
    const char* policy;
    bool written, on;
  } const cases[] = {
      {"{}", false, false},
      {R"({"automated": null})", false, false},
      {R"({"automated": {}})", true, true},
      {R"({"automated": {"enabled": true}})", true, true},
      {R"({"automated": {"enabled": false, "prune": true}})", true, false},
  };
  for (const auto& one : cases) {
    std::string why;
    const auto app = read_application(
        R"({"metadata": {"name": "a"}, "spec": {"syncPolicy": )" + std::string(one.policy) + "}}",
        why);
    ASSERT_TRUE(app) << why;
    EXPECT_EQ(app->auto_sync.written, one.written) << one.policy;
    EXPECT_EQ(app->auto_sync.on, one.on) << one.policy;
  }
}

TEST(ArgocdClient, SeveralSourcesKeepTheirPlaces) {
  std::string why;
  const auto app = read_application(
      R"({"metadata": {"name": "a"}, "spec": {"source": {"repoURL": "ignored"},
          "sources": [{"repoURL": "charts", "chart": "c"}, {"repoURL": "git", "ref": "values"}]},
          "status": {"history": [{"id": 4, "revisions": ["1.2.3", "abc"], "sources": [{"repoURL": "charts"}, {"repoURL": "git"}]}]}})",
      why);
  ASSERT_TRUE(app) << why;
  EXPECT_TRUE(app->several_sources);
  ASSERT_EQ(app->sources.size(), 2U);
  EXPECT_EQ(app->sources[0].chart, "c");
  EXPECT_EQ(app->history[0].revisions, (std::vector<std::string>{"1.2.3", "abc"}));
}

TEST(ArgocdClient, OddShapesAreNoApplicationOrEmptyFields) {
  for (const char* text : {"", "[]", "null", "{}", "{", "\"x\"", R"({"metadata": {"name": 1}})",
                           R"({"metadata": {"name": "a"}, "spec": []})", "\xff"}) {
    std::string why;
    EXPECT_FALSE(read_application(text, why)) << text;
    EXPECT_FALSE(why.empty());
  }
  std::string why;
  EXPECT_FALSE(read_application(std::string(100'000, '['), why));
  const auto app = read_application(
      R"({"metadata": {"name": "a"}, "spec": {}, "status": {"history": [1, {"id": "x", "revisions": 3}], "sync": []}})",
      why);
  ASSERT_TRUE(app) << why;
  EXPECT_EQ(app->history.size(), 2U);
}

TEST(ArgocdClient, NamespaceAndProjectGoAlong) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{200, catalog}; });
  Client client = client_of(server);
  const auto name = read_app_name("shop/catalog", "", "a b&c");
  ASSERT_TRUE(name);
  ASSERT_TRUE(get_application(client, *name));
  EXPECT_EQ(server.log(), "GET /api/v1/applications/catalog?appNamespace=shop&project=a%20b%26c\n");

  EXPECT_FALSE(read_app_name("", "", ""));
  EXPECT_FALSE(read_app_name("/a", "", ""));
  EXPECT_FALSE(read_app_name("a/", "", ""));
  EXPECT_FALSE(read_app_name("a/b/c", "", ""));
  EXPECT_FALSE(read_app_name("a/b", "c", ""));
  EXPECT_EQ(read_app_name("b", "c", "")->name_space, "c");
  EXPECT_EQ(url_of(client.settings, "/api/v1/applications/" + http::encode("../x?y")),
            server.url() + "/api/v1/applications/..%2Fx%3Fy");
}

TEST(ArgocdClient, RefusalsSayWhatToDo) {
  struct {
    int status;
    const char *type, *body, *expected;
    ErrorKind kind = ErrorKind::usage;
  } const cases[] = {
      {401, "application/json",
       R"({"error":"no session information","code":16,"message":"no session information"})",
       "answered 401 (no session information): the token is from ARGOCD_AUTH_TOKEN"},
      {401, "application/json", R"({"message":"invalid session: s3cr3t-token is revoked"})",
       "(invalid session: *** is revoked)"},
      {403, "application/json", R"({"code":7,"message":"permission denied"})",
       "both when the right is missing and when there is no such application"},
      {403, "application/json",
       R"({"message":"permission denied: applications, get, shop/catalog, sub: ci, iat: x"})",
       "applications, get, shop/catalog, sub: ci, iat: x): the token lacks this right"},
      {404, "application/json", R"({"message":"applications.argoproj.io \"catalog\" not found"})",
       "not there, or not in this project"},
      {404, "text/plain", "Not Found\n", "(Not Found): there is nothing at this address"},
      {404, "text/html", "<html><title>nginx</title>", "a web page and not Argo CD's API"},
      {200, "text/html", "\n <!doctype html><title>Log in</title>",
       "answered 200: it is a web page"},
      {200, "application/json", "hello", "it is no JSON", ErrorKind::undecided},
      {200, "application/json", "{}", "no Application", ErrorKind::undecided},
      {200, "application/json", R"({"metadata": {"name": "cart"}, "spec": {}})",
       "answered with application `cart`", ErrorKind::undecided},
      {400, "application/json", R"({"message":"bad"})", "does not accept the request"},
      {418, "text/plain", "", "answered 418: this answer is not expected", ErrorKind::undecided},
      {500, "text/html", "<html>", "is in trouble", ErrorKind::undecided},
  };
  for (const auto& one : cases) {
    const HttpServer server([&](const HttpRequest&) {
      return HttpReply{one.status, one.body, one.type};
    });
    Client client = client_of(server);
    const std::string message = failure(client, one.kind);
    EXPECT_NE(message.find(one.expected), std::string::npos) << message;
    EXPECT_TRUE(message.starts_with("application `catalog`: ")) << message;
    EXPECT_EQ(server.requests().size(), 1U) << message;  // none of these passes by waiting
  }
}

TEST(ArgocdClient, ATokenThatEndedIsNamed) {
  const HttpServer server([](const HttpRequest&) {
    return HttpReply{401, R"({"message":"invalid session: token is expired"})"};
  });
  Client client = client_of(server);
  client.settings.token = "x.eyJleHAiOjE3MDAwMDAwMDB9.y";
  client.settings.can_log_in_again = true;
  const std::string message = failure(client, ErrorKind::usage);
  EXPECT_NE(message.find("and ended at 2023-11-14T22:13:20Z; `argocd relogin` renews it"),
            std::string::npos)
      << message;
  client.settings.token.clear();
  EXPECT_NE(failure(client, ErrorKind::usage).find("no token was sent"), std::string::npos);
}

TEST(ArgocdClient, ReadsAreRepeatedWhenNobodyAnswered) {
  for (const int status : {429, 502, 503, 504}) {
    std::atomic<int> count{0};
    const HttpServer server([&](const HttpRequest&) {
      return ++count < 3 ? HttpReply{status, "busy", "text/plain"} : HttpReply{200, catalog};
    });
    Client client = client_of(server);
    EXPECT_TRUE(get_application(client, {"catalog", "", ""})) << status;
    EXPECT_EQ(count, 3) << status;
  }
  const HttpServer server([](const HttpRequest&) { return HttpReply{503, "", "text/plain"}; });
  Client client = client_of(server);
  EXPECT_NE(failure(client, ErrorKind::undecided).find("(4 attempts)"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 4U);
  client.settings.retries = 0;
  EXPECT_EQ(failure(client, ErrorKind::undecided).find("attempts"), std::string::npos);
}

TEST(ArgocdClient, BrokenConnections) {
  struct {
    HttpReply reply;
    const char* expected;
    std::size_t attempts;
  } const cases[] = {
      {{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"metadata\""}, "try again", 2},
      {{.raw = "SSH-2.0-OpenSSH_9.2\r\n"}, "leave out `--plaintext` if", 2},
      {{.raw = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"},
       "leave out `--plaintext` if",
       2},
      {{.delay_ms = 5000}, "no complete answer within 0.2 s", 1},
      {{.body = std::string(1 << 16, 'x'), .repeat = 64}, "larger than 1048576 bytes", 1},
      {{.raw = "HTTP/1.1 200 OK\r\nX: " + std::string(400 << 10, 'x') + "\r\n\r\n"},
       "127.0.0.1",
       1},
  };
  for (const auto& one : cases) {
    const HttpServer server([&](const HttpRequest&) { return one.reply; });
    Client client = client_of(server);
    client.settings.retries = 1;
    client.timeout = std::chrono::milliseconds(one.reply.delay_ms > 0 ? 200 : 20'000);
    client.most_bytes = 1 << 20;
    const std::string message = failure(client, ErrorKind::undecided);
    EXPECT_NE(message.find(one.expected), std::string::npos) << message;
    EXPECT_GE(server.requests().size(), one.attempts) << message;
  }
}

TEST(ArgocdClient, NobodyThere) {
  Client client = client_of("http://127.0.0.1:" + std::to_string(test::unused_port()));
  std::string message = failure(client, ErrorKind::undecided);
  EXPECT_NE(message.find("no connection"), std::string::npos) << message;
  EXPECT_NE(message.find("check host and port of `--server`"), std::string::npos) << message;
  EXPECT_NE(message.find("(4 attempts)"), std::string::npos) << message;

  client = client_of("https://nowhere.invalid");
  message = failure(client, ErrorKind::undecided);
  EXPECT_NE(message.find("https://nowhere.invalid: the host's name is not known to DNS"),
            std::string::npos)
      << message;
}

TEST(ArgocdClient, TlsToAServerWithoutIt) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{200, catalog}; });
  Client client = client_of("https://" + server.host());
  const std::string message = failure(client, ErrorKind::undecided);
  EXPECT_NE(message.find("no TLS connection"), std::string::npos) << message;
  EXPECT_NE(message.find("`--plaintext` is for a server without TLS"), std::string::npos);
}

TEST(ArgocdClient, RedirectsStayAtHome) {
  const HttpServer elsewhere([](const HttpRequest&) { return HttpReply{200, catalog}; });
  std::string to = elsewhere.url() + "/login?state=s3cr3t-token";
  const HttpServer server([&](const HttpRequest& request) {
    if (request.path == "/new") return HttpReply{200, catalog};
    return HttpReply{307, "", "text/plain", {"Location: " + to}};
  });
  Client client = client_of(server);
  std::string message = failure(client, ErrorKind::usage);
  EXPECT_NE(message.find("redirects to " + elsewhere.url() + ", which is not followed"),
            std::string::npos)
      << message;
  EXPECT_TRUE(elsewhere.requests().empty());  // no token went there

  to = "https://" + server.host() + "/new";  // the same host, but another scheme
  message = failure(client, ErrorKind::usage);
  EXPECT_NE(message.find("it wants TLS"), std::string::npos) << message;

  to = "/new";
  EXPECT_TRUE(get_application(client, {"catalog", "", ""}));
  to = "/again";
  EXPECT_NE(failure(client, ErrorKind::usage).find("in a circle"), std::string::npos);
}

TEST(ArgocdClient, HeadersCannotBeSmuggled) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{200, catalog}; });
  Client client = client_of(server);
  client.settings.token = "s3cr3t\r\nX-Admin: yes";
  EXPECT_NE(failure(client, ErrorKind::usage).find("the header `Authorization` has a line end"),
            std::string::npos);
  EXPECT_TRUE(server.requests().empty());
}

TEST(ArgocdClient, Version) {
  std::string body = R"({"Version": "v3.1.2+abc"})";
  const HttpServer server([&](const HttpRequest&) { return HttpReply{200, body}; });
  Client client = client_of(server);
  EXPECT_EQ(*get_version(client), "v3.1.2+abc");
  EXPECT_EQ(server.log(), "GET /api/version\n");
  body = "[]";
  EXPECT_FALSE(get_version(client));
}

// What we send exists in Argo CD's own description of its API.
TEST(ArgocdClient, RequestsAreThoseOfTheApi) {
  const char* const given = std::getenv("BACKOUT_SHARED_DATA");
  std::ifstream file(std::string(given ? given : BACKOUT_SOURCE_DIR "/../shared/data") +
                     "/argocd-swagger.json");
  if (!file) GTEST_SKIP() << "no description of Argo CD's API";
  const auto api = nlohmann::json::parse(file);
  const HttpServer server([](const HttpRequest& request) {
    return HttpReply{200, request.path == "/api/version" ? R"({"Version":"v3.1.0"})" : catalog};
  });
  Client client = client_of(server);
  ASSERT_TRUE(get_application(client, {"catalog", "shop", "shop"}));
  ASSERT_TRUE(get_version(client));
  for (const HttpRequest& request : server.requests()) {
    std::string path = request.path;
    if (const std::size_t at = path.find("/catalog"); at != std::string::npos)
      path.replace(at, 8, "/{name}");
    ASSERT_TRUE(api["paths"].contains(path)) << path;
    ASSERT_TRUE(api["paths"][path].contains("get"));
    const auto parameters = api["paths"][path]["get"].value("parameters", nlohmann::json::array());
    std::string_view query = request.query;
    while (!query.empty()) {
      const std::string_view name = query.substr(0, query.find('='));
      EXPECT_TRUE(std::any_of(parameters.begin(), parameters.end(), [&](const auto& one) {
        return one["in"] == "query" && one["name"] == std::string(name);
      })) << name;
      const std::size_t end = query.find('&');
      query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    }
  }
}

}  // namespace
}  // namespace backout::argocd
