// How one file is cut, and how it is sent, by each tool's own rules for markers and directives.
#include <gtest/gtest.h>

#include "framework_probe.h"

namespace backout::sql {
namespace {

// The history of one file `text` named `path`, without the head line.
std::string cut(std::string_view framework, const std::string& path, const std::string& text,
                Tree more = {}) {
  more[path] = text;
  std::string out =
      describe(more, fmt::format("migrations: [{{path: ., framework: {}}}]", framework));
  return out.substr(out.find('\n') + 1);
}

TEST(Goose, CutsAtAnnotations) {
  EXPECT_EQ(cut("goose", "1_a.sql", "-- +goose Up\nA;\n-- +goose Down\nB;\n"),
            "  1 | 1_a.sql[file]{A;} | down 1_a.sql[file]{B;}\n");
  EXPECT_EQ(cut("goose", "1_a.sql", "-- +GOOSE Up\nA;\n"),
            "  1 | 1_a.sql[file]{-- +GOOSE Up~A;}\n"
            "  ! parse: there is SQL before `+goose Up`; goose refuses the file\n");
  EXPECT_EQ(
      cut("goose", "1_a.sql", "-- +goose uP\nA;\n-- Down the road\nB; -- Down\n-- +goose dOWN\nC;"),
      "  1 | 1_a.sql[file]{A;~-- Down the road~B; -- Down} | down 1_a.sql[file]{C;}\n");
  EXPECT_EQ(cut("goose", "1_a.sql", "-- head\n\n-- +goose Up\r\nA;\r\n-- +goose Down\r\n"),
            "  1 | 1_a.sql[file]{A;}\n");
}

TEST(Goose, KeepsBlocksTogetherAndApart) {
  EXPECT_EQ(cut("goose", "1_a.sql",
                "-- +goose Up\n-- +goose StatementBegin\nA; B\n-- +goose StatementEnd\nC;\n"),
            "  1 | 1_a.sql[file]{-- +goose StatementBegin~A; B} 1_a.sql[file]{C;}\n");
  EXPECT_EQ(cut("goose", "1_a.sql",
                "-- +goose NO TRANSACTION\n-- +goose Up\nX;\n-- +goose StatementBegin\nA; B;\n-- "
                "+goose StatementEnd\n"
                "-- +goose Down\nC;\n"),
            "  1 | 1_a.sql[split]{X;} 1_a.sql[message]{-- +goose StatementBegin~A; B;} | down "
            "1_a.sql[split]{C;}\n");
}

TEST(Goose, ReportsWhatGooseRefuses) {
  struct Case {
    std::string text, problem;
  };
  const Case cases[] = {
      {"A;\n", "parse: there is SQL before `+goose Up`"},
      {"-- nothing\n", "parse: there is no `-- +goose Up`"},
      {"-- +goose Up\nA;\n-- +goose Up\nB;\n", "parse: `+goose Up` is given twice"},
      {"-- +goose Down\nA;\n-- +goose Up\n", "parse: `+goose Down` comes before `+goose Up`"},
      {"-- +goose Up\nA;\n-- +goose Down\nB;\n-- +goose Down\n",
       "parse: `+goose Down` is given twice"},
      {"-- +goose Up\nA\n-- +goose Down\nB;\n",
       "parse: the statement that begins here has no line that ends in `;`"},
      {"-- +goose Up\nA; -- done\nB\n",
       "parse: the statement that begins here has no line that ends in `;`"},
      {"-- +goose Up\n-- +goose StatementBegin\nA;\n",
       "parse: `+goose StatementBegin` without `+goose StatementEnd`"},
      {"-- +goose Up\nA;\n-- +goose StatementEnd\n",
       "parse: `+goose StatementEnd` without `+goose StatementBegin`"},
      {"-- +goose Up\nA;\n-- +goose NOTRANSACTION\n",
       "parse: `-- +goose NOTRANSACTION` is no annotation that goose knows"},
      {"-- +goose Up\nA;\n-- see +goose docs\n",
       "parse: `-- see +goose docs` is no annotation that goose knows"},
      {"-- +goose Up\nA;\n  -- +goose Down\nB;\n",
       "misplaced: a `+goose` annotation with blanks before it is invalid"},
  };
  for (const Case& c : cases) {
    const std::string out = cut("goose", "1_a.sql", c.text);
    EXPECT_NE(out.find("  ! " + c.problem + "; goose refuses the file\n"), std::string::npos)
        << c.text << out;
  }
}

TEST(Dbmate, CutsAtMarkers) {
  EXPECT_EQ(cut("dbmate", "1_a.sql", "-- note\n-- migrate:up\nA;\n\n--migrate:down\nB;\n"),
            "  1 | 1_a.sql[file]{A;} | down 1_a.sql[file]{B;}\n");
  EXPECT_EQ(cut("dbmate", "1_a.sql",
                "-- migrate:up transaction:false\nA;\n-- migrate:down\nB;\n-- migrate:up\nC;\n-- "
                "migrate:down transaction:false\nD;\n"),
            "  1 | 1_a.sql[message]{A;} 1_a.sql[file]{C;} | down 1_a.sql[file]{B;} "
            "1_a.sql[message]{D;}\n");
  EXPECT_EQ(cut("dbmate", "1_a.sql",
                "-- migrate:up\nA; -- migrate:down\n-- migrate:update\n-- migrate:down\n"),
            "  1 | 1_a.sql[file]{A; -- migrate:down~-- migrate:update} | down 1_a.sql[file]{}\n");
}

TEST(Dbmate, ReportsWhatDbmateRefuses) {
  struct Case {
    std::string text, problem;
  };
  const Case cases[] = {
      {"A;\n", "parse: there is no `-- migrate:up`; dbmate refuses the file"},
      {"-- migrate:up\nA;\n", "parse: there is no `-- migrate:down`; dbmate refuses the file"},
      {"A;\n-- migrate:up\nB;\n-- migrate:down\n",
       "parse: there is SQL before `migrate:up`; dbmate refuses the file"},
      {"-- migrate:down\nA;\n-- migrate:up\nB;\n",
       "parse: `migrate:down` comes before `migrate:up`; dbmate refuses the file"},
      {"-- migrate:up\nA;\n  -- migrate:down\nB;\n",
       "misplaced: dbmate does not see `migrate:down` with blanks before it: the text below "
       "belongs to the block above"},
  };
  for (const Case& c : cases) {
    const std::string out = cut("dbmate", "1_a.sql", c.text);
    EXPECT_NE(out.find("  ! " + c.problem + "\n"), std::string::npos) << c.text << out;
  }
}

TEST(Sqlx, DirectiveIsTheFirstBytes) {
  constexpr std::string_view ignored =
      "  ! misplaced: sqlx ignores `-- no-transaction`: it must be the very first bytes of the "
      "file, so the file runs in a "
      "transaction\n";
  EXPECT_EQ(cut("sqlx", "1_a.sql", "-- no-transaction\nA;"),
            "  1 | 1_a.sql[message]{-- no-transaction~A;}\n");
  EXPECT_EQ(cut("sqlx", "1_a.sql", "A;"), "  1 | 1_a.sql[file]{A;}\n");
  for (const std::string text :
       {"\n-- no-transaction\nA;", "--no-transaction\nA;", "-- Why\n-- no-transaction\nA;",
        "\xEF\xBB\xBF-- no-transaction\nA;"}) {
    const std::string out = cut("sqlx", "1_a.sql", text);
    EXPECT_NE(out.find("[file]"), std::string::npos) << out;
    EXPECT_TRUE(out.ends_with(ignored)) << out;
  }
  EXPECT_EQ(cut("sqlx", "1_a.sql", "A; -- runs with no-transaction elsewhere\n"),
            "  1 | 1_a.sql[file]{A; -- runs with no-transaction elsewhere}\n");
}

TEST(Diesel, MetadataTurnsTheTransactionOff) {
  const std::string path = "1_a/up.sql";
  EXPECT_EQ(cut("diesel", path, "A"), "  1 | 1_a/up.sql[file]{A}\n");
  const std::string off = "  1 | 1_a/up.sql[message]{A}\n";
  const std::string on = "  1 | 1_a/up.sql[file]{A}\n";
  EXPECT_EQ(cut("diesel", path, "A", {{"1_a/metadata.toml", "run_in_transaction = false\n"}}), off);
  EXPECT_EQ(cut("diesel", path, "A", {{"1_a/metadata.toml", "# nothing\n"}}), off);
  EXPECT_EQ(cut("diesel", path, "A", {{"1_a/metadata.toml", "run_in_transaction=true"}}), on);
  EXPECT_EQ(cut("diesel", path, "A", {{"2_b/metadata.toml", "run_in_transaction = false\n"}}), on);
}

TEST(Atlas, HeadDirectivesNeedABlankLine) {
  EXPECT_EQ(cut("atlas", "1_a.sql", "-- atlas:txmode none\n\nA;"),
            "  1 | 1_a.sql[split]{-- atlas:txmode none~~A;}\n");
  EXPECT_EQ(cut("atlas", "1_a.sql", "-- note\r\n-- atlas:txmode none\r\n\r\nA;").substr(0, 22),
            "  1 | 1_a.sql[split]{-");
  EXPECT_EQ(cut("atlas", "1_a.sql", "-- atlas:txmode file\n\nA;"),
            "  1 | 1_a.sql[file]{-- atlas:txmode file~~A;}\n");
  EXPECT_EQ(cut("atlas", "1_a.sql", "-- atlas:txmode none\nA;"),
            "  1 | 1_a.sql[file]{-- atlas:txmode none~A;}\n"
            "  ! misplaced: atlas ignores `atlas:txmode`: no blank line follows the comments at "
            "the head of the file\n");
  EXPECT_EQ(cut("atlas", "1_a.sql", "A;\n-- atlas:txmode none\n\nB;"),
            "  1 | 1_a.sql[file]{A;~-- atlas:txmode none~~B;}\n"
            "  ! misplaced: atlas ignores `atlas:txmode`: it is not at the head of the file\n");
  EXPECT_EQ(cut("atlas", "1_a.sql", "-- atlas:txmode all\n\nA;"),
            "  1 | 1_a.sql[file]{-- atlas:txmode all~~A;}\n"
            "  ! parse: `atlas:txmode` in a file is `none` or `file`, not `all`; atlas refuses the "
            "file\n");
  EXPECT_EQ(cut("atlas", "1_a.sql", "-- atlas:nolint MF101\nA;"),
            "  1 | 1_a.sql[file]{-- atlas:nolint MF101~A;}\n");
}

TEST(Atlas, CheckpointsAndArchives) {
  EXPECT_EQ(cut("atlas", "1_a.sql", "-- atlas:checkpoint\n\nA;"),
            "  1 | 1_a.sql[file]{-- atlas:checkpoint~~A;} baseline\n");
  EXPECT_EQ(cut("atlas", "1_a.sql",
                "-- atlas:txtar\n\n-- checks.sql --\nSELECT 1;\n-- migration.sql --\nA;\n-- "
                "down.sql --\nB;\n"),
            "  1 | 1_a.sql[file]{A;} | down 1_a.sql[file]{B;}\n");
}

TEST(Tern, CutsAtTheSeparator) {
  EXPECT_EQ(
      cut("tern", "1_a.sql",
          "A;\n---- create above / drop below ----\nB;\n---- create above / drop below ----\nC;\n"),
      "  1 | 1_a.sql[file]{A;} | down 1_a.sql[file]{B;~---- create above / drop below ----~C;}\n");
  EXPECT_EQ(cut("tern", "1_a.sql",
                "---- tern: disable-tx ----\nA;\n---- create above / drop below ----\nB;"),
            "  1 | 1_a.sql[split]{---- tern: disable-tx ----~A;} | down 1_a.sql[file]{B;}\n");
  EXPECT_EQ(cut("tern", "1_a.sql", " ---- tern: disable-tx ----\nA;"),
            "  1 | 1_a.sql[file]{ ---- tern: disable-tx ----~A;}\n"
            "  ! misplaced: tern ignores `tern: disable-tx`: the line must be exactly `---- tern: "
            "disable-tx ----`, so the file runs "
            "in a transaction\n");
}

TEST(NodePgMigrate, CutsAtComments) {
  EXPECT_EQ(cut("node-pg-migrate", "1_a.sql", "-- Up Migration\nA;\n  ---- down  MIGRATION\nB;\n"),
            "  1_a.sql | 1_a.sql[file]{A;} | down 1_a.sql[file]{B;}\n");
  EXPECT_EQ(cut("node-pg-migrate", "1_a.sql", "A;\n"), "  1_a.sql | 1_a.sql[file]{A;}\n");
  EXPECT_EQ(cut("node-pg-migrate", "1_a.sql", "-- Down Migration\nB;\n-- Up Migration\nA;\n"),
            "  1_a.sql | 1_a.sql[file]{A;} | down 1_a.sql[file]{B;}\n");
  EXPECT_EQ(cut("node-pg-migrate", "1_a.sql", "A;\n-- Down Migration\nB;\n"),
            "  1_a.sql | 1_a.sql[file]{A;~-- Down Migration~B;} | down 1_a.sql[file]{B;}\n"
            "  ! misplaced: there is no `-- Up Migration`, so node-pg-migrate runs the whole file "
            "up, this down part too\n");
}

TEST(Graphile, ReadsHeadersAndTheFirstLine) {
  const std::string head = "--! Previous: -\n--! Hash: sha1:00\n\n";
  EXPECT_EQ(cut("graphile", "m/committed/000001.sql", head + "A;\n"),
            "  1 | m/committed/000001.sql[file]{--! Previous: -~--! Hash: sha1:00~~A;}\n");
  EXPECT_NE(cut("graphile", "m/committed/000001.sql", head + "--! no-transaction\nA;\n")
                .find("[message]"),
            std::string::npos);
  EXPECT_NE(cut("graphile", "m/committed/000001.sql", head + "A;\n--! no-transaction\n")
                .find("  ! misplaced: graphile-migrate ignores"),
            std::string::npos);
}

TEST(Graphile, InsertsIncludedFiles) {
  EXPECT_EQ(describe({{".gmrc", "{}"},
                      {"migrations/committed/000001.sql", "--! Previous: -\n--! Hash: x\n\nA;"},
                      {"migrations/current.sql", "B;\n--! include f.sql\nC;\n"},
                      {"migrations/fixtures/f.sql", "F;"}}),
            "migrations: graphile psql\n"
            "  1 | migrations/committed/000001.sql[file]{--! Previous: -~--! Hash: x~~A;}\n"
            "  current | migrations/current.sql[file]{B;} migrations/fixtures/f.sql[file]{F;} "
            "migrations/current.sql[file]{C;} repeatable\n");
}

TEST(Flyway, StatementsAndScriptConfigurationDecideTheTransaction) {
  const auto mode = [](const std::string& text, Tree more = {}) {
    const std::string out = cut("flyway", "V1__a.sql", text, std::move(more));
    return out.substr(out.find('[') + 1, out.find(']') - out.find('[') - 1) +
           (out.find("  ! ") == std::string::npos ? "" : " refused");
  };
  EXPECT_EQ(mode("CREATE TABLE t ();"), "file");
  EXPECT_EQ(mode("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);"), "split");
  EXPECT_EQ(mode("-- why\n/* /* */ */ vacuum t"), "split");
  EXPECT_EQ(mode("REINDEX SCHEMA s"), "split");
  EXPECT_EQ(mode("REINDEX INDEX CONCURRENTLY i"), "file");
  EXPECT_EQ(mode("ALTER TABLE t DETACH PARTITION p CONCURRENTLY"), "file");
  EXPECT_EQ(mode("SELECT 'VACUUM; VACUUM'; DO $x$ VACUUM; $x$"), "file");
  EXPECT_EQ(mode("CREATE TABLE t (); DROP INDEX CONCURRENTLY i"), "split refused");
  EXPECT_EQ(mode("CREATE TABLE t (); DROP INDEX CONCURRENTLY i",
                 {{"flyway.conf", "flyway.mixed=true\n"}}),
            "split");
  EXPECT_EQ(mode("CREATE TABLE t ()", {{"V1__a.sql.conf", "executeInTransaction=false\n"}}),
            "split");
  EXPECT_EQ(mode("CREATE TABLE t ()", {{"flyway.toml", "[flyway]\ngroup = true\n"}}), "run");
}

TEST(Liquibase, ReadsChangeSets) {
  EXPECT_EQ(
      cut("liquibase", "a.sql",
          "--liquibase formatted sql\n\n--changeset bob:1\nA;\n--rollback DROP a;\n--rollback DROP "
          "b;\n"
          "-- ChangeSet \"bob b\":\"two\" runInTransaction:false runOnChange:true\nB;\n/* "
          "liquibase rollback\nC;\n*/\n"
          "--changeset bob:3 runInTransaction:false splitStatements:false\nD;\n--rollback empty\n"),
      "  bob:1 | a.sql[file]{A;~--rollback DROP a;~--rollback DROP b;} | down a.sql[file]{DROP a;} "
      "a.sql[file]{DROP b;}\n"
      "  bob b:two | a.sql[split]{B;~/* liquibase rollback~C;~*/} | down a.sql[split]{C;} "
      "repeatable\n"
      "  bob:3 | a.sql[message]{D;~--rollback empty} | down a.sql[message]{}\n"
      "  ! ambiguous: no changelog includes the files of `.`; the order of their names is "
      "assumed\n");
}

TEST(Liquibase, FiltersAndRefusals) {
  const std::string out =
      cut("liquibase", "a.sql",
          "--liquibase formatted sql\nEARLY;\n--changeset a:1 dbms:mysql\nM;\n--changeset a:2 "
          "dbms:postgresql,h2\nP;\n"
          "--changeset a:3 dbms:!postgresql\nN;\n--changeset a:4 ignore:true\nI;\n--changeset a:5\n"
          "--ignoreLines:1\nX;\nY;\n--ignoreLines:start\nZ;\n--ignoreLines:end\nW;\n--changeset "
          "a:5\nV;\n"
          "--changeset a:6\n--comment nothing\n--changeset broken\nQ;\n");
  EXPECT_EQ(
      out,
      "  a:2 | a.sql[file]{P;}\n"
      "  a:5 | a.sql[file]{Y;} a.sql[file]{W;}\n"
      "  a:5 | a.sql[file]{V;}\n"
      "  a:6 | a.sql[file]{--comment nothing}\n"
      "  ! ambiguous: no changelog includes the files of `.`; the order of their names is assumed\n"
      "  ! misplaced: liquibase ignores what stands before the first `--changeset`\n"
      "  ! duplicate: change set `a:5` is given twice in this file; liquibase refuses it\n"
      "  ! parse: change set `a:6` has no SQL; liquibase refuses the file\n"
      "  ! parse: a change set is `--changeset author:id`; liquibase refuses the file\n"
      "- a.sql: change set `a:1` is for mysql\n"
      "- a.sql: change set `a:3` is for !postgresql\n"
      "- a.sql: change set `a:4` has `ignore:true`\n");
}

TEST(FrameworkSplit, EveryFrameworkTakesAnyBytes) {
  const std::string texts[] = {"",
                               "\n",
                               "--",
                               "-- +goose",
                               "-- +goose Up",
                               "--changeset",
                               "/*",
                               "$$",
                               "'",
                               "-- migrate:up",
                               "---- create above / drop below ----",
                               "--! ",
                               "--! include ",
                               "-- atlas:",
                               "-- atlas:txtar\n\n-- x --",
                               "--ignoreLines:99999999999",
                               "--rollback",
                               "\xFF\xFE",
                               std::string(3, '\0'),
                               "--liquibase formatted sql\n--changeset \"a",
                               "--liquibase formatted sql\n--changeset a:1\n/* liquibase rollback"};
  const std::pair<std::string_view, std::string> names[] = {{"flyway", "V1__a.sql"},
                                                            {"golang-migrate", "1_a.up.sql"},
                                                            {"goose", "1_a.sql"},
                                                            {"dbmate", "1_a.sql"},
                                                            {"sqlx", "1_a.sql"},
                                                            {"diesel", "1_a/up.sql"},
                                                            {"refinery", "V1__a.sql"},
                                                            {"liquibase", "a.sql"},
                                                            {"prisma", "1_a/migration.sql"},
                                                            {"atlas", "1_a.sql"},
                                                            {"tern", "1_a.sql"},
                                                            {"node-pg-migrate", "1_a.sql"},
                                                            {"supabase", "1_a.sql"},
                                                            {"graphile", "000001.sql"},
                                                            {"hasura", "1_a/up.sql"},
                                                            {"pop", "1_a.up.sql"},
                                                            {"plain", "a.sql"}};
  for (const std::string& text : texts) {
    for (const auto& [framework, path] : names) {
      Probe probe(Tree{{path, text}});
      const Discovery discovery =
          probe.discover(fmt::format("migrations: [{{path: ., framework: {}}}]", framework));
      std::size_t sections = 0;
      for (const History& history : discovery.histories) {
        for (const Migration& migration : history.migrations) {
          for (const Section& section : migration.up) {
            EXPECT_LE(section.span.begin, section.span.end);
            EXPECT_LE(section.span.end, text.size());
            ++sections;
          }
        }
      }
      EXPECT_GT(sections + discovery.skipped.size(), 0U) << framework << " " << text;
    }
  }
}

}  // namespace
}  // namespace backout::sql
