// Listing, comparing and reading: odd names and hostile trees as data.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "git/blob.h"
#include "git/revision.h"
#include "git/tree.h"
#include "repo.h"

namespace backout::git {
namespace {

using test::Repo;
using test::variables;

Repository opened(const Repo& repo) {
  auto repository = open(repo.path(), variables({}));
  if (!repository) {
    ADD_FAILURE() << repository.error().message;
    std::abort();
  }
  return std::move(*repository);
}

Tree tree_at(const Repository& repository, const std::string& revision) {
  auto commit = resolve(repository, revision);
  EXPECT_TRUE(commit) << commit.error().message;
  auto tree = list(repository, commit->tree);
  EXPECT_TRUE(tree) << tree.error().message;
  return tree ? *tree : Tree{};
}

// "A new.sql", "T link", …
std::vector<std::string> lines(const std::vector<Delta>& deltas) {
  std::vector<std::string> result;
  for (const Delta& delta : deltas)
    result.push_back(std::string(1, "AMDT"[static_cast<int>(delta.status)]) + " " + delta.path);
  return result;
}

std::vector<std::string> difference(const Repository& repository, const std::string& before,
                                    const std::string& after) {
  auto a = resolve(repository, before);
  auto b = resolve(repository, after);
  EXPECT_TRUE(a && b);
  auto changes = diff(repository, a->tree, b->tree);
  EXPECT_TRUE(changes) << changes.error().message;
  // Both ways of comparing agree.
  EXPECT_EQ(lines(diff(tree_at(repository, before), tree_at(repository, after))), lines(*changes));
  return lines(*changes);
}

TEST(GitTree, ListsInTheOrderOfPathBytes) {
  Repo repo;
  for (const char* path : {"a/b", "a.b", "a-b", "a0", "B", "z/y/x", "a/c/d"}) repo.write(path, "");
  repo.commit("all");
  Tree tree = tree_at(opened(repo), "HEAD");
  std::vector<std::string> paths;
  for (const Entry& entry : tree.entries) paths.push_back(entry.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"B", "a-b", "a.b", "a/b", "a/c/d", "a0", "z/y/x"}));
  EXPECT_TRUE(std::is_sorted(paths.begin(), paths.end()));
  ASSERT_NE(find(tree, "a/c/d"), nullptr);
  EXPECT_EQ(find(tree, "a/c/d")->mode, 0100644U);
  EXPECT_EQ(find(tree, "a/c"), nullptr);
  EXPECT_EQ(find(tree, "zz"), nullptr);
}

TEST(GitTree, Differences) {
  Repo repo;
  for (const char* path :
       {"same", "dir/same", "changed", "gone", "dir/gone", "mode", "link", "to-dir", "moved"})
    repo.write(path, std::string("content of ") + path);
  repo.commit("before");
  repo.write("changed", "new");
  repo.git({"rm", "-q", "gone", "dir/gone", "to-dir", "link"});
  repo.git({"mv", "moved", "there"});
  repo.write("to-dir/file", "x");
  repo.write("added", "x");
  ASSERT_EQ(::symlink("/etc/passwd", (repo.path() + "/link").c_str()), 0);
  repo.git({"add", "-A"});
  repo.git({"update-index", "--chmod=+x", "mode"});
  repo.git({"update-index", "--add", "--cacheinfo", "160000," + std::string(40, '1') + ",module"});
  repo.git({"commit", "-qm", "after"});
  Repository repository = opened(repo);
  EXPECT_EQ(
      difference(repository, "HEAD~1", "HEAD"),
      (std::vector<std::string>{"A added", "M changed", "D dir/gone", "D gone", "T link", "M mode",
                                "A module", "D moved", "A there", "D to-dir", "A to-dir/file"}));
  EXPECT_EQ(difference(repository, "HEAD", "HEAD"), std::vector<std::string>());
  Tree tree = tree_at(repository, "HEAD");
  EXPECT_EQ(find(tree, "module")->mode, submodule_mode);
  EXPECT_EQ(find(tree, "link")->mode, link_mode);
  // A link is its own text; what it names is never opened.
  EXPECT_EQ(read_blob(repository, find(tree, "link")->blob, 100, "link")->bytes, "/etc/passwd");
  EXPECT_FALSE(read_blob(repository, find(tree, "module")->blob, 100, "module"));
}

TEST(GitTree, OddNamesAreBytes) {
  const std::vector<std::string> names = {"-rf",
                                          "a\nb.sql",
                                          "esc\033[31m.sql",
                                          "[x].sql",
                                          ":(glob)*.sql",
                                          "bad\xff\xfe.sql",
                                          "\xe2\x80\xae"
                                          "gpj.sql",
                                          "space .sql",
                                          "q'\"\\.sql",
                                          "*",
                                          std::string(255, 'n')};
  Repo repo;
  for (const std::string& name : names) repo.write("db/" + name, name);
  repo.commit("odd");
  Repository repository = opened(repo);
  Tree tree = tree_at(repository, "HEAD");
  EXPECT_EQ(tree.entries.size(), names.size());
  for (const std::string& name : names) {
    const Entry* entry = find(tree, "db/" + name);
    ASSERT_NE(entry, nullptr) << name;
    EXPECT_EQ(read_blob(repository, entry->blob, 1000, name)->bytes, name);
  }
}

