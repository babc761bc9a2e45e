// Which repositories open, from where, and what is said of those that do not.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "git/blob.h"
#include "git/repository.h"
#include "git/revision.h"
#include "git/tree.h"
#include "repo.h"

namespace backout::git {
namespace {

namespace fs = std::filesystem;
using test::Repo;
using test::variables;

// "path path …" of HEAD, or the error.
std::string files_of_head(const Result<Repository>& repository) {
  if (!repository) return repository.error().message;
  auto commit = resolve(*repository, "HEAD");
  if (!commit) return commit.error().message;
  auto tree = list(*repository, commit->tree);
  if (!tree) return tree.error().message;
  std::string text;
  for (const Entry& entry : tree->entries) text += (text.empty() ? "" : " ") + entry.path;
  return text;
}

std::string opened(const std::string& directory, const test::Environment& environment = {}) {
  return files_of_head(open(directory, variables(environment)));
}

testing::AssertionResult mentions(const std::string& text, const std::string& words) {
  if (text.find(words) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no \"" << words << "\" in \"" << text << "\"";
}

TEST(GitOpen, FromTheTopBelowAndByVariable) {
  Repo repo;
  repo.commit_file("db/migrations/1.sql", "one");
  auto below = open(repo.path() + "/db/migrations", variables({}));
  ASSERT_TRUE(below) << below.error().message;
  EXPECT_EQ(below->prefix, "db/migrations/");
  EXPECT_EQ(below->work_dir, repo.path() + "/");
  auto top = open(repo.path(), variables({}));
  ASSERT_TRUE(top);
  EXPECT_EQ(top->prefix, "");
  EXPECT_FALSE(top->shallow);
  EXPECT_FALSE(top->partial);
  auto elsewhere =
      open(repo.root(), variables({{"GIT_DIR", "repo/.git"}, {"GIT_WORK_TREE", "repo"}}));
  EXPECT_EQ(files_of_head(elsewhere), "db/migrations/1.sql");
  EXPECT_EQ(elsewhere->work_dir, repo.path() + "/");
}

TEST(GitOpen, BareAndLinkedWorktreeAndAlternates) {
  Repo repo;
  repo.commit_file("a.sql", "one");
  repo.git_at(repo.root(), {"clone", "-q", "--bare", "repo", "bare.git"});
  EXPECT_EQ(opened(repo.root() + "/bare.git"), "a.sql");
  repo.git({"worktree", "add", "-q", "-b", "side", repo.root() + "/linked"});
  auto linked = open(repo.root() + "/linked", variables({}));
  EXPECT_EQ(files_of_head(linked), "a.sql");
  EXPECT_EQ(linked->work_dir, repo.root() + "/linked/");
  EXPECT_EQ(linked->common_dir, repo.path() + "/.git/");
  repo.git_at(repo.root(), {"clone", "-q", "-s", "repo", "shared"});
  EXPECT_EQ(opened(repo.root() + "/shared"), "a.sql");
}

TEST(GitOpen, NoRepository) {
  test::TemporaryDirectory directory;
  auto repository = open(directory.path(), variables({}));
  ASSERT_FALSE(repository);
  EXPECT_EQ(repository.error().kind, ErrorKind::usage);
  EXPECT_TRUE(mentions(repository.error().message, "not inside a git repository"));
  EXPECT_FALSE(open(directory.path() + "/absent", variables({})));
  Repo repo;
  EXPECT_FALSE(open(repo.path(), variables({{"GIT_DIR", "/nowhere"}})));
  fs::create_directories(repo.path() + "/below");
  EXPECT_FALSE(open(repo.path() + "/below", variables({{"GIT_CEILING_DIRECTORIES", repo.path()}})));
}

TEST(GitOpen, Sha256SaysWhatToDo) {
  Repo repo({"--object-format=sha256"});
  auto repository = open(repo.path(), variables({}));
  ASSERT_FALSE(repository);
  EXPECT_EQ(repository.error().kind, ErrorKind::undecided);
  EXPECT_TRUE(mentions(repository.error().message, "SHA-256"));
  EXPECT_TRUE(mentions(repository.error().message, "backout lint"));
}

TEST(GitOpen, Extensions) {
  struct Case {
    const char* name;
    const char* value;
    const char* expected;
  };
  for (const Case& c :
       {Case{"worktreeConfig", "true", "a.sql"}, Case{"partialClone", "origin", "a.sql"},
        Case{"preciousObjects", "true", "a.sql"}, Case{"relativeWorktrees", "true", "a.sql"},
        Case{"refStorage", "reftable", "--ref-format=files"},
        Case{"fromTheFuture", "true", "fromthefuture"}}) {
    Repo repo;
    repo.commit_file("a.sql", "one");
    repo.git({"config", "core.repositoryFormatVersion", "1"});
    repo.git({"config", std::string("extensions.") + c.name, c.value});
    auto repository = open(repo.path(), variables({}));
    EXPECT_TRUE(mentions(files_of_head(repository), c.expected)) << c.name;
    if (!repository) {
      EXPECT_EQ(repository.error().kind, ErrorKind::undecided) << c.name;
    }
  }
}

TEST(GitOpen, PartialAndSparseClone) {
  Repo repo;
  repo.commit_file("db/1.sql", "one");
  repo.commit_file("db/1.sql", "two");
  repo.git({"config", "uploadpack.allowFilter", "true"});
  std::string clone = repo.root() + "/partial";
  repo.git_at(repo.root(),
              {"clone", "-q", "--filter=blob:none", "--sparse", "file://" + repo.path(), clone});
  auto repository = open(clone, variables({}));
  ASSERT_EQ(files_of_head(repository), "db/1.sql");
  EXPECT_TRUE(repository->partial);
  auto before = resolve(*repository, "HEAD~1");
  ASSERT_TRUE(before);
  auto tree = list(*repository, before->tree);
  ASSERT_TRUE(tree);
  auto blob = read_blob(*repository, tree->entries[0].blob, 100, "db/1.sql");
  ASSERT_FALSE(blob);
  EXPECT_EQ(blob.error().kind, ErrorKind::undecided);
  EXPECT_TRUE(mentions(blob.error().message, "git fetch --refetch --no-filter"));

  // The remedy we name works.
  repo.git_at(clone, {"fetch", "-q", "--refetch", "--no-filter"});
  auto again = open(clone, variables({}));
  ASSERT_TRUE(again);
  blob = read_blob(*again, tree->entries[0].blob, 100, "db/1.sql");
  ASSERT_TRUE(blob) << blob.error().message;
  EXPECT_EQ(blob->bytes, "one");
}

TEST(GitOpen, MissingTreesAreUndecided) {
  Repo repo;
  repo.commit_file("db/1.sql", "one");
  repo.git({"config", "uploadpack.allowFilter", "true"});
  std::string clone = repo.root() + "/treeless";
  repo.git_at(repo.root(),
              {"clone", "-q", "--no-checkout", "--filter=tree:0", "file://" + repo.path(), clone});
  auto repository = open(clone, variables({}));
  ASSERT_TRUE(repository) << repository.error().message;
  auto commit = resolve(*repository, "HEAD");
  ASSERT_TRUE(commit) << commit.error().message;
  auto tree = list(*repository, commit->tree);
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().kind, ErrorKind::undecided);
  EXPECT_TRUE(mentions(tree.error().message, "the clone is partial"));
}

TEST(GitOpen, ObjectsInAnotherDirectory) {
  // What a server's pre-receive hook sees: the pushed objects lie in quarantine.
  Repo repo;
  repo.commit_file("a.sql", "one");
  std::string quarantine = repo.root() + "/quarantine";
  fs::create_directories(quarantine);
  repo.write("b.sql", "two");
  test::Environment environment = {
      {"GIT_OBJECT_DIRECTORY", quarantine},
      {"GIT_ALTERNATE_OBJECT_DIRECTORIES", repo.path() + "/.git/objects"}};
  repo.git({"add", "b.sql"}, environment);
  std::string tree_id = repo.git({"write-tree"}, environment);
  std::string id = repo.git({"commit-tree", "-m", "pushed", tree_id}, environment);
  auto without = open(repo.path(), variables({}));
  ASSERT_TRUE(without);
  EXPECT_FALSE(resolve(*without, id));
  auto with = open(repo.path(), variables(environment));
  ASSERT_TRUE(with);
  auto commit = resolve(*with, id);
  ASSERT_TRUE(commit) << commit.error().message;
  EXPECT_EQ(list(*with, commit->tree)->entries.size(), 2U);
}

// Changes one variable of this process: the child that is asked about `safe.directory` inherits
// them.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* old = ::getenv(name)) old_ = old;
    ::setenv(name, value, 1);
  }
  ~ScopedVariable() { old_.empty() ? ::unsetenv(name_) : ::setenv(name_, old_.c_str(), 1); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
  std::string old_;
};

TEST(GitOpen, RepositoryOfAnotherUserFollowsSafeDirectory) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  Repo repo;
  repo.commit_file("a.sql", "one");
  ASSERT_EQ(::lchown(repo.path().c_str(), 12345, 12345), 0);
  ScopedVariable no_system("GIT_CONFIG_NOSYSTEM", "1");
  std::string configuration = repo.root() + "/gitconfig";
  ScopedVariable global("GIT_CONFIG_GLOBAL", configuration.c_str());

  test::write_file(configuration, "");
  auto refused = open(repo.path(), variables({}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::undecided);
  EXPECT_TRUE(mentions(refused.error().message, "safe.directory " + repo.path() + "`"));
  for (const char* allowed : {"*", repo.path().c_str()}) {
    test::write_file(configuration, std::string("[safe]\n\tdirectory = ") + allowed + "\n");
    EXPECT_EQ(opened(repo.path()), "a.sql") << allowed;
  }
  test::write_file(configuration, "");
  EXPECT_EQ(opened(repo.path(), {{"GIT_DIR", ".git"}}),
            "a.sql");  // named, not found: git trusts it too
}

}  // namespace
}  // namespace backout::git
