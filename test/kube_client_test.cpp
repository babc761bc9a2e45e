// Requests to the Kubernetes API: what is sent, as whom, how often, and what is said when the
// answer is no, or none.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "kube/client.h"
#include "kube_server.h"
#include "repo.h"

namespace backout::kube {
namespace {

using test::HttpReply;
using test::HttpRequest;
using test::HttpServer;
using Kind = Outcome::Kind;

const Resource catalog{"argoproj.io", "v1alpha1", "rollouts", "shop", "catalog"};

Client client_of(const std::string& server) {
  Client out{Settings{}};
  out.settings.server = server;
  out.settings.origin = "context `test` of KUBECONFIG";
  out.settings.name_space = "shop";
  out.settings.user.name = "ana";
  out.settings.user.token = "s3cr3t-token";
  out.patience.first_pause = std::chrono::milliseconds(1);
  return out;
}

std::string sent(const HttpServer& server, const std::string& header, std::size_t at = 0) {
  const auto requests = server.requests();
  if (at >= requests.size()) return "(no request)";
  const auto found = requests[at].headers.find(header);
  return found == requests[at].headers.end() ? "(none)" : found->second;
}

TEST(KubeClient, PathsOfResources) {
  EXPECT_EQ(path_of(catalog), "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/catalog");
  EXPECT_EQ(path_of({"", "v1", "podtemplates", "a b", "../x", "status"}),
            "/api/v1/namespaces/a%20b/podtemplates/..%2Fx/status");
  EXPECT_EQ(path_of({"apps", "v1", "replicasets", "shop"}),
            "/apis/apps/v1/namespaces/shop/replicasets");
}

TEST(KubeClient, SendsWhoWeAreAndWhoWeActAs) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{200, "{}"}; });
  Client client = client_of(server.url());
  client.settings.user.as = "bo";
  client.settings.user.as_uid = "7";
  client.settings.user.as_groups = {"ops"};
  client.settings.user.as_extra = {{"acme.com/team", "x"}};
  EXPECT_EQ(get(client, catalog, {{"labelSelector", "a=b"}, {"x", ""}}).kind, Kind::done);
  EXPECT_EQ(server.log(), "GET " + path_of(catalog) + "?labelSelector=a%3Db\n");
  EXPECT_EQ(sent(server, "authorization"), "Bearer s3cr3t-token");
  EXPECT_EQ(sent(server, "impersonate-user"), "bo");
  EXPECT_EQ(sent(server, "impersonate-uid"), "7");
  EXPECT_EQ(sent(server, "impersonate-group"), "ops");
  EXPECT_EQ(sent(server, "impersonate-extra-acme.com%2fteam"), "x");

  Client basic = client_of(server.url());
  basic.settings.user = {};
  basic.settings.user.user_name = "ana";
  basic.settings.user.password = "pw";
  EXPECT_EQ(get(basic, catalog).kind, Kind::done);
  EXPECT_EQ(sent(server, "authorization", 1), "Basic YW5hOnB3");
}

TEST(KubeClient, PatchesHaveTheirTypes) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{200, "{}"}; });
  Client client = client_of(server.url());
  EXPECT_EQ(patch(client, catalog, PatchType::merge, "{}").kind, Kind::done);
  EXPECT_EQ(patch(client, catalog, PatchType::json, "[]").kind, Kind::done);
  EXPECT_EQ(sent(server, "content-type"), "application/merge-patch+json");
  EXPECT_EQ(sent(server, "content-type", 1), "application/json-patch+json");
  EXPECT_EQ(server.requests()[1].method + server.requests()[1].body, "PATCH[]");
}

