// A rollback of a configured service: the pre-flight decides first, Prometheus has the last word.
#include <fmt/format.h>

#include <atomic>

#include "drive/journal.h"
#include "drive_fixture.h"
#include "repo.h"

namespace backout::test {
namespace {

constexpr const char* rollout_manifest =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: catalog}}\nspec:\n  template:\n    "
    "spec:\n      containers:\n        - name: catalog\n          image: ghcr.io/acme/catalog:{}\n";

// A service whose v2 drops a column that v1 reads, deployed from a GitOps repository.
class DrivePreflight : public testing::Test {
 protected:
  DrivePreflight() {
    gitops.write("apps/catalog/deploy.yaml", fmt::format(rollout_manifest, "v1"));
    good = gitops.commit("v1");
    gitops.write("apps/catalog/deploy.yaml", fmt::format(rollout_manifest, "v2"));
    bad = gitops.commit("v2");
    gitops.git({"config", "user.name", "Ana"});
    gitops.git({"config", "user.email", "ana@acme.example"});

    write_config("");
    app.write("src/books.py", "SELECT id, subtitle FROM books\n");
    app.write("db/migrations/0001_init.up.sql", "CREATE TABLE books (id bigint, subtitle text);\n");
    app.commit("v1");
    app.git({"tag", "v1"});
  }
  void write_config(const std::string& more) const {
    app.write(".backout.yaml",
              fmt::format("migrations:\n  - path: db/migrations\nservices:\n  catalog:\n    image: "
                          "ghcr.io/acme/catalog\n    tags: '{{version}}'\n    app: catalog\n    "
                          "gitops: {}\n{}",
                          gitops.path(), more));
  }
  void release(const std::string& sql) const {
    app.write("db/migrations/0002_next.up.sql", sql);
    app.write("src/books.py", "SELECT id FROM books\n");
    app.commit("v2");
    app.git({"tag", "v2"});
  }
  Ended run(ArgocdServer& server, Words words, const Environment& more = {}) const {
    words.emplace_back("--yes");
    Setting setting = drive_setting(server, app.root() + "/state");
    for (const auto& [name, value] : more) setting.environment[name] = value;
    return backout(app.path(), words, setting);
  }

  Repo app, gitops;
  std::string good, bad;
};

TEST_F(DrivePreflight, UnsafeIsRefusedUnlessSomebodyTakesItOn) {
  release("ALTER TABLE books DROP COLUMN subtitle;\n");
  ArgocdServer server(sim::shop_world(good, bad));
  Ended ended = run(server, with_quick_times({"rollback", "catalog", "--no-revert"}));
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("unsafe"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("--override REASON"), std::string::npos) << ended.out;
  EXPECT_EQ(server.mutations(), 0);

  ended = run(server, with_quick_times({"rollback", "catalog", "--no-revert", "--override",
                                        "nobody reads subtitles", "--record", "r.md"}));
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{good});
  const std::string record = read_file(app.path() + "/r.md");
  EXPECT_NE(record.find("overridden: nobody reads subtitles"), std::string::npos) << record;
  EXPECT_NE(record.find("## Pre-flight"), std::string::npos) << record;
}

TEST_F(DrivePreflight, SafeGoesOnAndMakesTheRevertInTheServicesClone) {
  release("ALTER TABLE books ADD COLUMN isbn text;\n");
  ArgocdServer server(sim::shop_world(good, bad));
  const Ended ended = run(server, with_quick_times({"rollback", "catalog"}));
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.err.find("safe"), std::string::npos) << ended.err;
  EXPECT_NE(gitops.git({"branch", "--list", "rollback/*"}), "") << ended.err;
}

// What cannot be looked at is undecided: refused, and on call there is a way on.
TEST_F(DrivePreflight, WhatCannotBeReadIsUndecided) {
  release("ALTER TABLE books ADD COLUMN isbn text;\n");
  app.git({"tag", "-d", "v1"});
  const auto expect_undecided = [&](const char* why) {
    ArgocdServer server(sim::shop_world(good, bad));
    Ended ended = run(server, with_quick_times({"rollback", "catalog", "--no-revert"}));
    EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
    EXPECT_NE(ended.out.find("pre-flight: undecided"), std::string::npos) << ended.out << ended.err;
    EXPECT_NE(ended.out.find(why), std::string::npos) << ended.out;
    EXPECT_EQ(server.mutations(), 0);
    ended =
        run(server,
            with_quick_times({"rollback", "catalog", "--no-revert", "--override", "no tags here"}));
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{good});
  };
  expect_undecided("v1");
  write_file(app.path() + "/.git/config", "[core\n");
  expect_undecided(".git");
}

