// Our catalog against a real server's: every file under fixtures/catalog is run on both, statement
// by statement, and what they hold in the end is compared. A statement that the server refuses must
// be one that ours does not take either.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "catalog_compare.h"
#include "core/source.h"
#include "postgres.h"
#include "sql/parse.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> fixtures() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(BACKOUT_SOURCE_DIR "/fixtures/catalog"))
    if (entry.path().extension() == ".sql") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

std::string show(const std::vector<Mismatch>& found) {
  std::string text;
  for (const Mismatch& each : found)
    text += each.kind + " " + each.object + "\n  ours:   " + each.ours +
            "\n  theirs: " + each.theirs + "\n";
  return text;
}

class CatalogPostgres : public testing::TestWithParam<std::string> {};

TEST_P(CatalogPostgres, agrees) {
  Postgres& server = Postgres::server();
  ASSERT_EQ(server.error(), "");
  std::ifstream file(fs::path(BACKOUT_SOURCE_DIR) / "fixtures" / "catalog" / (GetParam() + ".sql"));
  std::ostringstream text;
  text << file.rdbuf();
  const Source source = make_source(GetParam(), text.str());
  const sql::Script script =
      sql::parse(source, {0, static_cast<std::uint32_t>(source.text.size())}, {});
  ASSERT_TRUE(script.unparsed.empty()) << script.unparsed.front().message;

  std::vector<std::string> statements;
  for (const sql::Statement& statement : script.statements)
    statements.push_back(
        source.text.substr(statement.span.begin, statement.span.end - statement.span.begin));
  const std::vector<std::string> results = server.replay(GetParam(), statements);

  sql::Catalog catalog;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const sql::Statement& statement = script.statements[i];
    const sql::Cause cause{&source, statement.span, statement.span, false};
    if (results[i].empty()) {
      for (const sql::Operation& operation : statement.operations) {
        const sql::Outcome outcome = catalog.apply(operation, cause);
        EXPECT_TRUE(outcome == sql::Outcome::done || outcome == sql::Outcome::no_op)
            << "refused: " << statements[i];
      }
      continue;
    }
    sql::Catalog copy = catalog;  // the server changed nothing
    bool refused = false;
    for (const sql::Operation& operation : statement.operations) {
      const sql::Outcome outcome = copy.apply(operation, cause);
      refused =
          refused || outcome == sql::Outcome::conflict || outcome == sql::Outcome::unknown_object;
    }
    EXPECT_TRUE(refused) << "taken: " << statements[i] << "\n" << results[i];
  }
  const std::string theirs = server.catalog(GetParam());
  const nlohmann::json json = nlohmann::json::parse(theirs, nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << theirs;
  EXPECT_EQ(show(compare(facts_of(catalog), facts_of(json))), "");
}

INSTANTIATE_TEST_SUITE_P(Fixtures, CatalogPostgres, testing::ValuesIn(fixtures()),
                         [](const auto& fixture) {
                           std::string name = fixture.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace backout::test