TEST(KubeClient, WhatAnswersMean) {
  struct {
    int status;
    const char *type, *body;
    Kind kind;
    ErrorKind error;
    const char* expected;
  } const cases[] = {
      {401, "application/json", R"({"kind":"Status","message":"Unauthorized","code":401})",
       Kind::refused, ErrorKind::usage, "log in again"},
      {403, "application/json",
       R"({"kind":"Status","message":"rollouts.argoproj.io \"catalog\" is forbidden: User \"ana\" cannot patch","reason":"Forbidden"})",
       Kind::refused, ErrorKind::usage,
       "cannot patch): the right is: verb `patch`, resource `rollouts`, API group `argoproj.io`"},
      {404, "application/json",
       R"({"kind":"Status","message":"rollouts.argoproj.io \"catalog\" not found","reason":"NotFound"})",
       Kind::not_found, ErrorKind::usage, "check the name, the namespace"},
      {404, "text/plain", "404 page not found\n", Kind::not_found, ErrorKind::usage,
       "does not know rollouts.argoproj.io"},
      {409, "application/json", R"({"kind":"Status","message":"Operation cannot be fulfilled"})",
       Kind::conflict, ErrorKind::usage, "somebody else has changed it"},
      {415, "text/plain", "x", Kind::refused, ErrorKind::undecided, "kind of patch"},
      {422, "application/json",
       R"({"kind":"Status","message":"Rollout \"catalog\" is invalid: spec.template: Required"})",
       Kind::refused, ErrorKind::usage, "spec.template: Required"},
      {500, "text/plain", "boom", Kind::unknown, ErrorKind::undecided, "is in trouble"},
      {502, "text/html", "<html>s3cr3t-token</html>", Kind::unknown, ErrorKind::undecided, "502"},
      {403, "text/html", "<html>log in</html>", Kind::refused, ErrorKind::usage,
       "it is a web page"},
      {200, "text/html", "<html>welcome</html>", Kind::unknown, ErrorKind::undecided,
       "is this a Kubernetes API server?"},
      {400, "application/json", R"({"kind":"Status","message":"s3cr3t-token is odd"})",
       Kind::refused, ErrorKind::usage, "(*** is odd)"},
      {418, "text/plain", "\x1b[31m", Kind::refused, ErrorKind::undecided, "not expected"},
  };
  for (const auto& one : cases) {
    const HttpServer server([&](const HttpRequest&) {
      return HttpReply{one.status, one.body, one.type};
    });
    Client client = client_of(server.url());
    const Outcome outcome = patch(client, catalog, PatchType::merge, "{}");
    EXPECT_EQ(outcome.kind, one.kind) << outcome.error.message;
    EXPECT_EQ(outcome.error.kind, one.error) << outcome.error.message;
    EXPECT_NE(outcome.error.message.find(one.expected), std::string::npos) << outcome.error.message;
    EXPECT_EQ(outcome.error.message.find("s3cr3t"), std::string::npos) << outcome.error.message;
    EXPECT_EQ(server.requests().size(), 1U) << one.status;
  }
}

