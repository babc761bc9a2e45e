// Which statements share a transaction, by what the tool does and by BEGIN and COMMIT in the file.
#include "core/transaction.h"

#include <gtest/gtest.h>

#include <string_view>

namespace backout {
namespace {

using sql::Transaction;
using Kind = sql::TransactionControl::Kind;

// One file: `b` is BEGIN, `c` COMMIT, any other letter a statement; each takes one byte.
struct File {
  File(std::string_view letters, Transaction transaction) {
    source.path = "m.sql";
    source.text = letters;
    auto script = std::make_shared<sql::Script>();
    for (std::uint32_t i = 0; i < letters.size(); ++i) {
      sql::Action action = sql::Read{};
      if (letters[i] == 'b') action = sql::TransactionControl{Kind::begin};
      if (letters[i] == 'c') action = sql::TransactionControl{Kind::commit};
      const Span span{i, i + 1};
      script->statements.push_back({span, {sql::Operation{span, false, std::move(action)}}});
    }
    section.source = &source;
    section.span = {0, static_cast<std::uint32_t>(letters.size())};
    section.transaction = transaction;
    section.script = std::move(script);
  }
  sql::Cause at(char letter) const {
    const auto i = static_cast<std::uint32_t>(source.text.find(letter));
    return {&source, {i, i + 1}, {i, i + 1}, false};
  }
  Source source;
  ParsedSection section;
};

bool together(const File& file) {
  MigrationChange change;
  change.migrations.emplace_back();
  change.migrations.back().up.push_back(file.section);
  return same_transaction(change, file.at('X'), file.at('Y'));
}

TEST(SameTransaction, FollowsTheToolAndTheFile) {
  struct Case {
    std::string_view letters;
    Transaction transaction;
    bool together;
  };
  const Case cases[] = {
      {"XY", Transaction::per_file, true},        {"XaY", Transaction::none_one_message, true},
      {"XY", Transaction::none_split, false},     {"bXYc", Transaction::none_split, true},
      {"bXcY", Transaction::none_split, false},   {"XbYc", Transaction::none_split, false},
      {"bXcbYc", Transaction::none_split, false}, {"abcbXaYc", Transaction::none_split, true},
      {"bXYc", Transaction::per_file, true},      {"XcY", Transaction::per_file, false},
      {"bXcbYc", Transaction::per_file, false},
  };
  for (const Case& c : cases)
    EXPECT_EQ(together(File(c.letters, c.transaction)), c.together) << c.letters;
}

TEST(SameTransaction, OverFilesOnlyInOneRun) {
  for (const Transaction transaction : {Transaction::per_file, Transaction::whole_run}) {
    const File first("X", transaction), second("Y", transaction);
    MigrationChange change;
    for (const File* file : {&first, &second}) {
      change.migrations.emplace_back();
      change.migrations.back().up.push_back(file->section);
    }
    EXPECT_EQ(same_transaction(change, first.at('X'), second.at('Y')),
              transaction == Transaction::whole_run);
  }
}

}  // namespace
}  // namespace backout
