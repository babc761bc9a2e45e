// `compute` against git itself: the same tree and message as `git revert`, with either engine.
#include <gtest/gtest.h>

#include "repo.h"
#include "revert/merge.h"
#include "revert/migrations.h"
#include "revert/revert.h"

namespace backout::test {
namespace {

using revert::Clone;
using revert::Request;
using revert::Revert;

Clone opened(const std::string& folder) {
  auto clone = revert::open(folder);
  EXPECT_TRUE(clone) << (clone ? "" : clone.error().message);
  return clone ? std::move(*clone) : Clone{};
}

Revert computed(const Clone& clone, const Request& request) {
  auto out = revert::compute(clone, request, Config{});
  EXPECT_TRUE(out) << (out ? "" : out.error().message);
  return out ? std::move(*out) : Revert{};
}

std::string lines(int from, int to) {
  std::string out;
  for (int i = from; i <= to; ++i) out += "line " + std::to_string(i) + "\n";
  return out;
}

// What `git revert` makes of it, in a worktree of its own.
struct ByGit {
  std::string tree, message;
};
ByGit by_git(const Repo& repo, const std::vector<std::string>& words) {
  repo.git({"worktree", "add", "-q", "--detach", repo.root() + "/other", "HEAD"});
  std::vector<std::string> all = {"-c", "merge.directoryRenames=false", "revert", "--no-edit"};
  all.insert(all.end(), words.begin(), words.end());
  repo.git_at(repo.root() + "/other", all);
  ByGit out{repo.git_at(repo.root() + "/other", {"rev-parse", "HEAD^{tree}"}),
            repo.git_at(repo.root() + "/other", {"log", "-1", "--format=%B"})};
  repo.git({"worktree", "remove", "--force", repo.root() + "/other"});
  return out;
}

struct Scenario {
  const char* name;
  void (*make)(const Repo& repo);  // the last commit but `later` is the one to revert
  const char* revision = "HEAD~1";
  unsigned mainline = 0;
};

void move(const Repo& repo, const std::string& from, const std::string& to) {
  repo.git({"mv", from, to});
}

// A merge of a branch with one commit, as the newest commit of main.
void merge_branch(const Repo& repo) {
  repo.commit_file("a", lines(1, 20));
  repo.git({"checkout", "-q", "-b", "side"});
  repo.commit_file("b", "side\n");
  repo.git({"checkout", "-q", "main"});
  repo.commit_file("a", lines(1, 21));
  repo.git({"merge", "-q", "--no-ff", "-m", "Merge branch 'side'", "side"});
}

const Scenario scenarios[] = {
    {"edit",
     [](const Repo& repo) {
       repo.commit_file("a", lines(1, 20));
       repo.commit_file("a", "new\n" + lines(1, 20));
       repo.commit_file("a", "new\n" + lines(1, 21));
     }},
    {"new file",
     [](const Repo& repo) {
       repo.commit_file("a", "a\n");
       repo.commit_file("dir/deep/b", "b\n");
       repo.commit_file("a", "aa\n");
     }},
    {"deleted file and folder",
     [](const Repo& repo) {
       repo.write("dir/deep/b", "b\n");
       repo.commit_file("a", "a\n");
       repo.git({"rm", "-q", "-r", "dir"});
       repo.commit("delete");
       repo.commit_file("a", "aa\n");
     }},
    {"renamed since",
     [](const Repo& repo) {
       repo.commit_file("a", lines(1, 40));
       repo.commit_file("a", "new\n" + lines(1, 40));
       move(repo, "a", "b");
       repo.commit("move");
     }},
    {"a rename",
     [](const Repo& repo) {
       repo.commit_file("a", lines(1, 40));
       move(repo, "a", "b");
       repo.commit("move");
       repo.commit_file("b", lines(1, 41));
     }},
    {"mode",
     [](const Repo& repo) {
       repo.commit_file("run.sh", "#!/bin/sh\n");
       repo.git({"update-index", "--chmod=+x", "run.sh"});
       repo.git({"commit", "-q", "-m", "mode"});
       repo.git({"checkout", "-q", "--", "."});
       repo.commit_file("other", "x\n");
     }},
    {"a link for a file",
     [](const Repo& repo) {
       repo.commit_file("a", "a\n");
       repo.git({"rm", "-q", "a"});
       EXPECT_EQ(run(repo.path(), {"ln", "-s", "elsewhere", "a"}).status, 0);
       repo.commit("link");
       repo.commit_file("b", "b\n");
     }},
    {"binary",
     [](const Repo& repo) {
       repo.commit_file("a", std::string("\0\1\2", 3));
       repo.commit_file("a", std::string("\0\1\3", 3));
       repo.commit_file("b", "b\n");
     }},
    {"line ends",
     [](const Repo& repo) {
       repo.commit_file("a", "one\r\ntwo\r\nthree\r\n");
       repo.commit_file("a", "one\ntwo\nthree\n");
       repo.commit_file("b", "b\n");
     }},
    {"no line end",
     [](const Repo& repo) {
       repo.commit_file("a", "one\ntwo");
       repo.commit_file("a", "one\ntwo\n");
       repo.commit_file("b", "b\n");
     }},
    {"submodule",
     [](const Repo& repo) {
       repo.commit_file("a", "a\n");
       for (const char* id : {"1111111111111111111111111111111111111111",
                              "2222222222222222222222222222222222222222"}) {
         repo.git({"update-index", "--add", "--cacheinfo", std::string("160000,") + id + ",sub"});
         repo.git({"commit", "-q", "-m", "sub"});
       }
       repo.git({"commit", "-q", "--allow-empty", "-m", "later"});
     }},
    {"odd names",
     [](const Repo& repo) {
       repo.write("-f", "x\n");
       repo.write("a b/\xC3\xA4\"q'", "x\n");
       repo.write("tab\there", "x\n");
       repo.commit_file("new\nline", "x\n");
       repo.write("-f", "y\n");
       repo.write("a b/\xC3\xA4\"q'", "y\n");
       repo.write("tab\there", "y\n");
       repo.commit_file("new\nline", "y\n");
       repo.commit_file("z", "z\n");
     }},
    {"merge", merge_branch, "HEAD", 1},
    {"merge, the other side", merge_branch, "HEAD", 2},
    {"a revert",
     [](const Repo& repo) {
       repo.commit_file("a", lines(1, 20));
       repo.commit_file("a", lines(1, 21));
       repo.git({"revert", "--no-edit", "HEAD"});
       repo.git({"commit", "-q", "--amend", "-m", "Undo it"});
       repo.commit_file("b", "b\n");
     }},
};

TEST(RevertCompute, EqualsGit) {
  for (const Scenario& scenario : scenarios) {
    SCOPED_TRACE(scenario.name);
    const Repo repo;
    scenario.make(repo);
    std::vector<std::string> words = {scenario.revision};
    if (scenario.mainline != 0) words = {"-m", std::to_string(scenario.mainline), words[0]};
    const ByGit expected = by_git(repo, words);
    Clone clone = opened(repo.path());
    Request request;
    request.revisions = {scenario.revision};
    request.onto = "HEAD";
    request.mainline = scenario.mainline;
    const Revert one = computed(clone, request);
    ASSERT_EQ(one.steps.size(), 1u);
    EXPECT_EQ(one.engine, "libgit2");
    EXPECT_EQ(one.steps[0].tree, expected.tree);
    EXPECT_EQ(one.steps[0].message, expected.message);
    clone.libgit2.reset();
    const Revert two = computed(clone, request);
    ASSERT_EQ(two.steps.size(), 1u);
    EXPECT_NE(two.engine, "libgit2");
    EXPECT_EQ(two.steps[0].tree, expected.tree);
  }
}

TEST(RevertCompute, RootCommit) {
  const Repo repo;
  repo.write("keep", "x\n");
  const std::string root = repo.commit_file("a", lines(1, 5));
  repo.commit_file("b", "b\n");
  Clone clone = opened(repo.path());
  Request request;
  request.revisions = {root};
  request.onto = "HEAD";
  for (int engine = 0; engine < 2; ++engine) {
    const Revert out = computed(clone, request);
    ASSERT_EQ(out.steps.size(), 1u);
    EXPECT_EQ(repo.git({"ls-tree", "-r", "--name-only", out.steps[0].tree}), "b");
    EXPECT_EQ(out.warnings.size(), 1u);
    clone.libgit2.reset();
  }
}

// Newest first, one commit each, as `git revert` does; a list in the wrong order is put right.
TEST(RevertCompute, Ranges) {
  const Repo repo;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(repo.commit_file("a", lines(1, 3 + i)));
  const ByGit expected = by_git(repo, {"HEAD~3..HEAD"});
  const Clone clone = opened(repo.path());
  Request request;
  request.onto = "HEAD";
  for (const std::vector<std::string>& words : {std::vector<std::string>{"HEAD~3..HEAD"},
                                                {"HEAD~3.."},
                                                {ids[2], ids[4], ids[3]},
                                                {"HEAD~1", "HEAD~3..HEAD~1", "HEAD"}}) {
    request.revisions = words;
    const Revert out = computed(clone, request);
    ASSERT_EQ(out.steps.size(), 3u) << words[0];
    EXPECT_EQ(out.steps[0].reverts, std::vector<std::string>{ids[4]});
    EXPECT_EQ(out.steps[2].reverts, std::vector<std::string>{ids[2]});
    EXPECT_EQ(out.steps[2].tree, expected.tree);
    EXPECT_EQ(out.steps[2].message, expected.message);
  }
  request.squash = true;
  const Revert out = computed(clone, request);
  ASSERT_EQ(out.steps.size(), 1u);
  EXPECT_EQ(out.steps[0].tree, expected.tree);
  EXPECT_EQ(out.steps[0].message, "Revert \"change a\" and 2 more\n\nThis reverts commit " +
                                      ids[4] + ".\nThis reverts commit " + ids[3] +
                                      ".\nThis reverts commit " + ids[2] + ".\n");
}

TEST(RevertCompute, RangeAlongFirstParents) {
  const Repo repo;
  merge_branch(repo);
  repo.commit_file("c", "c\n");
  const Clone clone = opened(repo.path());
  Request request;
  request.onto = "HEAD";
  request.revisions = {"HEAD~2..HEAD"};
  auto refused = revert::compute(clone, request, Config{});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("the range holds the merge"), std::string::npos);
  request.mainline = 1;
  const Revert out = computed(clone, request);
  ASSERT_EQ(out.steps.size(), 2u);
  EXPECT_EQ(out.steps[1].tree, repo.git({"rev-parse", "HEAD~2^{tree}"}));
  EXPECT_EQ(out.warnings.size(), 1u);
}

TEST(RevertCompute, Mainline) {
  const Repo repo;
  merge_branch(repo);
  const Clone clone = opened(repo.path());
  const struct {
    const char* revision;
    unsigned mainline;
    const char* message;
  } cases[] = {
      {"HEAD", 0, "is a merge; say which parent stays: `--mainline 1` goes back to "},
      {"HEAD", 3, "is a merge of 2; say which parent stays"},
      {"HEAD~1", 1, "`--mainline` is for merges"},
  };
  for (const auto& one : cases) {
    Request request;
    request.revisions = {one.revision};
    request.onto = "HEAD";
    request.mainline = one.mainline;
    const auto out = revert::compute(clone, request, Config{});
    ASSERT_FALSE(out) << one.revision;
    EXPECT_EQ(out.error().kind, ErrorKind::usage);
    EXPECT_NE(out.error().message.find(one.message), std::string::npos) << out.error().message;
  }
}

// The lines that stand in the way, and who wrote them; the same with either engine.
TEST(RevertCompute, Conflicts) {
  const Repo repo;
  repo.write("gone", "x\n");
  repo.write("bin", std::string("\0\1", 2));
  repo.commit_file("a", lines(1, 9));
  repo.write("gone", "y\n");
  repo.write("bin", std::string("\0\2", 2));
  repo.write("clean", "y\n");
  const std::string bad = repo.commit_file("a", lines(1, 4) + "bad\n" + lines(6, 9));
  repo.git({"rm", "-q", "gone"});
  repo.write("bin", std::string("\0\3", 2));
  repo.commit_file("a", lines(1, 4) + "later\n" + lines(6, 9));
  const std::string before = repo.git({"for-each-ref"});
  Clone clone = opened(repo.path());
  Request request;
  request.revisions = {bad};
  request.onto = "HEAD";
  std::vector<std::string> texts;
  for (int engine = 0; engine < 2; ++engine) {
    const Revert out = computed(clone, request);
    EXPECT_TRUE(out.steps.empty());
    EXPECT_EQ(out.stopped_at, 0u);
    std::string text;
    for (const revert::Conflict& one : out.conflicts) {
      text += one.path + ": " + one.what.substr(0, 12) + "\n";
      for (const std::string& hunk : one.hunks) text += hunk;
      EXPECT_EQ(one.later.size(), 1u);
    }
    texts.push_back(text);
    clone.libgit2.reset();
  }
  const std::string now = repo.git({"rev-parse", "--short=10", "HEAD"}), id = bad.substr(0, 10);
  EXPECT_EQ(texts[0], "a: the lines of\nline 3\nline 4\n<<<<<<< now, at " + now +
                          "\nlater\n||||||| as " + id + " left it\nbad\n=======\nline 5\n" +
                          ">>>>>>> before " + id +
                          "\nline 6\nline 7\nbin: the lines of\ngone: deleted or m\n");
  EXPECT_EQ(texts[0], texts[1]);
  EXPECT_EQ(repo.git({"for-each-ref"}), before);
}

TEST(RevertCompute, NothingToRevert) {
  const Repo repo;
  repo.commit_file("a", lines(1, 3));
  const std::string bad = repo.commit_file("a", lines(1, 4));
  repo.git({"revert", "--no-edit", "HEAD"});
  const Clone clone = opened(repo.path());
  Request request;
  request.revisions = {bad};
  request.onto = "HEAD";
  const Revert out = computed(clone, request);
  EXPECT_TRUE(out.steps.empty());
  EXPECT_FALSE(out.stopped_at);
  EXPECT_EQ(out.without_effect,
            std::vector<std::string>{bad.substr(0, 10) + " (already reverted by " +
                                     repo.git({"rev-parse", "--short=10", "HEAD"}) + ")"});
}

TEST(RevertCompute, Restore) {
  const Repo repo;
  repo.write("app/gone", "x\n");
  repo.write("app/v", "1\n");
  repo.commit_file("other", "1\n");
  const std::string good = repo.git({"rev-parse", "HEAD"});
  repo.git({"rm", "-q", "app/gone"});
  repo.write("app/new", "x\n");
  repo.commit_file("app/v", "2\n");
  repo.commit_file("other", "2\n");
  const Clone clone = opened(repo.path());
  Request request;
  request.restore = good;
  request.onto = "HEAD";
  Revert out = computed(clone, request);
  ASSERT_EQ(out.steps.size(), 1u);
  EXPECT_EQ(out.steps[0].tree, repo.git({"rev-parse", good + "^{tree}"}));
  EXPECT_EQ(out.discarded.size(), 2u);
  request.paths = {"app"};
  out = computed(clone, request);
  ASSERT_EQ(out.steps.size(), 1u);
  EXPECT_EQ(repo.git({"ls-tree", "-r", "--name-only", out.steps[0].tree}),
            "app/gone\napp/v\nother");
  EXPECT_EQ(repo.git({"cat-file", "blob", out.steps[0].tree + ":other"}), "2");
  EXPECT_EQ(out.discarded.size(), 1u);
  EXPECT_EQ(out.steps[0].message,
            "Restore app of \"change other\"\n\nThis restores the state of "
            "commit " +
                good + " of\n  app\n");
  request.paths = {"nowhere"};
  EXPECT_FALSE(revert::compute(clone, request, Config{}));
}

TEST(RevertCompute, Wording) {
  const Repo repo;
  repo.commit_file("a", "1\n");
  repo.write("a", "2\n");
  const std::string id = repo.commit("fix: {id} of it");
  const Clone clone = opened(repo.path());
  Request request;
  request.revisions = {"HEAD"};
  request.onto = "HEAD";
  const std::string line = "This reverts commit " + id + ".";
  const struct {
    revert::Wording wording;
    std::string message;
  } cases[] = {
      {{}, "Revert \"fix: {id} of it\"\n\n" + line + "\n"},
      {{"revert: {subject}", {}, false}, "revert: fix: {id} of it\n\n" + line + "\n"},
      {{"x {short}\n\n{reverts}\nEnd\n\n", {}, false},
       "x " + id.substr(0, 10) + "\n\n" + line + "\nEnd\n"},
      {{{}, {"Incident: INC-42", "App: catalog"}, false},
       "Revert \"fix: {id} of it\"\n\n" + line + "\n\nIncident: INC-42\nApp: catalog\n"},
  };
  for (const auto& one : cases) {
    request.wording = one.wording;
    const Revert out = computed(clone, request);
    ASSERT_EQ(out.steps.size(), 1u);
    EXPECT_EQ(out.steps[0].message, one.message);
  }
  for (const char* bad : {"no trailer", "A: b\nC: d", ": x", "A:x"}) {
    request.wording = {{}, {bad}, false};
    EXPECT_FALSE(revert::compute(clone, request, Config{})) << bad;
  }
}

// The titles of reverts of reverts, as git writes them since 2.43.
TEST(RevertCompute, Reapply) {
  const struct {
    const char *subject, *title, *branch;
  } cases[] = {
      {"Bump it", "Revert \"Bump it\"", "revert-bump-it"},
      {"Revert \"Bump it\"", "Reapply \"Bump it\"", "reapply-bump-it"},
      {"Revert \"Revert \"Bump it\"\"", "Revert \"Revert \"Revert \"Bump it\"\"\"",
       "revert-revert-revert-bump-it"},
      {"Reapply \"Bump it\"", "Revert \"Reapply \"Bump it\"\"", "revert-reapply-bump-it"},
      {"\xD0\xB8\xD1\x81\xD0\xBF", "Revert \"\xD0\xB8\xD1\x81\xD0\xBF\"", nullptr},
      {"--option ../x.lock @{u}", "Revert \"--option ../x.lock @{u}\"", "revert-option-x-lock-u"},
      {"a\x1b[31m\x07 b", "Revert \"a\x1b[31m\x07 b\"", "revert-a-31m-b"},
  };
  for (const auto& one : cases) {
    const Repo repo;
    repo.commit_file("a", "1\n");
    repo.write("a", "2\n");
    repo.write(".m", one.subject);
    repo.git({"add", "a"});
    repo.git({"commit", "-q", "-F", ".m"});
    const Clone clone = opened(repo.path());
    Request request;
    request.revisions = {"HEAD"};
    request.onto = "HEAD";
    const Revert out = computed(clone, request);
    EXPECT_EQ(out.title, one.title);
    if (one.branch)
      EXPECT_EQ(revert::branch_name(out), one.branch);
    else
      EXPECT_EQ(revert::branch_name(out), "revert-" + out.commits[0].id.substr(0, 10));
  }
}

TEST(RevertCompute, Migrations) {
  const Repo repo;
  repo.write("db/migrations/V1__a.sql", "CREATE TABLE a (id bigint);\n");
  repo.commit_file("app.go", "1\n");
  repo.write("db/migrations/V2__b.sql", "ALTER TABLE a ADD COLUMN b int;\n");
  repo.write("db/migrate/20240101000000_c.rb", "c\n");
  repo.write("doc/note.sql", "x\n");
  repo.commit_file("app.go", "2\n");
  Clone clone = opened(repo.path());
  Request request;
  request.revisions = {"HEAD"};
  request.onto = "HEAD";
  for (int engine = 0; engine < 2; ++engine) {
    request.keep_migrations = false;
    Revert out = computed(clone, request);
    ASSERT_EQ(out.migrations.size(), 2u);
    EXPECT_EQ(out.migrations[0].path, "db/migrate/20240101000000_c.rb");
    EXPECT_EQ(out.migrations[0].history, "Rails");
    EXPECT_EQ(out.migrations[1].path, "db/migrations/V2__b.sql");
    EXPECT_EQ(out.migrations[1].history, "flyway in db/migrations");
    EXPECT_EQ(out.migrations[1].status, 'D');
    request.keep_migrations = true;
    out = computed(clone, request);
    EXPECT_TRUE(out.migrations.empty());
    ASSERT_EQ(out.steps.size(), 1u);
    EXPECT_EQ(repo.git({"diff", "--name-only", "HEAD", out.steps[0].tree}), "app.go\ndoc/note.sql");
    clone.libgit2.reset();
  }
}

// Tools whose migrations are code, by the path.
TEST(RevertCompute, MigrationsOfTools) {
  const struct {
    const char *path, *tool;
  } cases[] = {
      {"db/changelog/001-users.xml", "Liquibase"},
      {"src/main/resources/db/changelog/changes/002.yaml", "Liquibase"},
      {"db/changelog/003.json", "Liquibase"},
      {"db/changelog/readme.md", ""},
      {"internal/migrations/00012_backfill.go", "Go"},
      {"migrations/20240101000000_x.go", "Go"},
      {"migrations/00012_backfill_test.go", ""},
      {"migrations/main.go", ""},
      {"internal/v1/12_x.go", ""},
      {"src/main/java/db/migration/V3__x.java", "Flyway"},
      {"app/src/main/kotlin/db/migration/R__views.kt", "Flyway"},
      {"src/main/java/acme/migration/shop/V1_2__x.java", "Flyway"},
      {"src/main/java/db/migration/Views.java", ""},
      {"src/main/java/acme/V3__x.java", ""},
      {"db/migrate/20240101000000_x.rb", "Rails"},
      {"engine/db/migrate/20240101000000_x.engine.rb", "Rails"},
      {"shop/migrations/0001_initial.py", "Django"},
      {"shop/migrations/__init__.py", ""},
      {"alembic/versions/1a2b3c4d5e6f_x.py", "Alembic"},
      {"db/versions/1a2b3c4d5e6f_x.py", "Alembic"},
      {"api/versions/v1.py", ""},
      {"src/migration/1700000000000-Init.ts", "JavaScript"},
      {"migrations/Version20240101000000.php", "Doctrine"},
  };
  for (const auto& one : cases) EXPECT_EQ(revert::tool_of(one.path), one.tool) << one.path;
}

// Changelogs lie anywhere: what they hold tells.
TEST(RevertCompute, Changelogs) {
  const Repo repo;
  const std::string set = R"(<changeSet id="1" author="a"/>)";
  repo.write("res/master.xml", "<databaseChangeLog>\n" + set + "\n</databaseChangeLog>\n");
  repo.commit_file("res/old.yml", "databaseChangeLog:\n- changeSet: {id: 1, author: a}\n");
  repo.git({"rm", "-q", "res/old.yml"});
  repo.write("res/master.xml", "<databaseChangeLog>\n" + set + set + "\n</databaseChangeLog>\n");
  repo.write("res/new.json", R"({"databaseChangeLog": []})");
  repo.write("res/application.yaml", "spring: {liquibase: {databaseChangeLogTable: t}}\n");
  repo.write("res/other.xml", "<a/>\n");
  repo.commit_file("res/NOTES.md", "databaseChangeLog\n");
  Clone clone = opened(repo.path());
  Request request;
  request.revisions = {"HEAD"};
  request.onto = "HEAD";
  const Revert out = computed(clone, request);
  std::string text;
  for (const revert::MigrationFile& one : out.migrations)
    text += std::string(1, one.status) + " " + one.path + " " + one.history + "\n";
  EXPECT_EQ(text,
            "M res/master.xml Liquibase\nD res/new.json Liquibase\nA res/old.yml Liquibase\n");
  request.keep_migrations = true;
  const Revert kept = computed(clone, request);
  ASSERT_EQ(kept.steps.size(), 1u);
  EXPECT_EQ(repo.git({"diff", "--name-only", "HEAD", kept.steps[0].tree}),
            "res/NOTES.md\nres/application.yaml\nres/other.xml");
}

// In a shallow clone the oldest commit looks as if it had brought every file.
TEST(RevertCompute, ShallowEdge) {
  const Repo repo;
  repo.commit_file("a", "1\n");
  repo.commit_file("a", "2\n");
  repo.commit_file("a", "3\n");
  repo.git_at(repo.root(), {"clone", "-q", "--depth=2", "file://" + repo.path(), "shallow"});
  const Clone clone = opened(repo.root() + "/shallow");
  Request request;
  request.onto = "HEAD";
  request.revisions = {"HEAD"};
  EXPECT_EQ(computed(clone, request).steps.size(), 1u);
  request.revisions = {"HEAD~1"};
  const auto out = revert::compute(clone, request, Config{});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().kind, ErrorKind::undecided);
  EXPECT_NE(out.error().message.find("git fetch --unshallow"), std::string::npos)
      << out.error().message;
}

