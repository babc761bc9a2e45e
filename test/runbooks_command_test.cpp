// `backout runbooks check` as CI runs it, in real repositories.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/cli.h"
#include "program.h"

namespace backout::test {
namespace {

const Setting on_first_of_march{.environment = {{"BACKOUT_NOW", "2026-03-01"}}};

const std::string sections =
    "## When to reach for this\n## Pre-flight\n## Trigger\n## Step 1: check\n## Step 2: diagnose\n"
    "## Step 3: mitigate\n## Verify\n## Step 4: communicate\n## Step 5: post-mortem\n"
    "## Common false starts\n## Related runbooks\n";

std::string runbook_of(std::string_view date, std::string_view body = {}) {
  return "# Roll back\n\n" + std::string(body) + "\n" + sections +
         "## When this runbook last worked\n\n| date | what |\n|---|---|\n| " + std::string(date) +
         " | drill |\n";
}

std::string ids(const nlohmann::json& report) {
  std::string out;
  for (const auto& finding : report["findings"])
    out += finding["rule"].get<std::string>().substr(8) + '@' +
           finding["location"]["path"].get<std::string>() + ' ';
  return report["verdict"]["decision"].get<std::string>() + ' ' + out;
}

TEST(RunbooksCommand, ExitCodesSayWhatWasFound) {
  const Repo repo;
  Ended ended;
  report(repo.path(), {"runbooks", "check"}, on_first_of_march, &ended);
  EXPECT_EQ(ended.code, 3);
  ended = backout(repo.path(), {"runbooks", "check", "--allow-empty"}, on_first_of_march);
  EXPECT_EQ(ended.code, 0);

  repo.write("runbooks/code.md", runbook_of("2026-02-01"));
  auto found = report(repo.path(), {"runbooks", "check"}, on_first_of_march, &ended);
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ids(found), "pass ");
  EXPECT_EQ(found["mode"], "runbooks");
  EXPECT_EQ(found["inputs"].size(), 1U);

  repo.write("runbooks/code.md", runbook_of("2025-02-01"));
  found = report(repo.path(), {"runbooks", "check"}, on_first_of_march, &ended);
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ids(found), "block stale@runbooks/code.md ");

  repo.write(".backout.yaml", "rules:\n  runbook: note\n");
  found = report(repo.path(), {"runbooks", "check"}, on_first_of_march, &ended);
  EXPECT_EQ(ended.code, 0);
  repo.write(".backout.yaml", "runbooks:\n  stale_days: 500\n");
  EXPECT_EQ(ids(report(repo.path(), {"runbooks", "check"}, on_first_of_march)), "pass ");
  repo.write(".backout.yaml", "runbooks:\n  stale_dys: 500\n");
  EXPECT_EQ(backout(repo.path(), {"runbooks", "check"}, on_first_of_march).code, 2);
}

TEST(RunbooksCommand, ReadsTheWorktreeAsGitSeesIt) {
  const Repo repo;
  repo.write("runbooks/code.md",
             runbook_of("2026-02-01",
                        "```\nkubectl apply -f deploy/a.yaml\n"
                        "kubectl argo rollouts abort cart\n```\n[x](../out/x.md)\n"));
  repo.write("deploy/a.yaml",
             "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: checkout}\n");
  repo.write("out/x.md", "ignored by git: a clone does not have it\n");
  repo.write(".gitignore", "out\n");
  repo.commit("one");
  EXPECT_EQ(ids(report(repo.path(), {"runbooks", "check"}, on_first_of_march)),
            "block name-gone@runbooks/code.md broken-link@runbooks/code.md ");
  // New files count before they are committed, deleted ones do not; a subfolder is as good.
  repo.write("deploy/b.yaml",
             "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: cart}\n");
  repo.write(".gitignore", "");
  EXPECT_EQ(ids(report(repo.path() + "/deploy", {"runbooks", "check"}, on_first_of_march)),
            "pass ");
  EXPECT_EQ(
      ids(report(repo.path() + "/deploy", {"runbooks", "check", "../runbooks"}, on_first_of_march)),
      "pass ");
}