TEST(KubeClient, ReadsAreRepeatedAndChangesOnlyWhenNobodySawThem) {
  const auto answers = [](int first) {
    auto count = std::make_shared<std::atomic<int>>(0);
    return [first, count](const HttpRequest&) {
      return ++*count <= 2 ? HttpReply{first, "x", "text/plain"} : HttpReply{200, "{}"};
    };
  };
  for (const int status : {429, 503}) {
    const HttpServer server(answers(status));
    Client client = client_of(server.url());
    EXPECT_EQ(get(client, catalog).kind, Kind::done);
    EXPECT_EQ(server.requests().size(), 3U);
  }
  const HttpServer busy(answers(429));
  Client client = client_of(busy.url());
  EXPECT_EQ(patch(client, catalog, PatchType::merge, "{}").kind, Kind::done);
  const HttpServer gone(answers(503));
  client = client_of(gone.url());
  EXPECT_EQ(patch(client, catalog, PatchType::merge, "{}").kind, Kind::unknown);
  EXPECT_EQ(gone.requests().size(), 1U);
  // Half an answer: the change may have been made.
  const HttpServer half([](const HttpRequest&) {
    return HttpReply{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"};
  });
  client = client_of(half.url());
  EXPECT_EQ(patch(client, catalog, PatchType::merge, "{}").kind, Kind::unknown);
  EXPECT_EQ(half.requests().size(), 1U);
  client = client_of("http://127.0.0.1:" + std::to_string(test::unused_port()));
  EXPECT_EQ(patch(client, catalog, PatchType::merge, "{}").kind, Kind::refused);
}

TEST(KubeClient, SlowAndGiantAnswersEnd) {
  const HttpServer slow(
      [](const HttpRequest&) { return HttpReply{.body = "{}", .delay_ms = 5000}; });
  Client client = client_of(slow.url());
  client.timeout = std::chrono::milliseconds(60);
  EXPECT_EQ(get(client, catalog).kind, Kind::unknown);
  const HttpServer giant([](const HttpRequest&) {
    return HttpReply{.body = std::string(1 << 16, ' '), .repeat = 1 << 10};
  });
  client = client_of(giant.url());
  client.most_bytes = 1 << 20;
  EXPECT_NE(get(client, catalog).error.message.find("larger than"), std::string::npos);
}

TEST(KubeClient, GoesThroughTheClustersProxy) {
  const HttpServer proxy([](const HttpRequest&) { return HttpReply{200, "{}"}; });
  Client client = client_of("http://kubernetes.invalid:6443");
  client.settings.proxy = proxy.url();
  EXPECT_EQ(get(client, catalog).kind, Kind::done);
  EXPECT_EQ(proxy.log(), "GET http://kubernetes.invalid:6443" + path_of(catalog) + "\n");
}

// ---- plugins

class KubePlugin : public testing::Test {
 protected:
  // A shell script that counts its runs.
  void install(const std::string& body) {
    test::write_file(program(), "#!/bin/sh\necho x >> \"" + runs_file() + "\"\n" + body);
    ::chmod(program().c_str(), 0755);
  }
  [[nodiscard]] std::string program() const { return directory_.path() + "/login"; }
  [[nodiscard]] std::string runs_file() const { return directory_.path() + "/runs"; }
  [[nodiscard]] std::size_t runs() const { return test::read_file(runs_file()).size() / 2; }

  Client with_plugin(const std::string& server) {
    Client out = client_of(server);
    out.settings.user.token.clear();
    out.settings.user.exec = ExecPlugin{};
    out.settings.user.exec->version = "client.authentication.k8s.io/v1";
    out.settings.user.exec->command = program();
    out.settings.user.exec->interactive_mode = "Never";
    return out;
  }
  static std::string credential(const std::string& status) {
    return R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" +
           status + "}'\n";
  }
  std::string failure(Client client) {
    const Outcome outcome = get(client, catalog);
    EXPECT_NE(outcome.kind, Kind::done);
    EXPECT_EQ(outcome.error.message.find("s3cr3t"), std::string::npos) << outcome.error.message;
    return outcome.error.message;
  }

  test::TemporaryDirectory directory_;
  HttpServer server_{[](const HttpRequest&) { return HttpReply{200, "{}"}; }};
};

TEST_F(KubePlugin, ItsTokenIsSentAndKeptUntilItEnds) {
  install(credential(R"({"token":"t1","expirationTimestamp":"2999-01-01T00:00:00Z"})"));
  Client client = with_plugin(server_.url());
  EXPECT_EQ(get(client, catalog).kind, Kind::done);
  EXPECT_EQ(get(client, catalog).kind, Kind::done);
  EXPECT_EQ(sent(server_, "authorization", 1), "Bearer t1");
  EXPECT_EQ(runs(), 1U);

  install(credential(R"({"token":"t2","expirationTimestamp":"2001-01-01T00:00:00Z"})"));
  Client expired = with_plugin(server_.url());
  EXPECT_EQ(get(expired, catalog).kind, Kind::done);
  EXPECT_EQ(get(expired, catalog).kind, Kind::done);
  EXPECT_EQ(runs(), 3U);
}

TEST_F(KubePlugin, ItKnowsTheClusterAndItsOwnVariables) {
  install(R"(printf '%s|%s|%s' "$KUBERNETES_EXEC_INFO" "$AWS_PROFILE" "$*" > ")" +
          directory_.path() + "/seen\"\n" + credential(R"({"token":"t"})"));
  Client client = with_plugin(server_.url());
  ExecPlugin& plugin = *client.settings.user.exec;
  plugin.arguments = {"--a", "b c"};
  plugin.variables = {{"AWS_PROFILE", "prod"}};
  plugin.wants_cluster = true;
  client.settings.tls.authorities = "PEM";
  client.settings.exec_config = R"({"audience":"x"})";
  EXPECT_EQ(get(client, catalog).kind, Kind::done);
  const std::string seen = test::read_file(directory_.path() + "/seen");
  EXPECT_TRUE(seen.ends_with("|prod|--a b c")) << seen;
  const auto info = nlohmann::json::parse(seen.substr(0, seen.find('|')));
  EXPECT_EQ(info["apiVersion"], "client.authentication.k8s.io/v1");
  EXPECT_EQ(info["spec"]["interactive"], false);
  EXPECT_EQ(info["spec"]["cluster"]["server"], server_.url());
  EXPECT_EQ(info["spec"]["cluster"]["certificate-authority-data"], "UEVN");
  EXPECT_EQ(info["spec"]["cluster"]["config"]["audience"], "x");
  plugin.wants_cluster = false;
  EXPECT_FALSE(nlohmann::json::parse(exec_info(client.settings, true))["spec"].contains("cluster"));
}

