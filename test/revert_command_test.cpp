// `backout revert` as users run it: over files and smart HTTP, with `gh`, `glab` and APIs, killed
// between its steps, in worktrees of any state.
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "git_http.h"
#include "program.h"
#include "repo.h"

namespace backout::test {
namespace {

using nlohmann::json;

// A forge of its own: git over HTTP and GitHub's API, in one server.
class RevertCommand : public testing::Test {
 protected:
  RevertCommand() {
    repo.write("deploy/values.yaml", "tag: 1.4\n");
    repo.commit_file("a", "1\n");
    repo.write("deploy/values.yaml", "tag: 1.5\n");
    repo.git({"add", "-A"});
    repo.git({"commit", "-q", "-m", "Bump catalog to 1.5"});
    bad = repo.git({"rev-parse", "HEAD"});
    repo.git({"clone", "-q", "--bare", repo.path(), remote});
    clone_from(remote);
  }
  void clone_from(const std::string& url) {
    run(repo.root(), {"rm", "-rf", work});
    repo.git_at(repo.root(), {"clone", "-q", url, work});
    git({"config", "user.name", "Ana"});
    git({"config", "user.email", "ana@acme.example"});
  }
  std::string git(const std::vector<std::string>& words) const { return repo.git_at(work, words); }
  std::string at_remote(const std::string& what) const {
    return repo.git_at(remote, {"for-each-ref", "--format=%(refname:short) " + what});
  }
  Ended revert(std::vector<std::string> words, Environment more = {}) const {
    words.insert(words.begin(), "revert");
    for (const auto& [name, value] : environment) more.emplace(name, value);
    return backout(work, words, {more});
  }
  json as_json(std::vector<std::string> words) const {
    words.insert(words.end(), {"--format", "json"});
    const Ended ended = revert(words);
    json out = json::parse(ended.out, nullptr, false);
    EXPECT_FALSE(out.is_discarded()) << ended.out << ended.err;
    if (out.is_object()) {
      EXPECT_EQ(out["exit_code"], ended.code);
    }
    return out.is_object() ? out : json::object();
  }
  // A program that is found before all others.
  void script(const std::string& name, const std::string& body) {
    write_file(repo.root() + "/bin/" + name, "#!/bin/sh\n" + body);
    ASSERT_EQ(run(repo.root(), {"chmod", "+x", "bin/" + name}).status, 0);
    environment["PATH"] = repo.root() + "/bin:" + std::getenv("PATH");
  }

