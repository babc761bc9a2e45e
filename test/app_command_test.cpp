// `backout app` and `backout preflight --app` as people run them, against a server of our own.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "http_server.h"
#include "program.h"

namespace backout::test {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

json entry(int id, const std::string& revision, const std::string& by = "ana") {
  return {{"id", id},
          {"revision", revision},
          {"deployedAt", fmt::format("2026-11-{:02}T10:00:00Z", id + 1)},
          {"source", {{"repoURL", "https://git.example.com/gitops.git"}, {"path", "apps/catalog"}}},
          {"initiatedBy", {{"username", by}}}};
}

json application(json history) {
  return {
      {"metadata", {{"name", "catalog"}, {"namespace", "shop"}}},
      {"spec",
       {{"project", "shop"},
        {"source",
         {{"repoURL", "https://git.example.com/gitops.git"},
          {"path", "apps/catalog"},
          {"targetRevision", "main"}}},
        {"syncPolicy", {{"automated", {{"prune", true}}}}}}},
      {"status",
       {{"history", std::move(history)},
        {"sync", {{"status", "Synced"}, {"revision", std::string(40, 'c')}}},
        {"health", {{"status", "Healthy"}}},
        {"operationState", {{"phase", "Succeeded"}, {"message", "successfully synced \x1b[2J"}}},
        {"summary", {{"images", {"ghcr.io/acme/catalog:v1.1.0"}}}}}}};
}

class AppCommand : public testing::Test {
 protected:
  Ended run(Words words) {
    Setting setting;
    setting.environment = {{"ARGOCD_SERVER", server.host()},
                           {"ARGOCD_AUTH_TOKEN", "s3cr3t-token"},
                           {"ARGOCD_OPTS", "--plaintext"},
                           {"NO_PROXY", "*"}};
    Ended ended = backout(directory.path(), words, setting);
    EXPECT_EQ((ended.out + ended.err).find("s3cr3t"), std::string::npos) << ended.out << ended.err;
    return ended;
  }
  TemporaryDirectory directory;
  json app =
      application(json::array({entry(3, std::string(40, 'a')), entry(4, std::string(40, 'b'))}));
  HttpServer server{[this](const HttpRequest& request) {
    if (request.path == "/api/version") return HttpReply{200, R"({"Version":"v3.1.2"})"};
    if (request.path == "/api/v1/applications/catalog") return HttpReply{200, app.dump()};
    return HttpReply{403, R"({"message":"permission denied"})"};
  }};
};

TEST_F(AppCommand, HistoryHasTheNewestFirst) {
  const Ended text = run({"app", "history", "shop/catalog"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_EQ(text.out,
            "shop/catalog, project shop, at http://" + server.host() +
                "\n"
                "ID  DEPLOYED              BY   REVISION      SOURCE\n"
                "4   2026-11-05T10:00:00Z  ana  bbbbbbbbbbbb  https://git.example.com/gitops.git "
                "apps/catalog\n"
                "3   2026-11-04T10:00:00Z  ana  aaaaaaaaaaaa  https://git.example.com/gitops.git "
                "apps/catalog\n");
  EXPECT_EQ(server.log(), "GET /api/v1/applications/catalog?appNamespace=shop\n");
  const Ended ended = run({"app", "history", "shop/catalog", "--format", "json"});
  const json seen = json::parse(ended.out);
  EXPECT_EQ(seen["history"][0]["id"], 4);
  EXPECT_EQ(seen["history"][1]["revisions"][0], std::string(40, 'a'));

  app["status"]["history"] = json::array();
  EXPECT_NE(run({"app", "history", "catalog"}).out.find("no complete sync has succeeded yet"),
            std::string::npos);
}

TEST_F(AppCommand, Status) {
  const Ended text = run({"app", "status", "catalog", "--project", "shop"});
  EXPECT_EQ(text.code, 0) << text.err;
  for (const char* part :
       {"Argo CD v3.1.2\n", "health     Healthy\n", "sync       Synced, compared with main = cccc",
        "deployed   bbbbbbbbbbbb (id 4), 2026-11-05T10:00:00Z by ana\n", "auto-sync  on (prune)\n",
        "images     ghcr.io/acme/catalog:v1.1.0\n", "successfully synced \\x1b[2J"})
    EXPECT_NE(text.out.find(part), std::string::npos) << part << "\n" << text.out;
  const Ended ended = run({"app", "status", "catalog", "--format", "json"});
  const json seen = json::parse(ended.out);
  EXPECT_EQ(seen["server_version"], "v3.1.2");
  EXPECT_EQ(seen["auto_sync"]["on"], true);
  EXPECT_EQ(seen["deployed_id"], 4);
  EXPECT_EQ(seen["operation"]["phase"], "Succeeded");
}

TEST_F(AppCommand, WrongUsageAndRefusals) {
  struct {
    Words words;
    const char* expected;
  } const cases[] = {
      {{"app"}, "a command is missing behind `backout app`"},
      {{"app", "histroy", "catalog"}, "unknown command `histroy`; did you mean `history`?"},
      {{"app", "history"}, "an application is missing"},
      {{"app", "history", "a/b", "-N", "c"}, "`--app-namespace` says `c`"},
      {{"app", "history", "cart"}, "application `cart`: http://127.0.0.1"},
      {{"app", "history", "cart", "--auth-token", "s3cr3t"}, "ARGOCD_AUTH_TOKEN"},
      {{"app", "history", "cart", "--format", "xml"}, "known are text and json"},
      {{"app", "history", "cart", "--server-crt", "none.pem"}, "`none.pem`, the file of"},
  };
  for (const auto& one : cases) {
    const Ended ended = run(one.words);
    EXPECT_EQ(ended.code, 2) << one.expected;
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find(one.expected), std::string::npos) << ended.err;
  }
}

TEST_F(AppCommand, AContextIsEnough) {
  const std::string path = directory.path() + "/.config/argocd/config";
  write_file(path,
             fmt::format("current-context: lab\ncontexts: [{{name: lab, server: '{0}', user: u}}]\n"
                         "servers: [{{server: '{0}', plain-text: true}}]\n"
                         "users: [{{name: u, auth-token: from-context}}]\n",
                         server.host()));
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  const Ended ended = backout(directory.path(), {"app", "history", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(server.requests().at(0).headers.at("authorization"), "Bearer from-context");
}

// Certificates, by the TLS server that comes with OpenSSL.
class AppCommandTls : public AppCommand {
 protected:
  void SetUp() override {
    if (test::run(directory.path(), {"openssl", "version"}).status != 0)
      GTEST_SKIP() << "no openssl";
    ASSERT_EQ(test::run(directory.path(),
                        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                         "key.pem", "-out", "cert.pem"})
                  .status,
              0);
    write_file(directory.path() + "/api/v1/applications/catalog", app.dump());
    port_ = unused_port();
  }
  Ended ask(Words more, const Words& server_options = {}) {
    std::string script = fmt::format(
        "openssl s_server -quiet -accept 127.0.0.1:{} -WWW -cert cert.pem -key key.pem", port_);
    for (const std::string& word : server_options) script += " " + word;
    script += " >log 2>&1 & server=$!; for i in $(seq 100); do (: </dev/tcp/127.0.0.1/" +
              std::to_string(port_) +
              ") 2>/dev/null && break; sleep 0.05; done; '" BACKOUT_PROGRAM
              "' app history catalog --server localhost:" +
              std::to_string(port_);
    for (const std::string& word : more) script += " " + word;
    script += "; code=$?; kill $server; exit $code";
    const Ran ran = test::run(directory.path(), {"bash", "-c", script},
                              {{"ARGOCD_AUTH_TOKEN", "s3cr3t-token"}, {"NO_PROXY", "*"}});
    EXPECT_EQ(ran.output.find("s3cr3t"), std::string::npos);
    return {ran.status, ran.output, {}};
  }
  int port_ = 0;
};

TEST_F(AppCommandTls, AnUnknownCertificateIsRefused) {
  const Ended ended = ask({});
  EXPECT_EQ(ended.code, 3) << ended.out;
  EXPECT_NE(ended.out.find("the server's certificate is not trusted (SSL certificate problem: "),
            std::string::npos)
      << ended.out;
  EXPECT_NE(ended.out.find("`--server-crt FILE` trusts a certificate"), std::string::npos);
}

TEST_F(AppCommandTls, AGivenCertificateIsTrustedAndSoIsAnybodyWhenAsked) {
  EXPECT_EQ(ask({"--server-crt", "cert.pem"}).code, 0);
  const Ended ended = ask({"--insecure"});
  EXPECT_EQ(ended.code, 0) << ended.out;
  EXPECT_NE(ended.out.find("bbbbbbbbbbbb"), std::string::npos) << ended.out;
}

TEST_F(AppCommandTls, AClientCertificateIsShown) {
  const Words verify = {"-Verify", "1", "-verify_return_error", "-CAfile", "cert.pem"};
  EXPECT_EQ(ask({"--insecure"}, verify).code, 3);
  const Ended ended =
      ask({"--insecure", "--client-crt", "cert.pem", "--client-crt-key", "key.pem"}, verify);
  EXPECT_EQ(ended.code, 0) << ended.out;
}

// ---- backout preflight --app

// A GitOps repository: v1.0.0, then v1.1.0, then v1.2.0 of an image; and the service's own
// repository with the configuration.
class PreflightApp : public testing::Test {
 protected:
  PreflightApp() {
    for (const char* version : {"v1.0.0", "v1.1.0", "v1.2.0"}) {
      gitops.write(
          "apps/catalog/deploy.yaml",
          fmt::format("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: catalog}}\n"
                      "spec:\n  template:\n    spec:\n      containers:\n"
                      "      - name: app\n        image: ghcr.io/acme/catalog:{}\n",
                      version));
      commits.push_back(gitops.commit(version));
    }
    service.write(".backout.yaml",
                  "services:\n  catalog: {image: ghcr.io/acme/catalog, app: shop/catalog}\n");
    service.write("src/catalog.go", "package main\nconst q = `SELECT isbn FROM books`\n");
    service.write("db/migrations/0001_books.up.sql",
                  "CREATE TABLE books (id bigint PRIMARY KEY, isbn text);\n");
    tag("v1.0.0");
    service.write("db/migrations/0002_price.up.sql",
                  "ALTER TABLE books ADD COLUMN price integer;\n");
    tag("v1.1.0");
    service.write("src/catalog.go", "package main\nconst q = `SELECT price FROM books`\n");
    service.write("db/migrations/0003_isbn.up.sql", "ALTER TABLE books DROP COLUMN isbn;\n");
    tag("v1.2.0");
  }
  void tag(const std::string& name) const {
    service.commit(name);
    service.git({"tag", name});
  }
  Ended run(Words words, const std::string& directory = {}) {
    words.insert(words.begin(), {"preflight", "--app", "shop/catalog"});
    Setting setting;
    setting.environment = {{"ARGOCD_SERVER", server.url()}, {"NO_PROXY", "*"}};
    return backout(directory.empty() ? service.path() : directory, words, setting);
  }
  json answer(Words words, int code) {
    words.insert(words.end(), {"--config-repo", gitops.path(), "--format", "json"});
    const Ended ended = run(std::move(words));
    EXPECT_EQ(ended.code, code) << ended.out << ended.err;
    return ended.out.empty() ? json() : json::parse(ended.out);
  }
  std::string error(Words words, const std::string& directory = {}) {
    const Ended ended = run(std::move(words), directory);
    EXPECT_EQ(ended.code, 2) << ended.out;
    return ended.err;
  }
  Repo gitops, service;
  std::vector<std::string> commits;
  json app;
  HttpServer server{[this](const HttpRequest&) { return HttpReply{200, app.dump()}; }};
};

TEST_F(PreflightApp, GoesFromWhatRunsToTheDeploymentBefore) {
  app = application({entry(0, commits[0]), entry(1, commits[1]), entry(2, commits[2])});
  const json seen = answer({}, 1);  // v1.2.0 dropped a column that v1.1.0 reads
  EXPECT_EQ(seen["gitops"]["from"]["commit"], commits[2]);
  EXPECT_EQ(seen["gitops"]["to"]["commit"], commits[1]);
  EXPECT_EQ(seen["services"][0]["service"], "catalog");
  EXPECT_EQ(seen["services"][0]["from"]["name"], "v1.2.0");
  EXPECT_EQ(seen["services"][0]["breaks"][0]["rule"], "compat/drop-column");
  EXPECT_NE(seen["origin"][0].get<std::string>().find(
                "is deployment 2, 2026-11-03T10:00:00Z by ana of application `shop/catalog` at "
                "http://127.0.0.1"),
            std::string::npos)
      << seen["origin"];
  EXPECT_NE(seen["origin"][1].get<std::string>().find("is deployment 1,"), std::string::npos);
  const Ended text = run({"--config-repo", gitops.path()});
  EXPECT_NE(text.out.find("Which revisions, by Argo CD"), std::string::npos) << text.out;
}

TEST_F(PreflightApp, ItsNameStandsInTheCommandsAlsoWhenNoImageChanged) {
  gitops.write("apps/catalog/policy.yaml",
               "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n");
  commits.push_back(gitops.commit("policy"));
  app = application({entry(0, commits[2]), entry(1, commits[3])});
  const json seen = answer({}, 0);
  EXPECT_NE(seen["steps"].dump().find("backout sync shop/catalog"), std::string::npos)
      << seen["steps"];
}

TEST_F(PreflightApp, AnIdOrARevisionIsChosen) {
  app = application({entry(0, commits[0]), entry(1, commits[1]), entry(2, commits[2])});
  EXPECT_EQ(answer({"--to", "0"}, 1)["gitops"]["to"]["commit"], commits[0]);
  EXPECT_EQ(answer({"--to", commits[1].substr(0, 10)}, 1)["gitops"]["to"]["commit"], commits[1]);
  EXPECT_EQ(answer({"--from", commits[1]}, 0)["gitops"]["to"]["commit"], commits[0]);
  EXPECT_NE(error({"--to", "7", "--config-repo", gitops.path()})
                .find("no deployment 7 in its history; known are `0`, `1` and `2`"),
            std::string::npos);
  EXPECT_NE(error({"--to", "2", "--config-repo", gitops.path()}).find("nothing to roll back"),
            std::string::npos);
}

// By its place alone, the entry before would be the bad release that was just left.
TEST_F(PreflightApp, ARollbackIsNotTakenBack) {
  app = application(
      {entry(0, commits[0]), entry(1, commits[1]), entry(2, commits[2]), entry(3, commits[1])});
  const json seen = answer({}, 0);
  EXPECT_EQ(seen["gitops"]["from"]["commit"], commits[1]);
  EXPECT_EQ(seen["gitops"]["to"]["commit"], commits[0]);
  EXPECT_NE(seen["origin"].dump().find("passed over"), std::string::npos) << seen["origin"];
}

// A sync that failed half-way is in no history: the newest entry is the good one.
TEST_F(PreflightApp, AFailedSyncIsWhatRuns) {
  app = application({entry(0, commits[0]), entry(1, commits[1])});
  app["status"]["operationState"] = {
      {"phase", "Failed"},
      {"finishedAt", "2026-11-21T10:00:00Z"},
      {"syncResult", {{"revision", commits[2]}, {"resources", {{{"kind", "Deployment"}}}}}}};
  const json seen = answer({}, 1);
  EXPECT_EQ(seen["gitops"]["from"]["commit"], commits[2]);
  EXPECT_EQ(seen["gitops"]["to"]["commit"], commits[1]);
  EXPECT_NE(seen["origin"].dump().find("the last sync, Failed"), std::string::npos);
}

TEST_F(PreflightApp, TheSourceFromGitIsFoundAmongSeveral) {
  app = application(json::array());
  for (const int i : {0, 1})
    app["status"]["history"].push_back(
        {{"id", i},
         {"revisions", {"1.4.2", commits[static_cast<std::size_t>(i)]}},
         {"sources",
          {{{"repoURL", "https://charts.example.com"}, {"chart", "shop"}},
           {{"repoURL", "https://git.example.com/gitops.git"}, {"ref", "values"}}}}});
  EXPECT_EQ(answer({}, 0)["gitops"]["from"]["commit"], commits[1]);
}

TEST_F(PreflightApp, WithoutTheRightCloneItSaysWhichIsWanted) {
  app = application({entry(0, commits[0]), entry(1, commits[1])});
  const std::string message = error({});
  EXPECT_NE(message.find("of `https://git.example.com/gitops.git`, which this repository does not "
                         "have; name a clone of it with `--config-repo DIR`"),
            std::string::npos)
      << message;
  EXPECT_NE(error({"--config-repo", service.path()}).find("fetch` gets it"), std::string::npos);
  // Inside the GitOps repository it needs no name; nothing there knows the service.
  const Ended here = run({}, gitops.path());
  EXPECT_EQ(here.code, 3) << here.err;
  EXPECT_NE(here.out.find("no service of the configuration builds it"), std::string::npos);
}

TEST_F(PreflightApp, NothingToGoBackTo) {
  const Words clone = {"--config-repo", gitops.path()};
  app = application(json::array());
  EXPECT_NE(error(clone).find("has no history"), std::string::npos);
  app = application(json::array({entry(1, commits[1])}));
  EXPECT_NE(error(clone).find("no earlier deployment to go back to"), std::string::npos);
  app = application({entry(1, std::string(40, '1')), entry(2, commits[1])});
  EXPECT_NE(error(clone).find("is not in the clone"), std::string::npos);
  app = application({entry(1, "1.2.3"), entry(2, "1.2.4")});
  EXPECT_NE(error(clone).find("is not deployed from git"), std::string::npos);
}

}  // namespace
}  // namespace backout::test
