// Names of commits, merge bases, and what a shallow clone can and cannot tell.
#include <gtest/gtest.h>

#include "git/revision.h"
#include "git/tree.h"
#include "repo.h"

namespace backout::git {
namespace {

using test::Repo;
using test::variables;

Repository opened(const std::string& path, const test::Environment& environment = {}) {
  auto repository = open(path, variables(environment));
  if (!repository) {
    ADD_FAILURE() << repository.error().message;
    std::abort();
  }
  return std::move(*repository);
}

struct Message {
  ErrorKind kind;
  std::string text;
};

Message error_of(const Repository& repository, const std::string& revision) {
  auto commit = resolve(repository, revision);
  if (!commit) return {commit.error().kind, commit.error().message};
  ADD_FAILURE() << revision << " resolves";
  return {};
}

bool contains(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

TEST(GitRevision, Names) {
  Repo repo;
  std::string first = repo.commit_file("a", "1");
  std::string second = repo.commit_file("a", "2");
  repo.git({"tag", "-a", "-m", "x", "annotated", first});
  repo.git({"tag", "-a", "-m", "x", "twice", "annotated"});
  repo.git({"tag", "light", first});
  repo.git({"branch", "release/1.0", first});
  Repository repository = opened(repo.path());
  for (const auto& [revision, id] :
       std::vector<std::pair<std::string, std::string>>{{"HEAD", second},
                                                        {"main", second},
                                                        {"@", second},
                                                        {"HEAD~1", first},
                                                        {"HEAD^", first},
                                                        {"annotated", first},
                                                        {"twice", first},
                                                        {"light", first},
                                                        {"refs/tags/light", first},
                                                        {"release/1.0", first},
                                                        {first, first},
                                                        {first.substr(0, 12), first}}) {
    auto commit = resolve(repository, revision);
    ASSERT_TRUE(commit) << commit.error().message;
    EXPECT_EQ(hex(commit->id), id) << revision;
  }
  EXPECT_EQ(resolve(repository, "HEAD")->parents.size(), 1U);
}

TEST(GitRevision, UnknownNamesAreUsageErrorsWithARemedy) {
  Repo repo;
  repo.commit_file("a", "1");
  repo.git({"branch", "release/2.0"});
  repo.git({"tag", "v1.5.0"});
  repo.git({"remote", "add", "origin", "file:///nowhere"});
  repo.git({"update-ref", "refs/remotes/origin/develop", "HEAD"});
  Repository repository = opened(repo.path());
  for (const auto& [revision, words] : std::vector<std::pair<std::string, std::string>>{
           {"mian", "did you mean `main`?"},
           {"develop", "did you mean `origin/develop`?"},
           {"release/2.1", "did you mean `release/2.0`?"},
           {"v1.5", "did you mean `v1.5.0`?"},
           {"nothing-like-it", "names no commit here"},
           {"HEAD~7", "history does not reach that far"},
           {"HEAD:a", "names a blob, not a commit"},
           {"origin/main", "run `git fetch origin +refs/heads/main:refs/remotes/origin/main`"},
           {"refs/remotes/origin/main", "`origin/main` is not in this clone"},
           {"", "empty"},
           {"-rf", "names no commit here"},
           {"a..b", "names no commit here"},
           {"HEAD^{/x", "HEAD^{/x"},
           {std::string(100'000, 'x'), "names no commit here"}}) {
    Message error = error_of(repository, revision);
    EXPECT_EQ(error.kind, ErrorKind::usage) << error.text;
    EXPECT_TRUE(contains(error.text, words)) << error.text;
  }
  Message missing = error_of(repository, std::string(40, 'a'));
  EXPECT_EQ(missing.kind, ErrorKind::undecided);
  EXPECT_TRUE(contains(missing.text, "git fetch origin aaaa")) << missing.text;
}

TEST(GitRevision, UnbornHead) {
  Repo repo;
  Repository repository = opened(repo.path());
  auto none = head(repository);
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_FALSE(*none);
  EXPECT_EQ(error_of(repository, "HEAD").kind, ErrorKind::usage);
  std::string id = repo.commit_file("a", "1");
  auto some = head(repository);
  ASSERT_TRUE(some && *some);
  EXPECT_EQ(hex((*some)->id), id);
}

TEST(GitRevision, ReplaceRefsAreIgnored) {
  Repo repo;
  std::string first = repo.commit_file("a", "1");
  std::string second = repo.commit_file("a", "2");
  repo.git({"replace", second, first});
  Repository repository = opened(repo.path());
  auto commit = resolve(repository, "HEAD");
  ASSERT_TRUE(commit);
  EXPECT_EQ(commit->parents.size(), 1U);
}

// main: root - a - b;  side: a - c - d, then main merged into side: m
struct History {
  Repo repo;
  std::string a, b, d, m;

  History() {
    repo.commit_file("f", "root");
    a = repo.commit_file("f", "a");
    repo.git({"checkout", "-q", "-b", "side"});
    repo.commit_file("g", "c");
    d = repo.commit_file("g", "d");
    repo.git({"checkout", "-q", "main"});
    b = repo.commit_file("f", "b");
    repo.git({"checkout", "-q", "-b", "merged", "side"});
    repo.git({"merge", "-q", "--no-edit", "main"});
    m = repo.git({"rev-parse", "HEAD"});
    repo.git({"checkout", "-q", "side"});
  }
};

std::string merge_base_of(const Repository& repository, const std::string& one,
                          const std::string& two) {
  auto base = resolve(repository, one);
  auto head = resolve(repository, two);
  if (!base || !head) return "unresolved";
  auto found = merge_base(repository, *base, *head);
  return found ? hex(found->id) : found.error().message;
}

TEST(GitRevision, MergeBase) {
  History history;
  history.repo.git({"checkout", "-q", "--orphan", "other"});
  history.repo.commit("unrelated");
  Repository repository = opened(history.repo.path());
  EXPECT_EQ(merge_base_of(repository, "main", "side"), history.a);
  EXPECT_EQ(merge_base_of(repository, "side", "main"), history.a);
  EXPECT_EQ(merge_base_of(repository, "main", "merged"), history.b);
  EXPECT_EQ(merge_base_of(repository, "main~2", "side"),
            merge_base_of(repository, "main~2", "main~2"));
  EXPECT_EQ(merge_base_of(repository, "side", "side"), history.d);
  EXPECT_TRUE(contains(merge_base_of(repository, "main", "other"), "no commit in common"));
}

// A clone as CI makes it: `git init`, then a fetch of some references with a depth.
std::string ci_clone(const Repo& repo, const std::string& depth,
                     const std::vector<std::string>& references) {
  std::string path = repo.root() + "/ci";
  repo.git_at(repo.root(), {"init", "-q", path});
  repo.git_at(path, {"remote", "add", "origin", "file://" + repo.path()});
  std::vector<std::string> words = {"fetch", "-q", "--depth=" + depth, "origin"};
  for (const std::string& name : references)
    words.push_back("+refs/heads/" + name + ":refs/remotes/origin/" + name);
  repo.git_at(path, words);
  repo.git_at(path, {"checkout", "-q", "--detach", "origin/" + references[0]});
  return path;
}

const test::Environment github = {{"GITHUB_ACTIONS", "true"}};

TEST(GitRevision, ShallowDepthOneKnowsNoParent) {
  History history;
  Repository repository = opened(ci_clone(history.repo, "1", {"merged"}), github);
  EXPECT_TRUE(repository.shallow);
  Message error = error_of(repository, "HEAD^1");
  EXPECT_EQ(error.kind, ErrorKind::undecided);
  EXPECT_TRUE(contains(error.text, "`fetch-depth: 0`")) << error.text;
}

TEST(GitRevision, ShallowDepthTwoComparesAMergeWithItsParent) {
  History history;
  Repository repository = opened(ci_clone(history.repo, "2", {"merged"}), github);
  EXPECT_EQ(merge_base_of(repository, "HEAD^2", "HEAD"), history.b);
  EXPECT_EQ(merge_base_of(repository, "HEAD^1", "HEAD"), history.d);
  auto changes =
      diff(repository, resolve(repository, "HEAD^2")->tree, resolve(repository, "HEAD")->tree);
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 1U);
  EXPECT_EQ((*changes)[0].path, "g");
}

TEST(GitRevision, ShallowMergeBase) {
  History history;
  {
    Repository repository = opened(ci_clone(history.repo, "1", {"side", "main"}), github);
    auto found =
        merge_base(repository, *resolve(repository, "origin/main"), *resolve(repository, "HEAD"));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::undecided);
    EXPECT_TRUE(contains(found.error().message, "`fetch-depth: 0`")) << found.error().message;
  }
  // Deep enough: the common commit is itself the edge.
  history.repo.git_at(history.repo.root() + "/ci",
                      {"fetch", "-q", "--depth=3", "origin", "side", "main"});
  Repository repository = opened(history.repo.root() + "/ci");
  EXPECT_TRUE(repository.shallow);
  EXPECT_EQ(merge_base_of(repository, "origin/main", "HEAD"), history.a);
  history.repo.git_at(history.repo.root() + "/ci",
                      {"fetch", "-q", "--unshallow"});  // the remedy works
  Repository whole = opened(history.repo.root() + "/ci");
  EXPECT_FALSE(whole.shallow);
  EXPECT_EQ(merge_base_of(whole, "origin/main", "HEAD"), history.a);
}

TEST(GitRevision, ShallowEdgeMayHideALaterMergeBase) {
  // The side branch started at `old`, later merged `late` of main. Cut just below that merge's
  // second parent's child, only `old` is visible as common: an answer, but not the right one.
  Repo repo;
  std::string old = repo.commit_file("f", "old");
  repo.git({"checkout", "-q", "-b", "side"});
  repo.commit_file("g", "1");
  repo.git({"checkout", "-q", "main"});
  std::string late = repo.commit_file("f", "late");
  for (int i = 0; i < 4; ++i) repo.commit_file("f", "main " + std::to_string(i));
  std::string tip = repo.git({"rev-parse", "HEAD"});
  repo.git({"checkout", "-q", "side"});
  repo.git({"merge", "-q", "--no-edit", late});
  std::string path = repo.root() + "/ci";
  repo.git_at(repo.root(), {"clone", "-q", "file://" + repo.path(), path});
  std::string cut = repo.git({"rev-parse", "main~2"});
  test::write_file(path + "/.git/shallow", cut + "\n");
  Repository repository = opened(path);
  auto found =
      merge_base(repository, *resolve(repository, "origin/main"), *resolve(repository, "HEAD"));
  ASSERT_FALSE(found) << hex(found->id) << " old " << old << " late " << late;
  EXPECT_EQ(found.error().kind, ErrorKind::undecided);
}

}  // namespace
}  // namespace backout::git