// What libgit2 cannot open, and what it can only in part: git does it, with the same result.
TEST(RevertCompute, OtherFormats) {
  const auto fill = [](const Repo& repo) {
    repo.write("dir/b", "b\n");
    repo.commit_file("a", lines(1, 20));
    repo.commit_file("a", "new\n" + lines(1, 20));
    repo.commit_file("a", "new\n" + lines(1, 21));
  };
  const auto check = [](const Repo& repo, const std::string& folder, bool by_git_alone) {
    const std::string expected = by_git(repo, {"HEAD~1"}).tree;
    const Clone clone = opened(folder);
    Request request;
    request.revisions = {"HEAD~1"};
    request.onto = "HEAD";
    const Revert out = computed(clone, request);
    ASSERT_EQ(out.steps.size(), 1u);
    EXPECT_EQ(out.steps[0].tree, expected);
    EXPECT_EQ(out.engine != "libgit2", by_git_alone) << out.engine;
  };
  {
    SCOPED_TRACE("SHA-256");
    const Repo repo({"--object-format=sha256"});
    fill(repo);
    check(repo, repo.path(), true);
  }
  {
    SCOPED_TRACE("an extension of a later git");
    const Repo repo;
    fill(repo);
    repo.git({"config", "core.repositoryformatversion", "1"});
    repo.git({"config", "extensions.worktreeConfig", "true"});
    check(repo, repo.path(), false);
  }
  {
    SCOPED_TRACE("split and sparse index");
    const Repo repo;
    fill(repo);
    repo.git({"update-index", "--split-index"});
    check(repo, repo.path(), true);
    repo.git({"update-index", "--no-split-index"});
    repo.git({"sparse-checkout", "set", "--cone", "--sparse-index", "nothing"});
    check(repo, repo.path(), true);
  }
  {
    SCOPED_TRACE("bare");
    const Repo repo;
    fill(repo);
    repo.git({"clone", "-q", "--bare", repo.path(), repo.root() + "/bare"});
    check(repo, repo.root() + "/bare", false);
  }
  {
    SCOPED_TRACE("partial clone without any blob");
    const Repo repo;
    fill(repo);
    repo.git({"config", "uploadpack.allowFilter", "true"});
    repo.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
    repo.git_at(repo.root(), {"clone", "-q", "--no-checkout", "--filter=blob:none",
                              "file://" + repo.path(), "partial"});
    check(repo, repo.root() + "/partial", true);
  }
}

// A program that the repository names for merging is not run.
TEST(RevertCompute, NoMergeDriver) {
  const Repo repo;
  repo.write(".gitattributes", "a merge=evil\n");
  repo.commit_file("a", lines(1, 20));
  repo.commit_file("a", "new\n" + lines(1, 20));
  repo.commit_file("a", "new\n" + lines(1, 21));
  repo.git({"config", "merge.evil.driver", "touch " + repo.root() + "/ran; false"});
  Clone clone = opened(repo.path());
  Request request;
  request.revisions = {"HEAD~1"};
  request.onto = "HEAD";
  for (int engine = 0; engine < 2; ++engine) {
    const Revert out = computed(clone, request);
    ASSERT_EQ(out.steps.size(), 1u);
    EXPECT_EQ(repo.git({"cat-file", "blob", out.steps[0].tree + ":a"}) + "\n", lines(1, 21));
    clone.libgit2.reset();
  }
  EXPECT_NE(run(repo.root(), {"test", "-e", "ran"}).status, 0);
}

}  // namespace
}  // namespace backout::test
