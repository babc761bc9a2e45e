// `backout drill` without a terminal: what it picks, what it writes, and that it leaves the rest of
// the world alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "program.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;

const Setting at_noon{.environment = {{"BACKOUT_NOW", "2026-03-01T12:00:00Z"}}};
const std::string table = "## When this runbook last worked\n\n| date | what |\n|---|---|\n";

std::vector<std::string> drill(std::vector<std::string> more) {
  std::vector<std::string> words = {"drill",       "--detected", "40s",      "--decided", "2m",
                                    "--mitigated", "5m30s",      "--worked", "yes"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::vector<std::string> files(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder))
    out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

TEST(DrillCommand, PicksWhatWasDrilledLongestAgo) {
  const Repo repo;
  repo.write("runbooks/code-rollback-argocd.md", "# A\n\n" + table + "| 2026-01-01 | drill |\n");
  repo.write("runbooks/code-rollback-rollouts.md", "# B\n\n" + table + "| 2025-12-01 | drill |\n");
  repo.write("runbooks/data-rollback-velero.md", "# C\n\n" + table);
  repo.write("runbooks/dr-drill-2026-02.md",
             "---\ndate: 2026-02-01\ntask: data-velero\nworked: false\n---\n");
  EXPECT_EQ(backout(repo.path(), {"drill", "--list"}, at_noon).out,
            "    code-argocd    2026-01-01   runbooks/code-rollback-argocd.md\n"
            "due code-rollouts  2025-12-01   runbooks/code-rollback-rollouts.md\n"
            "    data-pitr      never        (no runbook)\n"
            "    data-velero    2026-02-01   runbooks/data-rollback-velero.md\n");
  repo.write(
      ".backout.yaml",
      "runbooks:\n  rotation: [code-helm, code-argocd]\n  tasks: {code-helm: ops/helm.md}\n");
  repo.write("ops/helm.md", "# Helm\n");
  EXPECT_EQ(backout(repo.path(), {"drill", "--list"}, at_noon).out,
            "due code-helm      never        ops/helm.md\n"
            "    code-argocd    2026-01-01   runbooks/code-rollback-argocd.md\n");
}

TEST(DrillCommand, WritesTheRecordAndOneRow) {
  const Repo repo;
  const std::string path = repo.path() + "/runbooks/code-rollback-argocd.md";
  const std::string before =
      "\xEF\xBB\xBF# Roll back\r\n\r\n> **STALE**: last worked long ago.\r\n\r\ntext  \r\n"
      "| Resolved By | Date | Ticket | NOTES |\r\n|:--|--:|---|---|\r\n"
      "| ben | 2025-06-01 | 12 | |\r\n\r\n## Last  \r\nno end";
  write_file(path, before);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  const Ended ended = backout(
      repo.path(),
      drill({"--scenario", "bad `image`", "--resolved-by", "an|a\n| x", "--notes", "<b> # now"}),
      at_noon);
  EXPECT_EQ(ended.code, 0) << ended.err;
  std::string after = before;
  after.erase(after.find("> **"), std::string("> **STALE**: last worked long ago.\r\n\r\n").size());
  after.insert(after.find("\r\n## Last"),
               "| an\\|a \\| x | 2026-03-01 |  | RTO 5m 30s; &lt;b> # now |\r\n");
  EXPECT_EQ(read_file(path), after);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(files(repo.path() + "/runbooks"),
            (std::vector<std::string>{"code-rollback-argocd.md", "dr-drill-2026-03.md"}));
  const std::string record = read_file(repo.path() + "/runbooks/dr-drill-2026-03.md");
  for (const std::string_view part :
       {"date: 2026-03-01\ntask: code-argocd\n", "worked: true\n", "| scenario | bad \\`image\\` |",
        "**recovery time (RTO)** | 5m 30s |", "**human action time** | 1m 20s |",
        "**recovery point (RPO)** | no data layer involved |", "| the runbook worked |",
        "| detect | 2026-03-01T11:55:10Z | 40s |"})
    EXPECT_NE(record.find(part), std::string::npos) << part << record;
}

TEST(DrillCommand, ASecondDrillOfAMonthOverwritesNothing) {
  const Repo repo;
  repo.write("runbooks/code-rollback-argocd.md", "# A\n");
  repo.write("runbooks/dr-drill-2026-03.md", "mine\n");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(backout(repo.path(), drill({}), at_noon).code, 0);
  EXPECT_EQ(read_file(repo.path() + "/runbooks/dr-drill-2026-03.md"), "mine\n");
  EXPECT_EQ(files(repo.path() + "/runbooks"),
            (std::vector<std::string>{"code-rollback-argocd.md", "dr-drill-2026-03-2.md",
                                      "dr-drill-2026-03-3.md", "dr-drill-2026-03.md"}));
  EXPECT_EQ(read_file(repo.path() + "/runbooks/code-rollback-argocd.md"),
            "# A\n\n## When this runbook last worked\n\n"
            "| date | what | region | resolved by | notes |\n|---|---|---|---|---|\n"
            "| 2026-03-01 | drill |  |  | RTO 5m 30s |\n"
            "| 2026-03-01 | drill |  |  | RTO 5m 30s |\n");
}

TEST(DrillCommand, ADrillThatFailedProvesNothing) {
  const Repo repo;
  repo.write("runbooks/data-rollback-postgres-pitr.md",
             "# P\n\n> STALE\n\n## When this runbook last worked\n");
  const std::vector<std::string> words = {"drill", "--detected",  "1m",  "--decided",
                                          "2m",    "--mitigated", "41m", "--worked",
                                          "no",    "--data-loss", "90s"};
  EXPECT_EQ(backout(repo.path(), words, at_noon).code, 0);
  const std::string text = read_file(repo.path() + "/runbooks/data-rollback-postgres-pitr.md");
  EXPECT_NE(text.find("> STALE\n"), std::string::npos);
  EXPECT_NE(text.find("| did not work; RTO 41m, RPO 1m 30s |"), std::string::npos) << text;
  const Ended check = backout(repo.path(), {"runbooks", "check"}, at_noon);
  EXPECT_NE(check.out.find("runbook/never-worked"), std::string::npos) << check.out;
}

TEST(DrillCommand, ADryRunWritesNothing) {
  const Repo repo;
  repo.write("runbooks/code-rollback-argocd.md", "# A\n");
  const Ended ended = backout(repo.path(), drill({"--dry-run"}), at_noon);
  EXPECT_EQ(ended.code, 0);
  EXPECT_NE(ended.out.find("dr-drill-2026-03.md"), std::string::npos);
  EXPECT_NE(ended.out.find("  + | 2026-03-01 | drill |"), std::string::npos) << ended.out;
  EXPECT_EQ(files(repo.path() + "/runbooks"), std::vector<std::string>{"code-rollback-argocd.md"});
  EXPECT_EQ(read_file(repo.path() + "/runbooks/code-rollback-argocd.md"), "# A\n");
}

TEST(DrillCommand, WrongUsageWritesNothing) {
  const Repo repo;
  repo.write("runbooks/code-rollback-argocd.md", "# A\n");
  repo.write("runbooks/data-rollback-velero.md", "# V\n");
  struct {
    std::vector<std::string> words;
    std::string message;
  } const cases[] = {
      {{"drill"}, "`--detected` is missing: without a terminal"},
      {drill({"--task", "code-argo"}), "`--task` cannot be `code-argo`; known are decision-tree"},
      {drill({"--task", "code-helm"}), "there is no runbook for `code-helm`"},
      {drill({"--task", "data-velero"}), "`--data-loss` is missing"},
      {drill({"--task", "data-velero", "--data-loss", "much"}), "`--data-loss` cannot be `much`"},
      {drill({"--started", "2026-03-01T11:59:00Z"}),
       "which lies ahead: it is 2026-03-01T12:00:00Z"},
      {drill({"--started", "11:00"}), "`--started` cannot be `11:00`"},
      {{"drill", "--detected", "2m", "--decided", "1m", "--mitigated", "3m", "--worked", "yes"},
       "`--decided` is earlier than `--detected`"},
      {{"drill", "--detected", "2026-03-01T10:00:00", "--decided", "1m", "--mitigated", "3m",
        "--worked", "yes"},
       "`--detected` cannot be `2026-03-01T10:00:00`"},
      {{"drill", "--detected", "1m", "--decided", "1m", "--mitigated", "2026-03-01T10:00:00Z",
        "--worked", "yes"},
       "`--started` is missing"},
      {{"drill", "--detected", "1m", "--decided", "1m", "--mitigated", "3m"},
       "`--worked yes` or `--worked no` is missing"},
      {{"drill", "--detected", "1m", "--decided", "1m", "--mitigated", "3m", "--worked", "maybe"},
       "`--worked` cannot be `maybe`"},
  };
  for (const auto& one : cases) {
    const Ended ended = backout(repo.path(), one.words, at_noon);
    EXPECT_EQ(ended.code, 2) << one.message;
    EXPECT_NE(ended.err.find(one.message), std::string::npos) << ended.err;
  }
  EXPECT_EQ(files(repo.path() + "/runbooks"),
            (std::vector<std::string>{"code-rollback-argocd.md", "data-rollback-velero.md"}));
  EXPECT_EQ(read_file(repo.path() + "/runbooks/data-rollback-velero.md"), "# V\n");
}

}  // namespace
}  // namespace backout::test