TEST(RunbooksCommand, FindsRunbooksWhereTheConfigurationSays) {
  const Repo repo;
  repo.write("ops/a/rb-one.md", runbook_of("2026-02-01"));
  repo.write("ops/b/two.md", runbook_of("2020-01-01"));
  repo.write("ops/b/dr-drill-2026-01.md", "# A record, no runbook\n");
  repo.write(".backout.yaml", "runbooks:\n  paths: [\"ops/**/rb-*.md\"]\n");
  EXPECT_EQ(ids(report(repo.path(), {"runbooks", "check"}, on_first_of_march)), "pass ");
  EXPECT_EQ(ids(report(repo.path(), {"runbooks", "check", "ops/b"}, on_first_of_march)),
            "block stale@ops/b/two.md ");
  EXPECT_EQ(backout(repo.path(), {"runbooks", "check", "ops/c"}, on_first_of_march).code, 2);
  EXPECT_EQ(backout(repo.path(), {"runbooks", "check", "../x"}, on_first_of_march).code, 2);
}

TEST(RunbooksCommand, WorksWithoutGit) {
  const TemporaryDirectory directory;
  write_file(directory.path() + "/runbooks/a.md", runbook_of("2026-02-01"));
  EXPECT_EQ(ids(report(directory.path(), {"runbooks", "check"}, on_first_of_march)), "pass ");
}

TEST(RunbooksCommand, WhatCannotBeReadIsUndecided) {
  const Repo repo;
  repo.write("runbooks/code.md", runbook_of("2026-02-01"));
  repo.write("secret.md", "# Secret\n");
  std::filesystem::create_symlink("../secret.md", repo.path() + "/runbooks/link.md");
  auto found = report(repo.path(), {"runbooks", "check"}, on_first_of_march);
  EXPECT_EQ(ids(found), "undecided ");
  EXPECT_EQ(found.dump().find("Secret"), std::string::npos);
  std::filesystem::remove(repo.path() + "/runbooks/link.md");
  repo.write("runbooks/large.md", std::string(2U << 20, 'x'));
  EXPECT_EQ(ids(report(repo.path(), {"runbooks", "check"}, on_first_of_march)), "undecided ");
  repo.write("runbooks/large.md", std::string("#\0\0\0", 4));
  EXPECT_EQ(ids(report(repo.path(), {"runbooks", "check"}, on_first_of_march)), "undecided ");
}

TEST(RunbooksCommand, RefusesAClockThatIsNone) {
  const Repo repo;
  const Ended ended =
      backout(repo.path(), {"runbooks", "check"}, {.environment = {{"BACKOUT_NOW", "monday"}}});
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("BACKOUT_NOW is `monday`"), std::string::npos) << ended.err;
}

// Runbooks are held against this: every command must be able to say what it accepts.
TEST(RunbooksCommand, EveryCommandDeclaresItsOptions) {
  for (const cli::Command& command : cli::commands()) {
    const std::string_view words[] = {command.name};
    const auto options = cli::accepted_by(words);
    if (options) {
      EXPECT_TRUE(options->contains("--help")) << command.name;
    } else {  // it has subcommands, and says so
      const Ended ended = backout(".", {std::string(command.name), "--help"});
      EXPECT_NE(ended.out.find(std::string(command.name) + " COMMAND"), std::string::npos);
    }
  }
  const std::string_view check[] = {"check"}, runbooks[] = {"runbooks", "check", "ops"},
                         none[] = {"chek"}, plan[] = {"plan", "recover"};
  ASSERT_TRUE(cli::accepted_by(check));
  EXPECT_TRUE(cli::accepted_by(check)->at("--base"));
  EXPECT_FALSE(cli::accepted_by(check)->at("--staged"));
  ASSERT_TRUE(cli::accepted_by(runbooks));
  EXPECT_TRUE(cli::accepted_by(runbooks)->contains("--allow-empty"));
  EXPECT_FALSE(cli::accepted_by(none));
  EXPECT_FALSE(cli::accepted_by(plan));
  EXPECT_FALSE(cli::accepted_by({}));
}

}  // namespace
}  // namespace backout::test
