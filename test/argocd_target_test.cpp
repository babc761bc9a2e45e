// Which deployment a rollback goes back to: by the history alone, and with a clone of the GitOps
// repository, where commits say what lies before what.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "argocd/target.h"
#include "repo.h"

namespace backout::argocd {
namespace {

using nlohmann::json;
using test::Repo;

constexpr const char* gitops = "https://git.example.com/gitops.git";

std::string commit_of(char letter) { return std::string(40, letter); }

json entry(int id, const std::string& revision) {
  return {{"id", id},
          {"revision", revision},
          {"deployedAt", "2026-11-20T10:00:00Z"},
          {"initiatedBy", {{"username", "ana"}}},
          {"source", {{"repoURL", gitops}, {"path", "apps/catalog"}}}};
}

json application(json history) {
  return {
      {"metadata", {{"name", "catalog"}, {"namespace", "argocd"}}},
      {"spec",
       {{"source", {{"repoURL", gitops}, {"path", "apps/catalog"}, {"targetRevision", "main"}}}}},
      {"status", {{"history", std::move(history)}}}};
}

// "abca": revisions of the deployments 10, 11, 12, 13.
json history_of(const std::string& letters) {
  json out = json::array();
  for (std::size_t i = 0; i < letters.size(); ++i)
    out.push_back(entry(static_cast<int>(10 + i), commit_of(letters[i])));
  return out;
}

json operation(const std::string& phase, char letter, std::size_t applied) {
  json resources = json::array();
  for (std::size_t i = 0; i < applied; ++i) resources.push_back({{"kind", "Service"}});
  return {{"phase", phase},
          {"syncResult", {{"revision", commit_of(letter)}, {"resources", resources}}}};
}

Application read(const json& app) {
  std::string why;
  auto out = read_application(app.dump(), why);
  EXPECT_TRUE(out) << why;
  return *out;
}

// "11" or "aaaa…", then the notes; or the message.
std::string chosen(const json& app, const TargetQuestion& question) {
  const auto target = choose_target(read(app), question);
  if (!target) return "no: " + target.error().message;
  std::string out =
      target->deployment ? std::to_string(target->deployment->id) : target->revisions.at(0);
  for (const std::string& note : target->notes) out += "\n" + note;
  return out;
}

TEST(ArgocdTarget, ByTheHistoryAlone) {
  struct {
    const char *history, *to, *expected;
    json operation = nullptr;
  } const cases[] = {
      {"ab", "", "10"},
      {"aab", "", "11"},
      {"abb", "", "10"},  // deployed twice
      {"a", "", "no: application `argocd/catalog` has no earlier deployment"},
      {"aa", "", "no: application `argocd/catalog` has no earlier deployment"},
      {"", "", "no: application `argocd/catalog` has no history"},
      // What runs is what somebody has gone back to.
      {"aba", "", "no: application `argocd/catalog` is already back: deployment 12"},
      {"zaba", "", "and deployment 12 lies between"},
      {"zaba", "", "(`--to 10` is what ran before)"},
      {"abaa", "", "is already back"},
      {"abac", "", "12"},  // and has gone on since
      {"aba", "10", "10\nit has the revision that runs now"},
      {"aba", "11", "11"},
      {"ab", "11", "is what runs now"},
      {"ab", "7",
       "has no deployment 7 in its history; known are `10` and `11`; to a commit that "
       "is no longer there goes `backout sync argocd/catalog --revision COMMIT`"},
      {"ab", "aaaaaaa", "10"},
      {"ab", "cccccccccc", "cccccccccc"},
      {"ab", "v1.2.0", "v1.2.0"},
      // The last sync failed half-way: the newest entry is what ran before.
      {"ab", "", "11\nthe last sync has not succeeded", operation("Failed", 'c', 2)},
      {"ab", "", "is already back", operation("Error", 'a', 2)},
      {"ab", "11", "11\nthe last sync has not succeeded", operation("Failed", 'c', 2)},
      {"ab", "", "failed before it changed anything: deployment 11", operation("Failed", 'c', 0)},
      {"ab", "10", "10", operation("Failed", 'c', 0)},
      {"ab", "", "10", operation("Failed", 'b', 0)},
      {"ab", "", "10", operation("Succeeded", 'b', 3)},
  };
  for (const auto& one : cases) {
    json app = application(history_of(one.history));
    if (!one.operation.is_null()) app["status"]["operationState"] = one.operation;
    const std::string got = chosen(app, {one.to, nullptr, {}, {}});
    const bool whole = std::string(one.expected).size() < 3;
    EXPECT_TRUE(whole ? got == one.expected : got.find(one.expected) != std::string::npos)
        << one.history << " --to " << one.to << "\n  " << got << "\n  " << one.expected;
  }
}

TEST(ArgocdTarget, ASyncOfSomeObjectsIsSaid) {
  json app = application(history_of("ab"));
  app["status"]["operationState"] = operation("Succeeded", 'c', 1);
  app["status"]["operationState"]["operation"]["sync"]["resources"] = {{{"kind", "Service"}}};
  EXPECT_NE(chosen(app, {}).find("10\nthe last sync was of some objects only, to cccccccccccc"),
            std::string::npos);
}

TEST(ArgocdTarget, SeveralSourcesGoBackTogether) {
  json app = application(history_of("ab"));
  for (json& one : app["status"]["history"]) {
    one["revisions"] = {one["revision"], "1.2.3"};
    one.erase("revision");
  }
  const auto target = choose_target(read(app), {});
  ASSERT_TRUE(target);
  EXPECT_EQ(target->revisions, (std::vector<std::string>{commit_of('a'), "1.2.3"}));
  EXPECT_NE(chosen(app, {"v9", nullptr, {}, {}}).find("has 2 sources"), std::string::npos);
}

// A repository of two applications.
class ArgocdTargetClone : public testing::Test {
 protected:
  ArgocdTargetClone() {
    change("apps/catalog/deploy.yaml", "image: 1\n");  // 0
    change("apps/catalog/deploy.yaml", "image: 2\n");  // 1
    change("apps/cart/deploy.yaml", "image: 9\n");     // 2: of another application
    change("base/deploy.yaml", "kind: Deployment\n");  // 3: of nobody, or of both
    opened = git::open(repo.path(), test::variables({}));
    EXPECT_TRUE(opened);
  }
  void change(const std::string& path, const std::string& content) {
    commits.push_back(repo.commit_file(path, content));
  }
  json history(const std::vector<std::size_t>& numbers) const {
    json out = json::array();
    for (std::size_t i = 0; i < numbers.size(); ++i)
      out.push_back(entry(static_cast<int>(10 + i), commits[numbers[i]]));
    return application(out);
  }
  std::string choose(const json& app, const std::string& to = {}) const {
    return chosen(app, {to, &*opened, {}, {}});
  }
  Repo repo;
  std::vector<std::string> commits;
  Result<git::Repository> opened;
};

TEST_F(ArgocdTargetClone, TheNewestThatLiesBefore) {
  EXPECT_EQ(choose(history({0, 1})), "10");
  // A rollback is not taken back, and the next one goes further.
  const std::string further = choose(history({0, 1, 0}));
  EXPECT_NE(further.find("passed over 11 (commit"), std::string::npos) << further;
  const std::string after = choose(history({0, 1, 3, 1}));
  EXPECT_TRUE(after.starts_with("10\npassed over")) << after;
  EXPECT_NE(after.find("is newer, or of another branch"), std::string::npos) << after;
  EXPECT_TRUE(choose(history({0, 1}), commits[0].substr(0, 9)).starts_with("10"));
  EXPECT_EQ(choose(history({1, 2}), commits[0]), commits[0]);
}

TEST_F(ArgocdTargetClone, CommitsOfOthersAreNoWayBack) {
  const std::string over = choose(history({0, 1, 2}));
  EXPECT_TRUE(over.starts_with("10\npassed over")) << over;
  EXPECT_NE(over.find("11 (commit " + commits[1].substr(0, 12) +
                      " differs outside of what the application reads)"),
            std::string::npos)
      << over;
  EXPECT_TRUE(choose(history({1, 2})).starts_with("no: ")) << "nothing else was deployed";

  // Its own paths are told: `base` is one of them.
  json app = history({0, 1, 3});
  EXPECT_TRUE(choose(app).starts_with("10"));
  app["metadata"]["annotations"]["argocd.argoproj.io/manifest-generate-paths"] = ".;/base";
  EXPECT_EQ(choose(app), "11");
  app["metadata"]["annotations"]["argocd.argoproj.io/manifest-generate-paths"] = ".;../../base";
  EXPECT_EQ(choose(app), "11");
  app["metadata"]["annotations"]["argocd.argoproj.io/manifest-generate-paths"] = ".";
  EXPECT_TRUE(choose(app).starts_with("10"));
}

TEST_F(ArgocdTargetClone, WhatPointsOutOfItsFolderMayReadAnything) {
  json app = history({0, 1, 3});
  app["spec"]["source"]["helm"]["valueFiles"] = {"/base/values.yaml"};
  EXPECT_EQ(choose(app), "11");
  app["spec"]["source"]["helm"]["valueFiles"] = {"values.yaml"};
  EXPECT_TRUE(choose(app).starts_with("10"));

  change("apps/catalog/kustomization.yaml", "resources: [../../base]\n");  // 4
  change("apps/cart/deploy.yaml", "image: 10\n");                          // 5
  EXPECT_EQ(choose(history({0, 4, 5})), "11");
}

}  // namespace
}  // namespace backout::argocd
