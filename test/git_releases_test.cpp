// Which tags are the releases of the window, and what is said when that cannot be told.
#include <gtest/gtest.h>

#include "git/releases.h"
#include "repo.h"

namespace backout::git {
namespace {

using test::Repo;
using Words = std::vector<std::string>;

Repository opened(const std::string& path) {
  auto repository = open(path, test::variables({}));
  if (!repository) {
    ADD_FAILURE() << repository.error().message;
    std::abort();
  }
  return std::move(*repository);
}

// "v1.10 v1.9", or what went wrong.
std::string newest(const std::string& path, const Window& window,
                   const std::string& base = "main") {
  const Repository repository = opened(path);
  const auto commit = resolve(repository, base);
  if (!commit) return commit.error().message;
  const auto found = releases(repository, *commit, window);
  if (!found) {
    EXPECT_EQ(found.error().kind, ErrorKind::undecided);
    return found.error().message;
  }
  std::string out;
  for (const Release& release : *found) out += (out.empty() ? "" : " ") + release.name;
  return out;
}

std::string at_day(int day) {
  return "2026-03-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + "T12:00:00Z";
}

class Releases : public testing::Test {
 protected:
  // Each tag on a commit of its own, one a day.
  void tag(const Words& names) {
    for (const std::string& name : names) {
      ++day;
      const test::Environment dates{{"GIT_AUTHOR_DATE", at_day(day)},
                                    {"GIT_COMMITTER_DATE", at_day(day)}};
      repo.git({"commit", "-q", "--allow-empty", "-m", name}, dates);
      if (day % 2)
        repo.git({"tag", name});
      else
        repo.git({"tag", "-a", "-m", name, name}, dates);
    }
  }
  Repo repo;
  int day = 0;
};

TEST_F(Releases, VersionsAreCompared) {
  tag({"v1.9.0", "v1.10.0-rc.2", "v1.10.0-rc.10", "v1.10.0", "v1.8.7", "docs", "nightly/v9"});
  EXPECT_EQ(newest(repo.path(), {{"v*"}, 3, {}}), "v1.10.0 v1.10.0-rc.10 v1.10.0-rc.2");
  EXPECT_EQ(newest(repo.path(), {{"v*"}, 99, {}}),
            "v1.10.0 v1.10.0-rc.10 v1.10.0-rc.2 v1.9.0 v1.8.7");
  EXPECT_EQ(newest(repo.path(), {{"nightly/*"}, 3, {}}), "nightly/v9");
  // Names without a version: by date.
  EXPECT_EQ(newest(repo.path(), {{"v1.8*", "docs"}, 3, {}}), "docs v1.8.7");
}

TEST_F(Releases, OnlyThoseBehindTheBase) {
  tag({"v1.0.0", "v1.1.0"});
  repo.git({"checkout", "-q", "-b", "hotfix", "v1.0.0"});
  tag({"v1.0.1"});
  EXPECT_EQ(newest(repo.path(), {{"v*"}, 3, {}}), "v1.1.0 v1.0.0");
  EXPECT_EQ(newest(repo.path(), {{"v*"}, 3, {}}, "hotfix"), "v1.0.1 v1.0.0");
  EXPECT_EQ(newest(repo.path(), {{"v*"}, 3, {}}, "v1.0.0"), "v1.0.0");
}

// What ran within the days: also the release that was older when they began.
TEST_F(Releases, ByDays) {
  tag({"v1", "v2", "v3", "v4", "v5"});
  EXPECT_EQ(newest(repo.path(), {{"v*"}, 3, 0}), "v5 v4");
  EXPECT_EQ(newest(repo.path(), {{"v*"}, 3, 2}), "v5 v4 v3 v2");
  EXPECT_EQ(newest(repo.path(), {{"v*"}, 3, 99}), "v5 v4 v3 v2 v1");
}

TEST_F(Releases, WithoutTagsNothingIsKnown) {
  tag({"docs"});
  const std::string said = newest(repo.path(), {{"v*", "release-*"}, 3, {}});
  EXPECT_NE(said.find("no tag that `releases.tags` names (v*, release-*)"), std::string::npos)
      << said;
  EXPECT_NE(said.find("git fetch --tags"), std::string::npos) << said;
}

TEST_F(Releases, AShallowCloneHidesTags) {
  tag({"v1", "v2", "v3", "v4"});
  const std::string clone = repo.root() + "/clone";
  repo.git_at(repo.root(),
              {"clone", "-q", "--depth=2", "--branch=main", "file://" + repo.path(), clone});
  EXPECT_EQ(newest(clone, {{"v*"}, 2, {}}, "HEAD"), "v4 v3");
  const std::string said = newest(clone, {{"v*"}, 3, {}}, "HEAD");
  EXPECT_NE(said.find("this shallow clone holds 2 of the releases"), std::string::npos) << said;
  EXPECT_NE(said.find("git fetch --unshallow"), std::string::npos) << said;
  const std::string none = repo.root() + "/none";
  repo.git_at(repo.root(), {"clone", "-q", "--depth=2", "--no-tags", "--branch=main",
                            "file://" + repo.path(), none});
  EXPECT_NE(newest(none, {{"v*"}, 3, {}}, "HEAD").find("this clone is shallow"), std::string::npos);
}

TEST_F(Releases, ATagOnAMissingCommit) {
  tag({"v1", "v2"});
  test::write_file(repo.path() + "/.git/refs/tags/v3", std::string(40, 'a') + "\n");
  const std::string said = newest(repo.path(), {{"v*"}, 3, {}});
  EXPECT_NE(said.find("the commit of the tag `v3` is not in this clone"), std::string::npos)
      << said;
}

TEST(CompareVersions, AsPeopleDo) {
  const struct {
    const char *a, *b;
    std::optional<int> expected;
  } cases[] = {{"v1.2", "v1.10", -1},
               {"v1.2.0", "v1.2", 0},
               {"v2", "v10", -1},
               {"v1.0-rc1", "v1.0", -1},
               {"1.0-rc2", "1.0-rc10", -1},
               {"catalog/v2", "catalog/v1", 1},
               {"docs", "v1", std::nullopt},
               {"v99999999999999999999999", "v1", std::nullopt}};
  for (const auto& [a, b, expected] : cases) EXPECT_EQ(compare_versions(a, b), expected) << a << b;
}

}  // namespace
}  // namespace backout::git