TEST(GitTree, BlobLimit) {
  Repo repo;
  repo.commit_file("f", std::string(1000, 'x') + std::string("\0\r\n", 3));
  Repository repository = opened(repo);
  Tree tree = tree_at(repository, "HEAD");
  auto whole = read_blob(repository, tree.entries[0].blob, 1003, "f");
  ASSERT_TRUE(whole && whole->bytes);
  EXPECT_EQ(*whole->bytes, std::string(1000, 'x') + std::string("\0\r\n", 3));
  auto over = read_blob(repository, tree.entries[0].blob, 1002, "f");
  ASSERT_TRUE(over);
  EXPECT_EQ(over->size, 1003U);
  EXPECT_FALSE(over->bytes);
  auto missing = read_blob(repository, Oid{}, 10, "nowhere.sql");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::undecided);
  EXPECT_NE(missing.error().message.find("nowhere.sql"), std::string::npos);
}

TEST(GitTree, SeveralThreadsReadBlobs) {
  Repo repo;
  for (int i = 0; i < 200; ++i) repo.write("f" + std::to_string(i), "content " + std::to_string(i));
  repo.commit("all");
  repo.git({"repack", "-adq"});
  Repository repository = opened(repo);
  Tree tree = tree_at(repository, "HEAD");
  std::array<int, 4> right{};
  std::vector<std::thread> threads;
  for (int& count : right)
    threads.emplace_back([&] {
      for (const Entry& entry : tree.entries) {
        auto blob = read_blob(repository, entry.blob, 100, entry.path);
        count += blob && blob->bytes == "content " + entry.path.substr(1);
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (int count : right) EXPECT_EQ(count, 200);
}

// Stores an object whatever its content, and returns its id.
std::string store(const Repo& repo, const std::string& type, const std::string& content) {
  test::write_file(repo.root() + "/object", content);
  return repo.git({"hash-object", "-t", type, "--literally", "-w", repo.root() + "/object"});
}

std::string item(const std::string& mode, const std::string& name, const std::string& id) {
  std::string text = mode + " " + name + '\0';
  Oid oid = parse_oid(id).value();
  for (unsigned char byte : oid.bytes) text += static_cast<char>(byte);
  return text;
}

TEST(GitTree, HostileTreesAreUndecided) {
  Repo repo;
  std::string blob = store(repo, "blob", "x");
  std::string empty = store(repo, "tree", "");
  struct Case {
    const char* what;
    std::string content;
  };
  std::vector<Case> cases = {{"unsorted", item("100644", "b", blob) + item("100644", "a", blob)},
                             {"twice", item("100644", "a", blob) + item("100644", "a", blob)},
                             {"slash", item("100644", "a/b", blob)},
                             {"dots", item("40000", "..", empty)},
                             {"dot", item("40000", ".", empty)},
                             {"no name", item("100644", "", blob)},
                             {"no mode", item("0", "a", blob)},
                             {"bad mode", item("1009", "a", blob)},
                             {"long mode", item("0000000000100644", "a", blob)},
                             {"cut", item("100644", "a", blob).substr(0, 20)},
                             {"text", "not a tree"},
                             {"blob as a tree", item("40000", "a", blob)},
                             {"absent", item("40000", "a", std::string(40, '7'))}};
  Repository repository = opened(repo);
  for (const Case& c : cases) {
    auto tree = list(repository, *parse_oid(store(repo, "tree", c.content)));
    ASSERT_FALSE(tree) << c.what;
    EXPECT_EQ(tree.error().kind, ErrorKind::undecided) << c.what;
  }
  EXPECT_TRUE(list(repository, *parse_oid(empty)));
  EXPECT_FALSE(list(repository, *parse_oid(blob)));
}

TEST(GitTree, TreesThatStandForBillionsOfFilesStop) {
  Repo repo;
  std::string files = store(repo, "blob", "x");
  std::string empty = store(repo, "tree", "");
  for (bool with_files : {true, false}) {
    std::string id = with_files ? store(repo, "tree", item("100644", "f", files)) : empty;
    for (int level = 0; level < 20; ++level) {
      std::string content;
      for (char name = 'a'; name <= 'j'; ++name) content += item("40000", std::string(1, name), id);
      id = store(repo, "tree", content);
    }
    Repository repository = opened(repo);
    auto tree = list(repository, *parse_oid(id), 10 << 20);
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().kind, ErrorKind::undecided);
    EXPECT_FALSE(diff(repository, *parse_oid(empty), *parse_oid(id), 10 << 20));
  }
}

TEST(GitTree, DeepTreesStop) {
  Repo repo;
  std::string path;
  for (int i = 0; i < 1100; ++i) path += "d/";
  test::write_file(repo.root() + "/list",
                   "100644 " + store(repo, "blob", "x") + "\t" + path + "f\n");
  auto ran = test::run(repo.path(),
                       {"sh", "-c", "git update-index --index-info <../list && git write-tree"});
  ASSERT_EQ(ran.status, 0) << ran.output;
  auto tree = list(opened(repo), *parse_oid(ran.output.substr(0, 40)));
  ASSERT_FALSE(tree);
  EXPECT_NE(tree.error().message.find("1000 levels"), std::string::npos) << tree.error().message;
}

}  // namespace
}  // namespace backout::git
