// A repository in which an exception is made: `main` asks for approvals and holds a table, `side`
// drops a column of it. Each test does its part of the three steps, right or wrong.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "program.h"

namespace backout::test {

inline const std::string migration = "db/migrations/0002_drop_note.up.sql";
inline const std::string ledger = ".backout/approvals.yaml";
inline const std::string header =
    "-- migration-incompatible: true\n-- reason: 2.3.0 was the last to read it\n";
inline const std::string drop = "ALTER TABLE books DROP COLUMN note;\n";
inline const std::string ana = "ana@acme.example";

class ExceptionTest : public testing::Test {
 protected:
  // `approvals`: more lines of that section.
  explicit ExceptionTest(const std::string& approvals = {});

  // Stages everything and commits it as somebody; `options` go to `git commit`.
  std::string commit_as(const std::string& address, const std::vector<std::string>& options = {},
                        const std::string& message = "a commit") const;
  void write_migration(const std::string& text = header + drop) const {
    repo.write(migration, text);
  }
  void write_runbook() const;
  // Lets `backout approve` write the entry; expects it to succeed.
  std::string approve(const std::string& approver = ana,
                      const std::vector<std::string>& more = {}) const;
  // All three steps as they should be.
  void make_exception() const;

  [[nodiscard]] nlohmann::json check(const Environment& more = {}, const std::string& at = {},
                                     const std::vector<std::string>& words = {"check", "--base",
                                                                              "main"}) const;
  [[nodiscard]] std::string judged(const Environment& more = {}) const { return gist(check(more)); }
  [[nodiscard]] Setting setting(const Environment& more = {}) const;

  Repo repo;
};

[[nodiscard]] bool contains(std::string_view text, std::string_view part);
[[nodiscard]] std::string message_of(const nlohmann::json& report, std::string_view rule);

}  // namespace backout::test