  Repo repo;
  std::string remote = repo.root() + "/srv/acme/catalog.git", work = repo.root() + "/work", bad;
  Environment environment{{"GIT_TERMINAL_PROMPT", "0"}};
};

TEST_F(RevertCommand, MakesABranchAndNothingElse) {
  const std::string before = git({"status", "--porcelain=v2", "--branch"});
  const Ended ended = revert({"HEAD"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("take back 1 commit onto origin/main"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("$ git push origin revert-bump-catalog-to-1-5"), std::string::npos);
  EXPECT_EQ(git({"cat-file", "blob", "revert-bump-catalog-to-1-5:deploy/values.yaml"}), "tag: 1.4");
  EXPECT_EQ(git({"status", "--porcelain=v2", "--branch"}), before);
  EXPECT_EQ(at_remote(""), "main ");
  const Ended again = revert({"HEAD"});
  EXPECT_EQ(again.code, 0);
  EXPECT_NE(again.out.find("was there at"), std::string::npos) << again.out;
}

TEST_F(RevertCommand, DryRunChangesNothing) {
  const json out = as_json({"HEAD", "--pr", "--dry-run"});
  EXPECT_EQ(out["result"], "planned");
  EXPECT_EQ(out["branch"]["name"], "revert-bump-catalog-to-1-5");
  EXPECT_EQ(out["files"].size(), 1u);
  EXPECT_EQ(git({"for-each-ref", "refs/heads"}).find("revert"), std::string::npos);
}

// What the remote has counts, also when this clone is behind and its worktree is in a mess.
TEST_F(RevertCommand, AnyStateOfTheWorktree) {
  const std::string later = repo.commit_file("b", "b\n");
  repo.git({"push", "-q", remote, "main"});
  git({"switch", "-q", "-c", "mine", "HEAD~1"});
  write_file(work + "/a", "mine\n");
  git({"commit", "-q", "-a", "-m", "mine"});
  git({"switch", "-q", "-c", "theirs", "HEAD~1"});
  write_file(work + "/a", "theirs\n");
  git({"commit", "-q", "-a", "-m", "theirs"});
  EXPECT_NE(run(work, {"git", "rebase", "mine"}).status, 0);
  write_file(work + "/deploy/values.yaml", "dirty\n");
  const std::string before = git({"status", "--porcelain=v2"});
  const json out = as_json({bad});
  EXPECT_EQ(out["result"], "done") << out;
  EXPECT_EQ(out["base"]["tip"], later);
  EXPECT_EQ(git({"status", "--porcelain=v2"}), before);
  EXPECT_EQ(read_file(work + "/deploy/values.yaml"), "dirty\n");

  // In a linked worktree, and in a bare repository, where nothing is checked out.
  git({"worktree", "add", "-q", "--detach", repo.root() + "/linked", "main"});
  EXPECT_EQ(backout(repo.root() + "/linked", {"revert", bad, "--branch", "linked"}).code, 0);
  repo.git_at(repo.root(), {"clone", "-q", "--mirror", remote, repo.root() + "/mirror"});
  const Ended bare = backout(repo.root() + "/mirror", {"revert", bad},
                             {{{"GIT_COMMITTER_NAME", "A"},
                               {"GIT_COMMITTER_EMAIL", "a@b.c"},
                               {"GIT_AUTHOR_NAME", "A"},
                               {"GIT_AUTHOR_EMAIL", "a@b.c"}}});
  EXPECT_EQ(bare.code, 0) << bare.err;
}

TEST_F(RevertCommand, ExitCodes) {
  repo.write("deploy/values.yaml", "tag: 1.6\n");
  repo.git({"commit", "-q", "-a", "-m", "later"});
  repo.git({"push", "-q", remote, "main"});
  const Ended conflict = revert({bad, "--push", "--yes"});
  EXPECT_EQ(conflict.code, 1);
  EXPECT_NE(conflict.out.find("tag: 1.6\n      ||||||| as "), std::string::npos) << conflict.out;
  EXPECT_EQ(at_remote(""), "main ");
  EXPECT_EQ(revert({"--no-fetch", "nope"}).code, 2);
  EXPECT_EQ(revert({"--to", bad, "--pr"}).code, 2) << "no terminal and no --yes";
  EXPECT_EQ(revert({bad, "--base", "nope"}).code, 2);
  EXPECT_EQ(revert({"--to", bad, "--branch", "x", "--push", "--yes"}).code, 0);
  repo.git({"revert", "--no-edit", "HEAD~1..HEAD"});
  repo.git({"revert", "--no-edit", bad});
  repo.git({"push", "-q", remote, "main"});
  const Ended nothing = revert({bad});
  EXPECT_EQ(nothing.code, 4) << nothing.out << nothing.err;
  EXPECT_NE(nothing.out.find("already reverted by"), std::string::npos) << nothing.out;
  git({"remote", "set-url", "origin", repo.root() + "/nowhere"});
  const Ended offline = revert({bad});
  EXPECT_EQ(offline.code, 3);
  EXPECT_NE(offline.err.find("--no-fetch"), std::string::npos) << offline.err;
}

TEST_F(RevertCommand, MigrationsStopIt) {
  repo.write("db/migrations/V1__a.sql", "CREATE TABLE a (id bigint);\n");
  repo.write("app", "1\n");
  repo.git({"add", "-A"});
  repo.git({"commit", "-q", "-m", "Release"});
  repo.git({"push", "-q", remote, "main"});
  git({"fetch", "-q"});
  const Ended stopped = revert({"origin/main"});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_NE(stopped.out.find("`db/migrations/V1__a.sql` (flyway in db/migrations) goes"),
            std::string::npos)
      << stopped.out;
  EXPECT_NE(stopped.err.find("--keep-migrations"), std::string::npos) << stopped.err;
  EXPECT_EQ(git({"for-each-ref", "refs/heads/revert*"}), "");
  EXPECT_EQ(revert({"origin/main", "--keep-migrations", "--branch", "keep"}).code, 0);
  EXPECT_EQ(git({"diff", "--name-status", "origin/main", "keep"}), "D\tapp");
  EXPECT_EQ(revert({"origin/main", "--allow-migrations", "--branch", "both"}).code, 0);
  EXPECT_EQ(git({"diff", "--name-only", "origin/main", "both"}), "app\ndb/migrations/V1__a.sql");
}

TEST_F(RevertCommand, NameTakenByAnotherIncident) {
  git({"branch", "revert-bump-catalog-to-1-5", "HEAD~1"});
  const json out = as_json({"HEAD"});
  EXPECT_EQ(out["branch"]["name"], "revert-bump-catalog-to-1-5-" + bad.substr(0, 10));
  EXPECT_EQ(revert({"HEAD", "--branch", "revert-bump-catalog-to-1-5"}).code, 2);
}

// Reverted, merged and brought again, over and over: each revert gets a branch that can be merged.
TEST_F(RevertCommand, RevertedAgainAfterItCameBack) {
  const std::string name = "revert-bump-catalog-to-1-5", longer = name + "-" + bad.substr(0, 10);
  for (const std::string& expected : {name, longer, longer + "-2", longer + "-3"}) {
    const json out = as_json({bad, "--push", "--yes"});
    ASSERT_EQ(out["result"], "done") << out;
    EXPECT_EQ(out["branch"]["name"], expected);
    git({"merge", "-q", "--ff-only", expected});
    EXPECT_EQ(read_file(work + "/deploy/values.yaml"), "tag: 1.4\n");
    git({"revert", "--no-edit", "HEAD"});
    git({"push", "-q", "origin", "main"});
    if (expected == longer) git({"branch", "-q", "-D", longer});  // the remote's counts as well
  }
  const Ended given = revert({bad, "--branch", name});
  EXPECT_EQ(given.code, 2);
  EXPECT_NE(given.err.find("is merged already"), std::string::npos) << given.err;
  EXPECT_EQ(revert({bad, "--branch", longer, "--push", "--yes"}).code, 2) << "at the remote alone";
}

TEST_F(RevertCommand, EmptyPathIsNotEverything) {
  const Ended empty = revert({"--to", "HEAD~1", "--branch", "x", "--", ""});
  EXPECT_EQ(empty.code, 2);
  EXPECT_NE(empty.err.find("a path is empty: an unset variable?"), std::string::npos) << empty.err;
  EXPECT_EQ(revert({"--to", "HEAD~1", "--branch", "x", "--", "deploy", ""}).code, 2);
  EXPECT_EQ(revert({"--to", "HEAD~1", "--branch", "x", "--", ".", ""}).code, 2);
  for (const std::string all : {".", "./"})
    EXPECT_EQ(revert({"--to", "HEAD~1", "--dry-run", "--", all}).code, 0) << all;
}

// What is offered on a conflict is asked for in the same way, and works where the user stands.
TEST_F(RevertCommand, WaysAroundAConflict) {
  repo.git({"switch", "-q", "-c", "side"});
  repo.write("deploy/values.yaml", "tag: 1.6\n");
  repo.write("apps/b c", "1\n");
  repo.commit("side");
  repo.git({"switch", "-q", "main"});
  repo.git({"merge", "-q", "--no-ff", "-m", "Merge", "side"});
  const std::string merge = repo.git({"rev-parse", "HEAD"});
  repo.write("deploy/values.yaml", "tag: 1.7\n");
  repo.write("apps/b c", "2\n");
  repo.commit("later");
  repo.git({"push", "-q", remote, "main:main", "main:stable"});
  git({"pull", "-q"});
  const Ended ended = backout(work + "/apps", {"revert", "-m", "1", merge, "--base", "stable",
                                               "--keep-migrations", "--squash"});
  ASSERT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("../deploy/values.yaml"), std::string::npos) << ended.out;
  std::size_t commands = 0;
  std::istringstream lines(ended.out);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find("$ backout ");
    if (at == std::string::npos) continue;
    ++commands;
    EXPECT_NE(line.find(" --base stable"), std::string::npos) << line;
    EXPECT_NE(line.find(" --keep-migrations"), std::string::npos) << line;
    const Ran pasted =
        run(work + "/apps", {"sh", "-c", BACKOUT_PROGRAM + line.substr(at + 9) + " 2>&1"});
    EXPECT_EQ(pasted.status, 0) << line << "\n" << pasted.output;
    EXPECT_NE(pasted.output.find("origin/stable"), std::string::npos) << pasted.output;
  }
  EXPECT_EQ(commands, 2u) << ended.out;
}

// A migration that was changed since is kept, so that it is no conflict either.
TEST_F(RevertCommand, KeptMigrationsDoNotConflict) {
  repo.write("db/migrations/V1__a.sql", "CREATE TABLE a (id bigint);\n");
  repo.commit_file("app", "1\n");
  repo.write("db/migrations/V1__a.sql", "CREATE TABLE a (id bigint, b text);\n");
  repo.write("db/migrations/V2__b.sql", "CREATE TABLE b (id bigint);\n");
  repo.commit_file("app", "2\n");
  const std::string release = repo.git({"rev-parse", "HEAD"});
  repo.write("db/migrations/V1__a.sql", "CREATE TABLE a (id bigint, c text);\n");
  repo.write("db/migrations/V2__b.sql", "CREATE TABLE b (id bigint, c text);\n");
  repo.commit("later");
  repo.git({"push", "-q", remote, "main"});
  git({"fetch", "-q"});
  EXPECT_EQ(revert({release}).code, 1);
  const Ended kept = revert({release, "--keep-migrations", "--branch", "keep"});
  EXPECT_EQ(kept.code, 0) << kept.out << kept.err;
  EXPECT_EQ(git({"diff", "--name-status", "origin/main", "keep"}), "M\tapp");
  // Another file's conflict remains one, and names that file alone.
  repo.commit_file("app", "3\n");
  repo.git({"push", "-q", remote, "main"});
  const json out = as_json({release, "--keep-migrations", "--branch", "other"});
  EXPECT_EQ(out["result"], "conflict");
  ASSERT_EQ(out["conflicts"].size(), 1u) << out;
  EXPECT_EQ(out["conflicts"][0]["path"], "app");
}

TEST_F(RevertCommand, PathsFromWhereTheUserStands) {
  const Ended ended =
      backout(work + "/deploy", {"revert", "--to", "HEAD~1", "--branch", "x", "--", "values.yaml"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(git({"diff", "--name-only", "HEAD", "x"}), "deploy/values.yaml");
  EXPECT_EQ(backout(work + "/deploy", {"revert", "--to", "HEAD~1", "--", "../../x"}).code, 2);
}

// What the user saw is taken back, not what somebody pushed since.
TEST_F(RevertCommand, NamesMeanWhatTheyMeantBeforeTheFetch) {
  repo.commit_file("b", "b\n");
  repo.git({"push", "-q", remote, "main"});
  const json out = as_json({"origin/main"});
  ASSERT_EQ(out["result"], "done");
  EXPECT_EQ(out["commits"][0]["id"], bad);
}

// A subject that tries to be an option, a command of the terminal, or just too long.
TEST_F(RevertCommand, HostileSubjects) {
  const std::string subjects[] = {"--upload-pack=touch x",    "\x1b]0;owned\x07\x1b[2J",
                                  std::string(10'000, 'x'),   "::error::x\r\n\r\n@everyone <img>",
                                  "$(touch x) `touch x` \"'", "../../refs/heads/main"};
  for (const std::string& subject : subjects) {
    repo.write("deploy/values.yaml", "tag: " + std::to_string(subject.size()) + "\n");
    repo.write("../message", subject);
    repo.git({"commit", "-q", "-a", "-F", "../message"});
    repo.git({"push", "-q", remote, "main"});
    git({"fetch", "-q"});
    const Ended ended = revert({"origin/main", "--push", "--yes"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    for (const std::string& text : {ended.out, ended.err}) {
      EXPECT_EQ(text.find('\x1b'), std::string::npos);
      EXPECT_EQ(text.find('\r'), std::string::npos);
    }
    EXPECT_LT(ended.out.size(), 2'000u);
    EXPECT_EQ(revert({"origin/main", "--push", "--yes"}).code, 0) << "found again";
  }
  EXPECT_NE(run(work, {"test", "-e", "x"}).status, 0);
}

TEST_F(RevertCommand, SignsAsGitDoes) {
  ASSERT_EQ(run(repo.root(), {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"}).status,
            0);
  write_file(repo.root() + "/signers", "ana@acme.example " + read_file(repo.root() + "/key.pub"));
  git({"config", "gpg.format", "ssh"});
  git({"config", "gpg.ssh.allowedSignersFile", repo.root() + "/signers"});
  git({"config", "user.signingKey", repo.root() + "/key"});
  EXPECT_EQ(revert({"HEAD", "--branch", "unsigned"}).code, 0);
  EXPECT_EQ(git({"log", "-1", "--format=%G?", "unsigned"}), "N");
  git({"config", "commit.gpgsign", "true"});
  EXPECT_EQ(
      revert({"HEAD", "--branch", "signed", "--signoff", "--trailer", "Incident: INC-42"}).code, 0);
  EXPECT_EQ(git({"log", "-1", "--format=%G? %GS", "signed"}), "G ana@acme.example");
  EXPECT_EQ(git({"log", "-1", "--format=%(trailers)", "signed"}),
            "Incident: INC-42\nSigned-off-by: Ana <ana@acme.example>\n");
  EXPECT_EQ(
      revert({"HEAD", "--branch", "signed", "--signoff", "--trailer", "Incident: INC-42"}).code, 0)
      << "found again";
  git({"config", "user.signingKey", repo.root() + "/none"});
  EXPECT_EQ(revert({"HEAD", "--branch", "third"}).code, 3);
  EXPECT_EQ(git({"for-each-ref", "refs/heads/third"}), "");
}

TEST_F(RevertCommand, NoIdentity) {
  git({"config", "--unset", "user.name"});
  git({"config", "user.useConfigOnly", "true"});
  const Ended ended = revert({"HEAD"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("git config --global user.name"), std::string::npos) << ended.err;
}

TEST_F(RevertCommand, Direct) {
  const Ended ended = revert({"HEAD", "--direct", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(repo.git_at(remote, {"log", "-1", "--format=%s", "main"}),
            "Revert \"Bump catalog to 1.5\"");
  EXPECT_EQ(git({"for-each-ref", "--format=%(refname)", "refs/heads"}), "refs/heads/main");
  EXPECT_EQ(revert({bad, "--direct", "--yes"}).code, 4);
}

// ---- a forge

class RevertForge : public RevertCommand {
 protected:
  RevertForge() {
    clone_from(server.url() + "/acme/catalog.git");
    environment["GITHUB_SERVER_URL"] = server.url();
    environment["GITHUB_API_URL"] = server.url() + "/api/v3";
    script("gh", "exit 4\n");
    script("glab", "exit 1\n");
  }
  HttpReply answer(const HttpRequest& request) {
    if (!request.path.starts_with("/api/v3/")) return git_backend(request, repo.root() + "/srv");
    const std::lock_guard lock(mutex);
    if (request.method == "GET")
      return {200, pull_requests.empty() ? "[]" : R"([{"html_url":"https://forge/1"}])"};
    pull_requests.push_back(request.body);
    return {201, R"({"html_url":"https://forge/1"})"};
  }
  std::size_t opened() {
    const std::lock_guard lock(mutex);
    return pull_requests.size();
  }

  std::mutex mutex;
  std::vector<std::string> pull_requests;
  HttpServer server{[this](const HttpRequest& request) { return answer(request); }};
};

TEST_F(RevertForge, PullRequestByApi) {
  environment["GH_TOKEN"] = "s3cret";
  for (const bool first : {true, false}) {
    const Ended ended = revert({"HEAD", "--pr", "--yes"});
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_NE(ended.out.find(first ? "pull request opened: https://forge/1"
                                   : "pull request is open already: https://forge/1"),
              std::string::npos)
        << ended.out;
    EXPECT_EQ((ended.out + ended.err).find("s3cret"), std::string::npos);
  }
  ASSERT_EQ(opened(), 1u);
  const json sent = json::parse(pull_requests.front());
  EXPECT_EQ(sent["title"], "Revert \"Bump catalog to 1.5\"");
  EXPECT_EQ(sent["base"], "main");
  EXPECT_NE(sent["body"].get<std::string>().find(bad), std::string::npos);
  EXPECT_EQ(at_remote("%(contents:subject)"),
            "main Bump catalog to 1.5\n"
            "revert-bump-catalog-to-1-5 Revert \"Bump catalog to 1.5\"");
}

TEST_F(RevertForge, LinkWhenThereIsNoWay) {
  const Ended ended = revert({"HEAD", "--pr", "--yes"});
  EXPECT_EQ(ended.code, 5);
  EXPECT_NE(ended.out.find("open it at " + server.url() +
                           "/acme/catalog/compare/main...revert-bump-catalog-to-1-5?expand=1"),
            std::string::npos)
      << ended.out;
  EXPECT_EQ(opened(), 0u);
}

TEST_F(RevertForge, PullRequestByGh) {
  script("gh", "echo \"$@\" >> " + repo.root() +
                   "/calls\n"
                   "case \"$2\" in\n"
                   "list) if [ -e " +
                   repo.root() +
                   "/made ]; then echo '[{\"url\":\"https://forge/7\"}]'; "
                   "else echo '[]'; fi ;;\n"
                   "create) touch " +
                   repo.root() +
                   "/made; echo https://forge/7 ;;\n"
                   "esac\n");
  for (const bool before : {false, true}) {
    const json out = as_json({"HEAD", "--pr", "--yes", "--draft"});
    EXPECT_EQ(out["pull_request"]["url"], "https://forge/7");
    EXPECT_EQ(out["pull_request"]["by"], "gh");
    EXPECT_EQ(out["pull_request"]["before"], before);
  }
  const std::string calls = read_file(repo.root() + "/calls");
  EXPECT_NE(calls.find("pr create --repo=" + server.host() +
                       "/acme/catalog --base=main --head=revert-bump-catalog-to-1-5 "
                       "--title=Revert \"Bump catalog to 1.5\" --body-file="),
            std::string::npos)
      << calls;
  EXPECT_EQ(opened(), 0u);
}

TEST_F(RevertForge, MergeRequestByGlab) {
  environment.erase("GITHUB_SERVER_URL");
  environment["GITLAB_HOST"] = server.url();
  script("glab", "echo \"$@\" >> " + repo.root() +
                     "/calls\n"
                     "case \"$2\" in list) echo '[]' ;; create) echo '!7 main <- x'; "
                     "echo https://forge/-/merge_requests/7 ;; esac\n");
  const json out = as_json({"HEAD", "--pr", "--yes"});
  EXPECT_EQ(out["pull_request"]["url"], "https://forge/-/merge_requests/7");
  EXPECT_NE(read_file(repo.root() + "/calls").find("--source-branch=revert-bump-catalog-to-1-5"),
            std::string::npos);
}

// The config repository names another image: whether its code may go back is said to the reviewer.
TEST_F(RevertForge, PreflightInTheBody) {
  environment["GH_TOKEN"] = "s3cret";
  const Repo service;
  service.commit_file("db/migrations/V1__a.sql", "CREATE TABLE a (id bigint, note text);\n");
  service.write("app.sql.go", "SELECT note FROM a\n");
  service.commit("code");
  service.git({"tag", "v1.4.0"});
  service.commit_file("db/migrations/V2__b.sql", "ALTER TABLE a DROP COLUMN note;\n");
  service.git({"tag", "v1.5.0"});
  repo.write(".backout.yaml",
             "services:\n  catalog:\n    image: ghcr.io/acme/catalog\n    repository: " +
                 service.path() + "\n");
  const auto deployment = [](const std::string& tag) {
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: catalog}\nspec:\n  template:\n"
           "    spec:\n      containers:\n        - {name: catalog, image: "
           "\"ghcr.io/acme/catalog:" +
           tag + "\"}\n";
  };
  repo.commit_file("deploy/catalog.yaml", deployment("v1.4.0"));
  repo.commit_file("deploy/catalog.yaml", deployment("v1.5.0"));
  repo.git({"push", "-q", remote, "main"});
  git({"fetch", "-q"});
  const Ended ended = revert({"origin/main", "--pr", "--yes"});
  ASSERT_EQ(ended.code, 0) << ended.out << ended.err;
  const std::string body = json::parse(pull_requests.front())["body"];
  EXPECT_NE(body.find("## Pre-flight"), std::string::npos) << body;
  EXPECT_NE(body.find("**unsafe**"), std::string::npos) << body;
  EXPECT_NE(body.find("compat/drop-column"), std::string::npos) << body;
  EXPECT_EQ(body.find("Ways back"), std::string::npos) << body;
}

// Killed at each step; the same command again ends where one run would have ended.
TEST_F(RevertForge, KilledBetweenSteps) {
  environment["GH_TOKEN"] = "s3cret";
  const std::string root = repo.root();
  // Kills the `backout` that it runs below, once.
  script("kill-backout", "[ -e " + root +
                             "/armed ] || exit 0\n"
                             "rm " +
                             root +
                             "/armed\n"
                             "pid=$$\n"
                             "while [ \"$pid\" -gt 1 ]; do\n"
                             "  echo $pid >> " +
                             root +
                             "/orphans\n"
                             "  read -r name < /proc/$pid/comm\n"
                             "  [ \"$name\" = backout ] && kill -9 $pid && exit 0\n"
                             "  pid=$(sed 's/.*) . //; s/ .*//' /proc/$pid/stat)\n"
                             "done\n");
  const struct {
    const char* where;
    std::vector<std::pair<std::string, std::string>> scripts;  // path, body
  } points[] = {
      {"before the branch",
       {{work + "/.git/hooks/reference-transaction", "kill-backout\nexit 0\n"}}},
      {"after the branch",
       {{work + "/.git/hooks/reference-transaction",
         "[ \"$1\" != committed ] || kill-backout\nexit 0\n"}}},
      {"before the push", {{work + "/.git/hooks/pre-push", "kill-backout\nexit 1\n"}}},
      {"during the push", {{work + "/.git/hooks/pre-push", "kill-backout\nexit 0\n"}}},
      {"before the pull request", {{root + "/bin/gh", "kill-backout\nexit 4\n"}}},
  };
  int killed = 0;
  for (const auto& point : points) {
    SCOPED_TRACE(point.where);
    for (const auto& [path, body] : point.scripts) {
      write_file(path, "#!/bin/sh\n" + body);
      ASSERT_EQ(run(root, {"chmod", "+x", path}).status, 0);
    }
    write_file(root + "/armed", "");
    const Ended ended = revert({"HEAD", "--pr", "--yes"});
    EXPECT_EQ(ended.code, 128 + 9);
    killed += ended.code == 128 + 9;
    for (const auto& [path, body] : point.scripts) write_file(path, "#!/bin/sh\nexit 4\n");
    for (const auto& [path, body] : point.scripts)
      if (path.find("hooks") != std::string::npos) run(root, {"rm", path});
    // What it ran goes on without it: a push may still end.
    std::istringstream orphans(read_file(root + "/orphans"));
    for (std::string pid; orphans >> pid;)
      for (int i = 0;
           i < 500 &&
           run(root, {"grep", "-q", "^State:.[^Z]", "/proc/" + pid + "/status"}).status == 0;
           ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const Ended again = revert({"HEAD", "--pr", "--yes"});
    EXPECT_EQ(again.code, 0) << again.out << again.err;
    EXPECT_EQ(at_remote("%(tree)"), "main " + git({"rev-parse", "main^{tree}"}) +
                                        "\nrevert-bump-catalog-to-1-5 " +
                                        git({"rev-parse", "main~1^{tree}"}));
    EXPECT_EQ(opened(), 1u);
    EXPECT_EQ(git({"rev-parse", "revert-bump-catalog-to-1-5~1"}), bad);
    // From the start.
    repo.git_at(remote, {"update-ref", "-d", "refs/heads/revert-bump-catalog-to-1-5"});
    git({"update-ref", "-d", "refs/heads/revert-bump-catalog-to-1-5"});
    const std::lock_guard lock(mutex);
    pull_requests.clear();
  }
  EXPECT_EQ(killed, 5);
}

// Many files at once: the request is sent in chunks or in one piece, as git likes.
TEST_F(RevertForge, LargePush) {
  std::string big;
  for (unsigned i = 0; i < 300'000; ++i) big += static_cast<char>('!' + (i * 7919 + i / 13) % 90);
  repo.write("big", big);
  repo.git({"add", "-A"});
  repo.git({"commit", "-q", "-m", "big"});
  repo.git({"rm", "-q", "big"});
  repo.git({"commit", "-q", "-m", "not big"});
  repo.git({"push", "-q", remote, "main"});
  git({"fetch", "-q"});
  const Ended ended = revert({"origin/main", "--push", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("a pull request is opened at"), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace backout::test