TEST_F(KubePlugin, A401CallsItOnceMore) {
  const HttpServer strict([](const HttpRequest& request) {
    const auto given = request.headers.find("authorization");
    return given != request.headers.end() && given->second == "Bearer t2" ? HttpReply{200, "{}"}
                                                                          : HttpReply{401, "{}"};
  });
  install("if [ $(wc -l < \"" + runs_file() + "\") -gt 1 ]; then\n" +
          credential(R"({"token":"t2"})") + "else\n" + credential(R"({"token":"t1"})") + "fi\n");
  Client client = with_plugin(strict.url());
  EXPECT_EQ(patch(client, catalog, PatchType::merge, "{}").kind, Kind::done);
  EXPECT_EQ(runs(), 2U);
  EXPECT_EQ(strict.requests().size(), 2U);

  const HttpServer never([](const HttpRequest&) { return HttpReply{401, "{}"}; });
  Client lost = with_plugin(never.url());
  EXPECT_EQ(get(lost, catalog).kind, Kind::refused);
  EXPECT_EQ(never.requests().size(), 2U);
}

TEST_F(KubePlugin, TokensGoBeforeIt) {
  install("exit 1\n");
  Client client = with_plugin(server_.url());
  client.settings.user.token = "mine";
  EXPECT_EQ(get(client, catalog).kind, Kind::done);
  EXPECT_EQ(sent(server_, "authorization"), "Bearer mine");
}

TEST_F(KubePlugin, WhatGoesWrongIsSaidWithoutSecrets) {
  struct {
    std::string script;
    const char* expected;
  } const cases[] = {
      {"echo s3cr3t-on-stderr >/dev/null; exit 3\n", "ended with status 3"},
      {"echo s3cr3t\n", "it is no JSON"},
      {"echo '{\"kind\":\"Pod\"}'\n", "it is no ExecCredential"},
      {credential("{}"), "neither a token nor a client certificate"},
      {credential(R"({"token":"s3cr3t","clientKeyData":"s3cr3t"})"), "belong together"},
      {credential(R"({"token":"s3cr3t","expirationTimestamp":"soon"})"), "is no time"},
      {R"(echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"s3cr3t"}}')",
       "it is of version `v1beta1`"},
      {"head -c 3000000 /dev/zero 2>/dev/null\n", "prints more than"},
  };
  for (const auto& one : cases) {
    install(one.script);
    const std::string message = failure(with_plugin(server_.url()));
    EXPECT_NE(message.find(one.expected), std::string::npos) << message;
  }
  Client client = with_plugin(server_.url());
  client.settings.user.exec->command = "no-such-program-anywhere";
  client.settings.user.exec->install_hint = "get it from acme.example";
  const std::string missing = failure(std::move(client));
  EXPECT_NE(missing.find("cannot run `no-such-program-anywhere`"), std::string::npos) << missing;
  EXPECT_NE(missing.find("get it from acme.example"), std::string::npos) << missing;

  Client old = with_plugin(server_.url());
  old.settings.user.exec->version = "client.authentication.k8s.io/v1alpha1";
  EXPECT_NE(failure(std::move(old)).find("v1alpha1 is gone"), std::string::npos);
  Client odd = with_plugin(server_.url());
  odd.settings.user.exec->interactive_mode = "Sometimes";
  EXPECT_NE(failure(std::move(odd)).find("`Sometimes`"), std::string::npos);
}

TEST_F(KubePlugin, ATokenFileIsReadAgainWhenItIsNoLongerTaken) {
  const std::string file = directory_.path() + "/token";
  test::write_file(file, "old\n");
  const HttpServer strict([&](const HttpRequest& request) {
    const bool fresh = request.headers.find("authorization")->second == "Bearer new";
    test::write_file(file, "new\n");
    return fresh ? HttpReply{200, "{}"} : HttpReply{401, "{}"};
  });
  Client client = client_of(strict.url());
  client.settings.user.token.clear();
  client.settings.user.token_file = file;
  EXPECT_EQ(get(client, catalog).kind, Kind::done);
  EXPECT_EQ(strict.requests().size(), 2U);
}

}  // namespace
}  // namespace backout::kube
