// Audited exceptions on real repositories: a break passes with all three parts and with nothing
// less, whatever the change tries.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "core/sha256.h"
#include "exception_fixture.h"

namespace backout::test {
namespace {

using Words = std::vector<std::string>;
const std::string at = "@" + migration;
const std::string blocked = "block compat/drop-column" + at + ":3";

using Exception = ExceptionTest;

TEST_F(Exception, PassesWithAllThreeAndStaysVisible) {
  make_exception();
  const nlohmann::json seen = check();
  EXPECT_EQ(gist(seen), "pass");
  EXPECT_EQ(seen["counts"]["error"], 0);
  EXPECT_EQ(seen["counts"]["overridden"], 1);
  ASSERT_EQ(seen["overrides"].size(), 1U);
  const nlohmann::json& one = seen["overrides"][0];
  EXPECT_EQ(one["finding"]["rule"], "compat/drop-column");
  EXPECT_EQ(one["finding"]["level"], "error");
  EXPECT_EQ(one["settled"], true);
  EXPECT_EQ(one["reason"], "2.3.0 was the last to read it");
  EXPECT_EQ(one["approval"]["approver"], ana);
  EXPECT_EQ(one["approval"]["sha256"], sha256(header + drop));
  EXPECT_EQ(one["approval"]["date"], "2026-03-01");
  EXPECT_EQ(one["approval"]["expires"], "2026-03-15");
  EXPECT_EQ(one["approval"]["location"]["path"], ledger);
  const std::string evidence = one["evidence"].dump();
  for (const char* const part :
       {"dev@acme.example", "Author <ana@acme.example>", "docs/recovery.md"})
    EXPECT_TRUE(contains(evidence, part)) << part << "\n" << evidence;

  const Ended text = backout(repo.path(), {"check", "--base", "main"}, setting());
  EXPECT_EQ(text.code, 0);
  for (const char* const part : {"overridden: ", "by ana@acme.example on 2026-03-01", "archived",
                                 "pass: nothing that blocks (1 overridden)"})
    EXPECT_TRUE(contains(text.out, part)) << part << "\n" << text.out;
}

TEST_F(Exception, EachPartIsNeeded) {
  struct {
    const char* name;
    bool annotated, approved, documented;
    const char* left;
  } const cases[] = {
      {"annotation", false, true, true, "release/exception-without-annotation"},
      {"approval", true, false, true, "release/exception-without-approval"},
      {"runbook", true, true, false, "release/exception-without-runbook"},
  };
  for (const auto& one : cases) {
    repo.git({"checkout", "-q", "-B", "side", "main"});
    write_migration(one.annotated ? header + drop : drop);
    if (one.documented) write_runbook();
    commit_as("dev@acme.example");
    if (one.approved) approve();
    commit_as(ana);
    const nlohmann::json seen = check();
    EXPECT_EQ(seen["verdict"]["exit_code"], 1) << one.name;
    EXPECT_EQ(seen["counts"]["by_rule"].size(), 2U) << one.name << gist(seen);
    EXPECT_NE(message_of(seen, one.left), "") << one.name << gist(seen);
    EXPECT_TRUE(seen["overrides"].empty()) << one.name;
  }
}

TEST_F(Exception, WithoutAnAttemptThereIsOnlyAHint) {
  write_migration(drop);
  commit_as("dev@acme.example", {}, "Drop the note\n\nApproved-by: Ana <ana@acme.example>\n");
  EXPECT_EQ(judged(), "block compat/drop-column" + at + ":1");
  const Ended text = backout(repo.path(), {"check", "--base", "main"}, setting());
  EXPECT_TRUE(contains(text.out, "let an approver run `backout approve FILE RULE`")) << text.out;
  make_exception();
  EXPECT_FALSE(contains(backout(repo.path(), {"check", "--base", "main"}, setting()).out,
                        "let an approver run"));
}

TEST_F(Exception, AnIgnoreCommentAcceptsNoErrorWhereApprovalsAreAskedFor) {
  write_migration("-- backout:ignore compat/drop-column nobody reads it\n" + drop);
  commit_as("dev@acme.example");
  const nlohmann::json seen = check();
  EXPECT_EQ(gist(seen), "block compat/drop-column" + at + ":2");
  EXPECT_TRUE(contains(seen["findings"][0]["notes"].dump(), "accepts no error"));
  EXPECT_TRUE(seen["ignores"].empty());
}

TEST_F(Exception, ForgedTrailersAreShownAndCountForNothing) {
  write_migration();
  write_runbook();
  commit_as("dev@acme.example", {},
            "Drop the note\n\nApproved-by: Ana <ana@acme.example>\nMigration-Incompatible: true\n");
  const nlohmann::json seen = check();
  EXPECT_EQ(seen["verdict"]["exit_code"], 1);
  ASSERT_NE(message_of(seen, "release/exception-without-approval"), "");
  EXPECT_TRUE(contains(seen["findings"].dump(), "Approved-by: Ana"));
  EXPECT_TRUE(contains(seen["findings"].dump(), "a claim, which counts for nothing"));
}

TEST_F(Exception, AnApprovalIsBoundToBytesAndName) {
  make_exception();
  write_migration(header + drop + "ALTER TABLE books ADD COLUMN hint text;\n");
  commit_as("dev@acme.example");
  EXPECT_TRUE(contains(message_of(check(), "release/approval-for-other-bytes"),
                       "approves other bytes of `" + migration + "`"));

  write_migration(header + drop + " ");  // a blank is enough
  commit_as("dev@acme.example");
  EXPECT_NE(message_of(check(), "release/approval-for-other-bytes"), "");

  write_migration();
  repo.git({"mv", migration, "db/migrations/0003_drop_note.up.sql"});
  commit_as("dev@acme.example");
  const nlohmann::json renamed = check();
  EXPECT_EQ(renamed["verdict"]["exit_code"], 1);
  EXPECT_NE(message_of(renamed, "release/exception-without-approval"), "");
  EXPECT_TRUE(contains(renamed["findings"].dump(), "these bytes are approved as"));
}

TEST_F(Exception, TheApproverIsNoAuthor) {
  const auto expect_author = [&](const char* name) {
    const nlohmann::json seen = check();
    EXPECT_EQ(seen["verdict"]["exit_code"], 1) << name;
    EXPECT_NE(message_of(seen, "release/approval-by-author"), "") << name << gist(seen);
  };
  const auto start = [&] {
    repo.git({"checkout", "-q", "-B", "side", "main"});
    write_runbook();
  };
  // The entry is written before Ana becomes an author.
  start();
  write_migration(header + drop);
  commit_as("dev@acme.example");
  approve("ANA@acme.example");
  const std::string entries = read_file(repo.path() + "/" + ledger);

  start();
  write_migration();
  repo.write(ledger, entries);
  commit_as(ana);
  expect_author("author and committer");

  start();
  write_migration();
  repo.git({"add", "-A"});
  repo.git({"commit", "-q", "-m", "x"}, {{"GIT_COMMITTER_EMAIL", "Ana@Acme.example"}});
  repo.write(ledger, entries);
  commit_as(ana);
  expect_author("committer alone, other case");

  start();
  write_migration(drop);
  commit_as(ana);
  write_migration();
  repo.write(ledger, entries);
  repo.write(".mailmap", "Dev <dev@acme.example> <" + ana + ">\n");
  commit_as("dev@acme.example");
  expect_author("an earlier commit; a mailmap");

  start();
  repo.write("db/draft.txt", header + drop);
  commit_as(ana);
  std::filesystem::rename(repo.path() + "/db/draft.txt", repo.path() + "/" + migration);
  repo.write(ledger, entries);
  commit_as("dev@acme.example");
  expect_author("under another name before");

  // A merge that takes over what one side has makes nobody an author.
  start();
  write_migration();
  repo.write(ledger, entries);
  commit_as("dev@acme.example");
  repo.git({"checkout", "-q", "main"});
  repo.commit_file("README.md", "moved on\n");
  repo.git({"checkout", "-q", "side"});
  repo.git({"merge", "-q", "--no-ff", "--no-edit", "main"},
           {{"GIT_AUTHOR_EMAIL", ana}, {"GIT_COMMITTER_EMAIL", ana}});
  EXPECT_EQ(judged(), "pass");
}

TEST_F(Exception, WhoMayApproveIsTheBasesWord) {
  write_migration();
  write_runbook();
  commit_as("dev@acme.example");
  approve();
  std::string text = read_file(repo.path() + "/" + ledger);
  text.replace(text.find(ana), ana.size(), "eve@acme.example");
  repo.write(ledger, text);
  commit_as("eve@acme.example");
  EXPECT_TRUE(contains(message_of(check(), "release/approver-not-listed"), "eve@acme.example"));

  repo.write(".backout.yaml",
             "approvals: {approvers: [eve@acme.example], runbook: docs/recovery.md}\n");
  commit_as("eve@acme.example");
  EXPECT_NE(message_of(check(), "release/approver-not-listed"), "");

  // Neither does the level of the rule decide what passes.
  repo.git({"checkout", "-q", "main"});
  repo.write(".backout.yaml", read_file(repo.path() + "/.backout.yaml") +
                                  "rules: {release/approver-not-listed: off}\n");
  repo.commit("main does not want to hear it");
  repo.git({"checkout", "-q", "side"});
  repo.git({"merge", "-q", "-X", "ours", "--no-edit", "main"});
  EXPECT_EQ(check()["verdict"]["exit_code"], 1);
}

TEST_F(Exception, AnApprovalExpires) {
  make_exception();
  EXPECT_EQ(judged({{"BACKOUT_NOW", "2026-03-15T23:59:59Z"}}), "pass");
  const nlohmann::json late = check({{"BACKOUT_NOW", "2026-03-16"}});
  EXPECT_EQ(late["verdict"]["exit_code"], 1);
  EXPECT_TRUE(contains(message_of(late, "release/approval-expired"), "expired on 2026-03-15"));
}

TEST_F(Exception, TheApprovalMayComeBefore) {
  make_exception();
  const std::string entries = read_file(repo.path() + "/" + ledger);
  repo.git({"checkout", "-q", "main"});
  repo.write(ledger, entries);
  commit_as(ana);
  repo.git({"checkout", "-q", "-B", "side", "main"});
  write_migration();
  write_runbook();
  commit_as("dev@acme.example");
  EXPECT_EQ(judged(), "pass");

  // As an advance it was named unused, which does not block.
  EXPECT_EQ(gist(check({}, {}, {"check", "--base", "main~1", "--head", "main"})),
            "pass release/exception-unused@" + ledger + ":3");
}

TEST_F(Exception, TheRunbookMustBeAFileOfItsOwn) {
  make_exception();
  std::filesystem::remove(repo.path() + "/docs/recovery.md");
  std::filesystem::create_symlink("../README.md", repo.path() + "/docs/recovery.md");
  commit_as("dev@acme.example");
  EXPECT_TRUE(contains(message_of(check(), "release/exception-without-runbook"), "is a link"));
}

TEST_F(Exception, HostileLedgersNeverPass) {
  make_exception();
  const std::string good = read_file(repo.path() + "/" + ledger);
  std::string deep, many, bomb = "- &a [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 0; i < 100'000; ++i) deep += "[";
  for (int i = 0; i < 20'000; ++i) many += "- {file: a}\n";
  for (int i = 0; i < 20; ++i)
    bomb += "- &" + std::string(1, static_cast<char>('b' + i)) + " [*" +
            std::string(1, static_cast<char>('a' + i)) + ", *" +
            std::string(1, static_cast<char>('a' + i)) + "]\n";
  const std::string cases[] = {
      deep,
      many,
      bomb,
      good + std::string(2 << 20, ' '),
      good + "- " + deep,
      good + "- file: \"a\\u0000b\"\n",
      good + "- file: \"a\\e[2Jb\"\n",
      good + std::string("- \0", 3),
      good + "\x01",
      good + "\xff\xfe",
      std::string("\xff\xfe-\0 \0", 6),
      good + "--- \n[]\n",
      good + "- !!binary aGk=\n",
      good + "- *nothing\n",
      "- &x\n" + good.substr(good.find("- file") + 2),
      "!!python/object:os.system\n" + good,
      "approvals:\n" + good,
      good + "  file: again\n",
      good + "\t- tab\n",
      good + "- ? {a: b}\n  : c\n",
      "true\n",
      "\"text\"\n",
  };
  for (const std::string& text : cases) {
    repo.write(ledger, text);
    commit_as(ana);
    const nlohmann::json seen = check();
    EXPECT_EQ(seen["verdict"]["exit_code"], 1) << text.substr(0, 200);
    EXPECT_GT(seen["counts"]["by_rule"].value("release/approval-malformed", 0), 0)
        << text.substr(text.size() - std::min<std::size_t>(text.size(), 60)) << gist(seen);
  }

  std::filesystem::remove(repo.path() + "/" + ledger);
  repo.write("elsewhere.yaml", good);
  std::filesystem::create_symlink("../elsewhere.yaml", repo.path() + "/" + ledger);
  commit_as(ana);
  EXPECT_TRUE(contains(message_of(check(), "release/approval-malformed"), "is a link"));
}

TEST_F(Exception, WhatComesWithAnEntryIsOfNoUseToAnother) {
  make_exception();
  repo.write(ledger, read_file(repo.path() + "/" + ledger) + "- file: [\n");
  commit_as("dev@acme.example");
  EXPECT_EQ(check()["verdict"]["exit_code"], 1);

  // Broken in the base already: whoever does not touch it is only warned.
  repo.git({"checkout", "-q", "-B", "main"});
  repo.git({"checkout", "-q", "-B", "side"});
  repo.write("db/migrations/0009_more.up.sql", "ALTER TABLE books ADD COLUMN more text;\n");
  commit_as("dev@acme.example");
  const nlohmann::json seen = check();
  EXPECT_EQ(seen["verdict"]["exit_code"], 0) << gist(seen);
  EXPECT_EQ(seen["counts"]["warning"], 1) << gist(seen);
}

TEST_F(Exception, AShallowCloneDecidesNothing) {
  make_exception();
  repo.commit_file("README.md", "one more\n");
  repo.git({"tag", "base", "main"});
  const std::string path = repo.root() + "/clone";
  repo.git_at(repo.root(), {"clone", "-q", "--depth", "2", "-b", "side", "--no-single-branch",
                            "file://" + repo.path(), path});
  Ended ended;
  const Ended text = backout(path, {"check", "--base", "origin/main"}, setting());
  EXPECT_EQ(text.code, 3) << text.out << text.err;
  EXPECT_TRUE(contains(text.out + text.err, "shallow"));

  // A merge commit on top, as CI makes it: its first parent is the base, its second is cut off.
  repo.git({"checkout", "-q", "main"});
  repo.git({"merge", "-q", "--no-ff", "--no-edit", "side"});
  const std::string merged = repo.root() + "/merged";
  repo.git_at(repo.root(),
              {"clone", "-q", "--depth", "2", "-b", "main", "file://" + repo.path(), merged});
  const nlohmann::json seen = check({}, merged, {"check", "--base", "HEAD^1"});
  EXPECT_EQ(gist(seen), "undecided");
  EXPECT_EQ(seen["verdict"]["exit_code"], 3);
  ASSERT_EQ(seen["overrides"].size(), 1U);
  EXPECT_EQ(seen["overrides"][0]["settled"], false);
  EXPECT_TRUE(contains(seen["errors"].dump(), "--unshallow"));
  repo.git_at(merged, {"fetch", "-q", "--unshallow"});
  EXPECT_EQ(gist(check({}, merged, {"check", "--base", "HEAD^1"})), "pass");
}

TEST_F(Exception, BeforeTheCommitTheCommitterIsTheAuthor) {
  write_migration();
  write_runbook();
  commit_as("dev@acme.example");
  approve();
  const std::string entries = read_file(repo.path() + "/" + ledger);
  repo.git({"checkout", "-q", "-f", "-B", "side", "main"});
  write_migration();
  write_runbook();
  repo.write(ledger, entries);
  repo.git({"add", "-A"});
  const Words staged = {"check", "--staged"};
  const auto as = [](const std::string& address) {
    return Environment{{"GIT_AUTHOR_NAME", "A"},
                       {"GIT_COMMITTER_NAME", "A"},
                       {"GIT_AUTHOR_EMAIL", address},
                       {"GIT_COMMITTER_EMAIL", address}};
  };
  EXPECT_EQ(gist(check(as("dev@acme.example"), {}, staged)), "pass");
  EXPECT_NE(message_of(check(as(ana), {}, staged), "release/approval-by-author"), "");
}

// ---- signatures

class SignedException : public ExceptionTest {
 protected:
  SignedException() : ExceptionTest("  signers: .backout/allowed_signers\n") {
    for (const char* const who : {"ana", "dev"})
      EXPECT_EQ(run(repo.root(),
                    {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", who, "-f", key(who)})
                    .status,
                0);
    repo.git({"checkout", "-q", "main"});
    set_signers(ana + " " + public_key("ana"));
    repo.commit("signers");
    repo.git({"checkout", "-q", "-B", "side"});
    write_migration();
    write_runbook();
    commit_as("dev@acme.example");
    approve();
  }
  [[nodiscard]] std::string key(const std::string& who) const {
    return repo.root() + "/" + who + "_key";
  }
  [[nodiscard]] std::string public_key(const std::string& who) const {
    return read_file(key(who) + ".pub");
  }
  void set_signers(const std::string& text) const { repo.write(".backout/allowed_signers", text); }
  [[nodiscard]] Words signing(const std::string& who) const {
    return {"-c", "gpg.format=ssh", "-c", "user.signingkey=" + key(who)};
  }
  std::string commit_signed(const std::string& who, const std::string& address) const {
    repo.git({"add", "-A"});
    Words words = signing(who);
    for (const char* const word : {"commit", "-q", "-S", "-m", "signed"}) words.emplace_back(word);
    repo.git(words, {{"GIT_AUTHOR_EMAIL", address}, {"GIT_COMMITTER_EMAIL", address}});
    return repo.git({"rev-parse", "HEAD"});
  }
  void expect_unsigned(const char* name, const char* why) const {
    const nlohmann::json seen = check();
    EXPECT_EQ(seen["verdict"]["exit_code"], 1) << name;
    EXPECT_TRUE(contains(message_of(seen, "release/approval-unsigned"), why))
        << name << ": " << message_of(seen, "release/approval-unsigned") << gist(seen);
  }
};

TEST_F(SignedException, PassesWithTheApproversSignature) {
  commit_signed("ana", ana);
  const nlohmann::json seen = check();
  EXPECT_EQ(gist(seen), "pass");
  EXPECT_TRUE(contains(seen["overrides"][0]["evidence"].dump(), "is signed by `" + ana + "`"));

  // Also after a merge commit, and when others go on.
  repo.commit_file("README.md", "more\n");
  repo.git({"checkout", "-q", "main"});
  repo.git({"tag", "before"});
  repo.git({"merge", "-q", "--no-ff", "--no-edit", "side"});
  EXPECT_EQ(gist(check({}, {}, {"check", "--base", "before"})), "pass");
}

TEST_F(SignedException, OnlyTheApproversKeyCounts) {
  commit_as(ana);
  expect_unsigned("not signed", "is not signed");

  repo.git({"reset", "-q", "--soft", "HEAD~1"});
  commit_signed("dev", ana);
  expect_unsigned("the author's key under the approver's name", "is not signed by a key listed");

  repo.git({"reset", "-q", "--soft", "HEAD~1"});
  commit_signed("ana", ana);
  repo.write(ledger, read_file(repo.path() + "/" + ledger) + "# more\n");
  std::string text = read_file(repo.path() + "/" + ledger);
  text.replace(text.find("archived"), 8, "whatever");
  repo.write(ledger, text);
  commit_as(ana);
  expect_unsigned("the signed entry, reworded", "is not signed");
}

TEST_F(SignedException, RevokedAndBroughtBackIsNotSigned) {
  commit_signed("ana", ana);
  const std::string entries = read_file(repo.path() + "/" + ledger);
  repo.write(ledger, "[]\n");
  commit_signed("ana", ana);
  repo.write(ledger, entries);
  commit_as("dev@acme.example");
  expect_unsigned("replayed", "is not signed");
}

TEST_F(SignedException, TheKeysAreTheBases) {
  set_signers(ana + " " + public_key("dev"));  // swapped in the same change
  commit_signed("dev", ana);
  expect_unsigned("key swap", "is not signed by a key listed");

  // Nor does the repository's own configuration have a word in it.
  repo.git({"config", "gpg.format", "ssh"});
  repo.git({"config", "gpg.ssh.allowedSignersFile", repo.path() + "/.backout/allowed_signers"});
  repo.git({"config", "gpg.ssh.program", "/bin/true"});
  repo.git({"config", "gpg.program", "/bin/true"});
  expect_unsigned("own configuration", "is not signed by a key listed");
}

TEST_F(SignedException, SquashingLosesTheSignature) {
  commit_signed("ana", ana);
  repo.git({"checkout", "-q", "main"});
  repo.git({"tag", "before"});
  repo.git({"merge", "-q", "--squash", "side"});
  commit_as("noreply@forge.example");
  const nlohmann::json seen = check({}, {}, {"check", "--base", "before"});
  EXPECT_EQ(seen["verdict"]["exit_code"], 1);
  EXPECT_TRUE(contains(message_of(seen, "release/approval-unsigned"),
                       "Squash and rebase merges lose signatures"));
}

TEST_F(SignedException, LinesOfTheListMeanWhatTheySay) {
  commit_signed("ana", ana);
  struct {
    const char* name;
    std::string signers;
    const char* why;  // null: accepted
  } const cases[] = {
      {"several principals", "x@y," + ana + " namespaces=\"git\" " + public_key("ana"), nullptr},
      {"two keys", ana + " " + public_key("dev") + ana + " " + public_key("ana"), nullptr},
      {"a comment", "# " + ana + " " + public_key("ana"), "no key is listed"},
      {"a pattern", "*@acme.example " + public_key("ana"), "no key is listed"},
      {"somebody else", "bob@acme.example " + public_key("ana"), "no key is listed"},
      {"another namespace", ana + " namespaces=\"file\" " + public_key("ana"), "is not signed by"},
      {"over", ana + " valid-before=\"20260228\" " + public_key("ana"), "is not signed by"},
      {"not yet", ana + " valid-after=\"20260401\" " + public_key("ana"), "is not signed by"},
      {"in force", ana + " valid-after=\"20260201\",valid-before=\"20260401\" " + public_key("ana"),
       nullptr},
      {"no key", ana + " ssh-ed25519 AAAA\n", "is not signed by"},
      {"empty", "", "no key is listed"},
  };
  for (const auto& one : cases) {
    repo.git({"checkout", "-q", "main"});
    set_signers(one.signers);
    repo.commit("other signers");
    repo.git({"checkout", "-q", "side"});
    repo.git({"merge", "-q", "--no-edit", "main"});
    if (one.why)
      expect_unsigned(one.name, one.why);
    else
      EXPECT_EQ(judged(), "pass") << one.name;
  }
  repo.git({"checkout", "-q", "main"});
  std::filesystem::remove(repo.path() + "/.backout/allowed_signers");
  repo.commit("no signers");
  repo.git({"checkout", "-q", "side"});
  repo.git({"merge", "-q", "--no-edit", "main"});
  expect_unsigned("no list", "is not there in the base");
}

TEST_F(SignedException, WithGpg) {
  const std::string home = repo.root() + "/gpg";
  ::mkdir(home.c_str(), 0700);
  const Environment environment = {{"GNUPGHOME", home}, {"HOME", repo.root()}};
  if (run(repo.root(), {"gpg", "--version"}, environment).status != 0)
    GTEST_SKIP() << "gpg is not installed";
  ASSERT_EQ(run(repo.root(),
                {"gpg", "--batch", "--passphrase", "", "--quick-gen-key", "Ana <" + ana + ">",
                 "ed25519", "sign", "never"},
                environment)
                .status,
            0);
  const std::string listed =
      run(repo.root(), {"gpg", "--list-keys", "--with-colons"}, environment).output;
  const std::size_t begin = listed.find("fpr:::::::::") + 12;
  const std::string fingerprint = listed.substr(begin, 40);
  repo.git({"add", "-A"});
  repo.git({"-c", "user.signingkey=" + fingerprint, "commit", "-q", "-S", "-m", "signed"},
           {{"GNUPGHOME", home}, {"GIT_AUTHOR_EMAIL", ana}, {"GIT_COMMITTER_EMAIL", ana}});
  const auto with_signers = [&](const std::string& text) {
    repo.git({"checkout", "-q", "main"});
    set_signers(text);
    repo.commit("gpg");
    repo.git({"checkout", "-q", "side"});
    repo.git({"merge", "-q", "--no-edit", "main"});
    return check({{"GNUPGHOME", home}});
  };
  EXPECT_TRUE(contains(message_of(check({{"GNUPGHOME", home}}), "release/approval-unsigned"),
                       "no gpg key is listed"));
  EXPECT_EQ(gist(with_signers(ana + " gpg " + fingerprint + "\n")), "pass");
  EXPECT_TRUE(contains(message_of(with_signers(ana + " gpg " + std::string(40, 'A') + "\n"),
                                  "release/approval-unsigned"),
                       "which is not listed for"));
  const nlohmann::json without_key = check();  // another keyring
  EXPECT_EQ(without_key["verdict"]["exit_code"], 1);
  run(repo.root(), {"gpgconf", "--kill", "all"}, environment);
}

}  // namespace
}  // namespace backout::test