TEST_F(DrivePreflight, PrometheusHasTheLastWord) {
  release("ALTER TABLE books ADD COLUMN isbn text;\n");
  write_config(
      "    recovery:\n      - query: sum(rate(e_total[1m])) / (sum(rate(r_total[1m])) > 0)\n       "
      " "
      "expect: < 0.01\n        for: 1s\n        within: 2s\n");
  app.commit("what proves recovery");
  std::atomic<bool> recovered{false};
  HttpServer prometheus([&](const HttpRequest&) {
    return HttpReply{
        200,
        fmt::format(
            R"({{"status":"success","data":{{"resultType":"vector","result":[{{"metric":{{}},"value":[1700000000,"{}"]}}]}}}})",
            recovered ? "0.001" : "0.5")};
  });
  ArgocdServer server(sim::shop_world(good, bad));
  const Environment where = {{"PROMETHEUS_URL", prometheus.url()}};
  Ended ended = run(server, with_quick_times({"rollback", "catalog", "--no-revert"}), where);
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("not recovered"), std::string::npos) << ended.out;
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{good});
  recovered = true;
  ended = run(server, {"resume", "--record", "r.md"}, where);
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(read_file(app.path() + "/r.md").find("e_total"), std::string::npos);
}

TEST_F(DrivePreflight, AQueryThatProvesNothingIsNotAsked) {
  release("ALTER TABLE books ADD COLUMN isbn text;\n");
  write_config("    recovery:\n      - {query: sum(e_total) or vector(0), expect: < 0.01}\n");
  app.commit("what proves nothing");
  ArgocdServer server(sim::shop_world(good, bad));
  const Ended ended = run(server, {"rollback", "catalog", "--dry-run"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("proves nothing and is not asked"), std::string::npos) << ended.out;
}

// What the verification would refuse at the end is said when the plan is made.
TEST_F(DrivePreflight, AQueryThatWouldBeRefusedIsNotPlanned) {
  release("ALTER TABLE books ADD COLUMN isbn text;\n");
  write_config(
      "    recovery:\n      - {name: dialect, query: rate(e_total) default 0, expect: < 0.01}\n"
      "      - {name: long, query: e_ratio, expect: < 0.01, for: 10m, within: 5m}\n"
      "      - {name: past, query: e_ratio offset 5m, expect: < 0.01}\n");
  app.commit("what is refused");
  ArgocdServer server(sim::shop_world(good, bad));
  const Ended ended = run(server, {"rollback", "catalog", "--dry-run"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("`dialect` is not asked: the query cannot be read"), std::string::npos)
      << ended.out;
  EXPECT_NE(ended.out.find("`long` is not asked: it must hold for 10m"), std::string::npos)
      << ended.out;
  EXPECT_NE(ended.out.find("`past` proves nothing and is not asked"), std::string::npos)
      << ended.out;
  EXPECT_EQ(ended.out.find("has recovered"), std::string::npos) << ended.out;
}

TEST_F(DrivePreflight, ACommentInAQueryEndsWithItsLine) {
  release("ALTER TABLE books ADD COLUMN isbn text;\n");
  write_config(
      "    recovery:\n      - query: |\n          e_ratio  # of all \"pods\"\n          + other "
      "# and more\n        expect: < 0.01\n        for: 1s\n        within: 2s\n");
  app.commit("what proves recovery");
  HttpServer prometheus([&](const HttpRequest&) {
    return HttpReply{
        200,
        R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"0"]}]}})"};
  });
  ArgocdServer server(sim::shop_world(good, bad));
  const Ended ended = run(server, with_quick_times({"rollback", "catalog", "--no-revert"}),
                          {{"PROMETHEUS_URL", prometheus.url()}});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  const auto requests = prometheus.requests();
  ASSERT_FALSE(requests.empty());
  EXPECT_NE(requests[0].body.find("query=e_ratio%20%2B%20other&"), std::string::npos)
      << requests[0].body;
}

}  // namespace
}  // namespace backout::test
