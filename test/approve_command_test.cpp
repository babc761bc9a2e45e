// `backout approve` writes what the check accepts, and refuses what it would not; `backout audit`
// lists all of it.
#include <algorithm>
#include <filesystem>

#include "exception_fixture.h"

namespace backout::test {
namespace {

using Words = std::vector<std::string>;

class Approve : public ExceptionTest {
 protected:
  Approve() {
    write_migration();
    write_runbook();
    commit_as("dev@acme.example");
  }
  [[nodiscard]] Ended run_approve(const Words& more, const std::string& below = "") const {
    Words words = {"approve", "--base", "main"};
    words.insert(words.end(), more.begin(), more.end());
    return backout(repo.path() + below, words, setting());
  }
  void expect_refused(const Words& words, std::string_view why) const {
    const Ended ended = run_approve(words);
    EXPECT_EQ(ended.code, 2) << ended.out;
    EXPECT_TRUE(contains(ended.err, why)) << ended.err;
    EXPECT_FALSE(std::filesystem::exists(repo.path() + "/" + ledger));
  }
  const std::string rule = "compat/drop-column";
};

TEST_F(Approve, AppendsAndKeepsWhatIsThere) {
  for (const std::string& before :
       {std::string("# ours\r\n\r\n"), std::string("# no line end"), std::string("---\n# x\n")}) {
    repo.write(ledger, before);
    EXPECT_TRUE(contains(
        approve(), ana + " lets compat/drop-column in " + migration + " pass until 2026-03-15"));
    const std::string once = read_file(repo.path() + "/" + ledger);
    EXPECT_TRUE(once.starts_with(before)) << once;
    approve();
    EXPECT_TRUE(read_file(repo.path() + "/" + ledger).starts_with(once));
    commit_as(ana);
    EXPECT_EQ(judged(), "pass") << before;
  }
}

TEST_F(Approve, TakesWhoAndWhyFromWhereTheyStand) {
  repo.git({"config", "user.email", "bob@acme.example"});
  const Ended ended = run_approve({"0002_drop_note.up.sql", rule}, "/db/migrations");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_FALSE(contains(ended.out, "still missing")) << ended.out;
  const std::string text = read_file(repo.path() + "/" + ledger);
  EXPECT_TRUE(text.starts_with("# Breaks that were let pass"));
  EXPECT_TRUE(contains(text, "approver: \"bob@acme.example\"")) << text;
  EXPECT_TRUE(contains(text, "reason: \"2.3.0 was the last to read it\"")) << text;
  commit_as("bob@acme.example");
  EXPECT_EQ(judged(), "pass");
}

TEST_F(Approve, SaysWhatElseIsMissing) {
  repo.git({"checkout", "-q", "-B", "side", "main"});
  write_migration(drop);
  commit_as("dev@acme.example");
  const std::string said = approve();
  for (const char* const part : {"still missing", "`-- migration-incompatible: true`",
                                 "approve again after that", "docs/recovery.md"})
    EXPECT_TRUE(contains(said, part)) << part << "\n" << said;
}

TEST_F(Approve, RefusesWhatWouldNotCount) {
  const Words by_ana = {"--approver", ana, "--reason", "x"};
  const auto with = [&](Words words) {
    words.insert(words.end(), by_ana.begin(), by_ana.end());
    return words;
  };
  expect_refused(with({migration}), "name the rules to let pass; in `" + migration + "`");
  expect_refused(with({migration, "compat/drop-colum"}), "did you mean `compat/drop-column`?");
  expect_refused(with({migration, "compat/drop-table"}), "`compat/drop-table` found no error");
  expect_refused(with({"db/migrations/0001_books.up.sql", rule}), "no migration that the change");
  expect_refused(with({"db/nothing.sql", rule}), "names no file");
  expect_refused(with({migration, rule, "--expires", "2026-02-28"}), "is over");
  expect_refused(with({migration, rule, "--expires", "soon"}), "it is a date");
  expect_refused({migration, rule, "--approver", "eve@acme.example"}, "may not approve; " + ana);
  expect_refused({migration, rule, "--approver", "eve"}, "is no e-mail address");
  repo.git({"commit", "-q", "--amend", "--no-edit"}, {{"GIT_COMMITTER_EMAIL", ana}});
  expect_refused(with({migration, rule}), "somebody else must approve it");
}

TEST_F(Approve, LeavesALedgerAloneThatItCannotAppendTo) {
  const auto expect_kept = [&](const std::string& text, const char* why) {
    repo.write(ledger, text);
    const Ended ended = run_approve({migration, rule, "--approver", ana});
    EXPECT_EQ(ended.code, 2) << ended.out;
    EXPECT_TRUE(contains(ended.err, why)) << ended.err;
    EXPECT_EQ(read_file(repo.path() + "/" + ledger), text);
  };
  expect_kept("[]\n", "nothing can be appended");
  expect_kept("a: b\n", "mend it first");
  expect_kept("- {}\n", "mend it first");
  std::filesystem::remove(repo.path() + "/" + ledger);
  repo.write("elsewhere.yaml", "# nothing\n");
  std::filesystem::create_symlink("../elsewhere.yaml", repo.path() + "/" + ledger);
  EXPECT_EQ(run_approve({migration, rule, "--approver", ana}).code, 2);
  EXPECT_EQ(read_file(repo.path() + "/elsewhere.yaml"), "# nothing\n");
}

// ---- audit

class Audit : public ExceptionTest {
 protected:
  [[nodiscard]] nlohmann::json audit(const Words& more = {}, const Environment& now = {}) const {
    Words words = {"audit", "--format", "json"};
    words.insert(words.end(), more.begin(), more.end());
    const Ended ended = backout(repo.path(), words, setting(now));
    EXPECT_EQ(ended.code, 0) << ended.err;
    return nlohmann::json::parse(ended.out, nullptr, false);
  }
  // "approval in force, ignore removed"
  [[nodiscard]] std::string states(const nlohmann::json& audit) const {
    std::string out;
    for (const nlohmann::json& one : audit["exceptions"])
      out += (out.empty() ? "" : ", ") + one["kind"].get<std::string>() + ' ' +
             one["state"].get<std::string>();
    return out;
  }
};

TEST_F(Audit, TellsOfAllThatEverPassed) {
  repo.write("db/migrations/0003_price.up.sql",
             "-- backout:ignore compat/change-default, compat/drop-default nobody relies on it\n"
             "ALTER TABLE books ADD COLUMN price integer;\n");
  repo.write("deploy/rollout.yaml",
             "# backout:ignore rollout/first-weight-too-large it is tiny\nmetadata:\n"
             "  annotations:\n    backout/ignore: |\n"
             "      analysis/passes-without-samples by night\n");
  commit_as("dev@acme.example");
  make_exception();
  EXPECT_EQ(states(audit()),
            "ignore in force, ignore in force, ignore in force, ignore in force, "
            "annotation in force, approval in force");
  const nlohmann::json approval = audit()["exceptions"].back();
  EXPECT_EQ(approval["path"], migration);
  EXPECT_EQ(approval["rule"], "compat/drop-column");
  EXPECT_EQ(approval["approver"], ana);
  EXPECT_EQ(approval["date"], "2026-03-01");
  EXPECT_EQ(approval["expires"], "2026-03-15");
  EXPECT_EQ(approval["author"], "Author <" + ana + ">");
  EXPECT_TRUE(approval["removed_by"].is_null());

  EXPECT_EQ(states(audit({}, {{"BACKOUT_NOW", "2026-04-01"}})),
            "ignore in force, ignore in force, ignore in force, ignore in force, "
            "annotation in force, approval expired");
  write_migration(drop);
  std::filesystem::remove(repo.path() + "/deploy/rollout.yaml");
  const std::string later = commit_as("dev@acme.example");
  EXPECT_EQ(states(audit()),
            "ignore in force, ignore in force, ignore removed, ignore removed, "
            "annotation removed, approval other bytes");
  EXPECT_EQ(audit()["exceptions"][3]["removed_by"], later.substr(0, 12));
  repo.write(ledger, "[]\n");
  commit_as("dev@acme.example");
  EXPECT_EQ(states(audit({"--since", "HEAD~2"})), "");
  EXPECT_EQ(states(audit({"--since", "main"})), states(audit()));
  EXPECT_TRUE(states(audit()).ends_with("approval removed"));

  const Ended text = backout(repo.path(), {"audit"}, setting());
  EXPECT_TRUE(contains(text.out, "6 exceptions: 2 in force, 4 removed")) << text.out;
  EXPECT_TRUE(contains(text.out, "approved by ana@acme.example on 2026-03-01, until 2026-03-15"));
}

TEST_F(Audit, ATableIsNoProgram) {
  repo.write("db/migrations/0003_x.up.sql",
             "-- backout:ignore compat/drop-column =cmd|'/C calc'!A0, \"quoted\"\nSELECT 1;\n"
             "-- backout:ignore compat/drop-table @SUM(1+1)\x1b[2J\nSELECT 2;\n");
  commit_as("dev@acme.example");
  const Ended csv = backout(repo.path(), {"audit", "--format", "csv"}, setting());
  EXPECT_EQ(csv.code, 0);
  EXPECT_TRUE(contains(csv.out, ",\"'=cmd|'/C calc'!A0, \"\"quoted\"\"\",")) << csv.out;
  EXPECT_TRUE(contains(csv.out, ",\"'@SUM(1+1)\\x1b[2J\",")) << csv.out;
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 3);
}

TEST_F(Audit, AShallowCloneIsNoWholeHistory) {
  make_exception();
  const std::string path = repo.root() + "/clone";
  repo.git_at(repo.root(),
              {"clone", "-q", "--depth", "1", "-b", "side", "file://" + repo.path(), path});
  const Ended ended = backout(path, {"audit"}, setting());
  EXPECT_EQ(ended.code, 3);
  EXPECT_TRUE(contains(ended.out, "this clone is shallow")) << ended.out;
  EXPECT_EQ(backout(repo.path(), {"audit", "--format", "xml"}, setting()).code, 2);
  EXPECT_EQ(backout(repo.path(), {"audit", "--since", "nowhere"}, setting()).code, 2);
}

TEST_F(Audit, OfNothingIsNothing) {
  EXPECT_EQ(backout(repo.path(), {"audit"}, setting()).out, "no exceptions\n");
}

}  // namespace
}  // namespace backout::test
