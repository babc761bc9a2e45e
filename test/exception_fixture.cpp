#include "exception_fixture.h"

namespace backout::test {

ExceptionTest::ExceptionTest(const std::string& approvals) {
  repo.write(".backout.yaml", "approvals:\n  approvers: [" + ana +
                                  ", bob@acme.example]\n  runbook: docs/recovery.md\n" + approvals);
  repo.write("docs/recovery.md", "# Recovering data\n");
  repo.write("db/migrations/0001_books.up.sql",
             "CREATE TABLE books (id bigint PRIMARY KEY, note text);\n");
  repo.commit("released");
  repo.git({"checkout", "-q", "-b", "side"});
}

std::string ExceptionTest::commit_as(const std::string& address,
                                     const std::vector<std::string>& options,
                                     const std::string& message) const {
  repo.git({"add", "-A"});
  std::vector<std::string> words = {"commit", "-q", "--allow-empty", "-m", message};
  words.insert(words.begin(), options.begin(), options.end());
  repo.git(words, {{"GIT_AUTHOR_EMAIL", address}, {"GIT_COMMITTER_EMAIL", address}});
  return repo.git({"rev-parse", "HEAD"});
}

void ExceptionTest::write_runbook() const {
  repo.write("docs/recovery.md", "# Recovering data\n\n## 0002_drop_note\n\nFrom the archive.\n");
}

Setting ExceptionTest::setting(const Environment& more) const {
  Environment all = {{"BACKOUT_NOW", "2026-03-01T12:00:00Z"}};
  for (const auto& [name, value] : more) all[name] = value;
  return {.environment = all};
}

std::string ExceptionTest::approve(const std::string& approver,
                                   const std::vector<std::string>& more) const {
  std::vector<std::string> words = {
      "approve",    "--base", "main",     migration, "compat/drop-column",
      "--approver", approver, "--reason", "archived"};
  words.insert(words.end(), more.begin(), more.end());
  const Ended ended = backout(repo.path(), words, setting());
  EXPECT_EQ(ended.code, 0) << ended.err;
  return ended.out;
}

void ExceptionTest::make_exception() const {
  write_migration();
  write_runbook();
  commit_as("dev@acme.example");
  approve();
  commit_as(ana);
}

nlohmann::json ExceptionTest::check(const Environment& more, const std::string& at,
                                    const std::vector<std::string>& words) const {
  return report(at.empty() ? repo.path() : at, words, setting(more));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string message_of(const nlohmann::json& report, std::string_view rule) {
  for (const nlohmann::json& one : report["findings"])
    if (one["rule"].get<std::string>() == rule) return one["message"];
  return {};
}

}  // namespace backout::test
