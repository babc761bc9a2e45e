// Which framework a repository's files belong to, in which order they run, and what is skipped and
// why.
#include <gtest/gtest.h>

#include <chrono>

#include "framework_probe.h"

namespace backout::sql {
namespace {

TEST(Discover, FindsEachFrameworkWithoutConfiguration) {
  struct Case {
    Tree tree;
    std::string expected;
  };
  const Case cases[] = {
      {{{"db/migration/V2__b.sql", "B"},
        {"db/migration/V10__c.sql", "C"},
        {"db/migration/V1__a.sql", "A"},
        {"db/migration/U2__b.sql", "U"},
        {"db/migration/R__v.sql", "R"},
        {"db/migration/B2__base.sql", "X"},
        {"db/migration/afterMigrate.sql", "Z"}},
       "db/migration: flyway\n  1 | db/migration/V1__a.sql[file]{A}\n  2 | "
       "db/migration/V2__b.sql[file]{B} | down db/migration/U2__b.sql[file]{U}\n"
       "  2 | db/migration/B2__base.sql[file]{X} baseline\n  10 | "
       "db/migration/V10__c.sql[file]{C}\n"
       "  v | db/migration/R__v.sql[file]{R} repeatable\n- db/migration/afterMigrate.sql: a flyway "
       "callback, not a migration\n"},
      {{{"m/1_a.up.sql", "A"},
        {"m/1_a.down.sql", "a"},
        {"m/2_b.up.sql", "B"},
        {"go.mod", "require github.com/golang-migrate/migrate/v4 v4"}},
       "m: golang-migrate\n  1 | m/1_a.up.sql[message]{A} | down m/1_a.down.sql[message]{a}\n  2 | "
       "m/2_b.up.sql[message]{B}\n"},
      {{{"m/9_a.up.sql", "A"}, {"m/10_b.up.sql", "B"}, {"m/atlas.sum", "h1:x"}},
       "m: golang-migrate\n  9 | m/9_a.up.sql[message]{A}\n  10 | m/10_b.up.sql[message]{B}\n"},
      {{{"m/00002_b.sql", "-- +goose Up\nB;"},
        {"m/00001_a.sql", "-- +goose Up\nA;"},
        {"m/notes.sql", "x"}},
       "m: goose\n  1 | m/00001_a.sql[file]{A;}\n  2 | m/00002_b.sql[file]{B;}\n- m/notes.sql: not "
       "a file name that goose reads\n"},
      {{{"db/migrations/9_a.sql", "-- migrate:up\nA\n-- migrate:down\n"},
        {"db/migrations/10_b.sql", "-- migrate:up\nB\n-- migrate:down\n"},
        {"db/schema.sql", "x"}},
       "db/migrations: dbmate\n  10 | db/migrations/10_b.sql[file]{B} | down "
       "db/migrations/10_b.sql[file]{}\n"
       "  9 | db/migrations/9_a.sql[file]{A} | down db/migrations/9_a.sql[file]{}\n- "
       "db/schema.sql: schema dump\n"},
      {{{"crate/Cargo.toml", "sqlx = \"0.8\""},
        {"crate/migrations/1_a.up.sql", "A"},
        {"crate/migrations/1_a.down.sql", "a"}},
       "crate/migrations: sqlx\n  1 | crate/migrations/1_a.up.sql[file]{A} | down "
       "crate/migrations/1_a.down.sql[file]{a}\n"},
      {{{"migrations/1_a.sql", "-- Add migration script here\nA"}},
       "migrations: sqlx\n  1 | migrations/1_a.sql[file]{-- Add migration script here~A}\n"},
      {{{"diesel.toml", ""},
        {"migrations/2024-01-02-000000_b/up.sql", "B"},
        {"migrations/2024-01-01-000000_a/up.sql", "A"},
        {"migrations/2024-01-01-000000_a/down.sql", "a"}},
       "migrations: diesel\n  20240101000000 | migrations/2024-01-01-000000_a/up.sql[file]{A} | "
       "down migrations/2024-01-01-000000_a/down.sql[file]{a}\n"
       "  20240102000000 | migrations/2024-01-02-000000_b/up.sql[file]{B}\n"},
      {{{"Cargo.toml", "refinery = \"0.8\""}, {"m/U3__c.sql", "C"}, {"m/V1__a.sql", "A"}},
       "m: refinery\n  1 | m/V1__a.sql[file]{A}\n  3 | m/U3__c.sql[file]{C}\n"},
      {{{"p/migrations/migration_lock.toml", "provider = \"postgresql\"\n"},
        {"p/migrations/0_init/migration.sql", "A"},
        {"p/migrations/20240101000000_b/migration.sql", "B"},
        {"p/migrations/20240101000000_b/down.sql", "b"}},
       "p/migrations: prisma\n  0_init | p/migrations/0_init/migration.sql[message]{A}\n"
       "  20240101000000_b | p/migrations/20240101000000_b/migration.sql[message]{B}\n"
       "- p/migrations/20240101000000_b/down.sql: prisma runs no way back\n"},
      {{{"m/atlas.sum", ""}, {"m/20240102_b.sql", "B"}, {"m/20240101_a.sql", "A"}},
       "m: atlas\n  20240101 | m/20240101_a.sql[file]{A}\n  20240102 | "
       "m/20240102_b.sql[file]{B}\n"},
      {{{"m/001_a.sql", "A\n---- create above / drop below ----\na"},
        {"m/003_c.sql", "C"},
        {"m/002_b.sql", "B"}},
       "m: tern\n  1 | m/001_a.sql[file]{A} | down m/001_a.sql[file]{a}\n  2 | "
       "m/002_b.sql[file]{B}\n  3 | m/003_c.sql[file]{C}\n"},
      {{{"package.json", "\"node-pg-migrate\": \"^7\""},
        {"migrations/1700000000000_a.sql", "A"},
        {"migrations/900_b.sql", "B"}},
       "migrations: node-pg-migrate\n  900_b.sql | migrations/900_b.sql[file]{B}\n  "
       "1700000000000_a.sql | migrations/1700000000000_a.sql[file]{A}\n"},
      {{{"supabase/migrations/20240101_a.sql", "A"}, {"supabase/seed.sql", "S"}},
       "supabase/migrations: supabase\n  20240101 | "
       "supabase/migrations/20240101_a.sql[message]{A}\n- supabase/seed.sql: seed data\n"},
      {{{"drizzle/0001_b.sql", "B1\n--> statement-breakpoint\nB2"},
        {"drizzle/0000_a.sql", "A"},
        {"drizzle/0002_c.sql", "C"},
        {"drizzle/meta/_journal.json",
         "{\"dialect\": \"postgresql\", \"entries\": [\n\t{\"idx\": 0, \"tag\": \"0001_b\"}, "
         "{\"tag\": \"0000_a\"}]}"}},
       "drizzle: drizzle\n  0001_b | drizzle/0001_b.sql[run]{B1} drizzle/0001_b.sql[run]{B2}\n  "
       "0000_a | drizzle/0000_a.sql[run]{A}\n"
       "- drizzle/0002_c.sql: not in `drizzle/meta/_journal.json`; drizzle does not run it\n"},
      {{{"h/config.yaml", "version: 3\nmetadata_directory: metadata\n"},
        {"h/migrations/default/1700000000000_a/up.sql", "A"},
        {"h/migrations/default/1700000000000_a/down.sql", "a"}},
       "h/migrations/default: hasura\n  1700000000000 | "
       "h/migrations/default/1700000000000_a/up.sql[message]{A} | down "
       "h/migrations/default/1700000000000_a/down.sql[message]{a}\n"},
      {{{"m/2_b.up.sql", "{{ index .Options \"x\" }}"}, {"m/1_a.up.sql", "A"}},
       "m: pop\n  1 | m/1_a.up.sql[file]{A}\n  2 | m/2_b.up.sql[file]{{{ index .Options \"x\" "
       "}}}\n"},
      {{{"s/versioned/v1.10/b.sql", "B"},
        {"s/versioned/v1.10/manifest.json", "{\"SchemaUpdateCqlFiles\": [\"b.sql\"]}"},
        {"s/versioned/v1.9/y.sql", "Y"},
        {"s/versioned/v1.9/x.sql", "X"},
        {"s/versioned/v1.9/z.sql", "Z"},
        {"s/versioned/v1.9/manifest.json", "{\"SchemaUpdateCqlFiles\": [\"y.sql\", \"x.sql\"]}"},
        {"s/schema.sql", "S"},
        {"s/database.sql", "D"}},
       "s/versioned: temporal\n  1.9 | s/versioned/v1.9/y.sql[split]{Y} "
       "s/versioned/v1.9/x.sql[split]{X}\n  1.10 | s/versioned/v1.10/b.sql[split]{B}\n"
       "- s/database.sql: set-up of the database, not a versioned step\n- s/schema.sql: schema "
       "dump: the state after all versioned steps\n"
       "- s/versioned/v1.9/z.sql: not named in its manifest.json\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(describe(c.tree), c.expected);
}

TEST(Discover, SqitchFollowsItsPlan) {
  const Tree tree = {{"s/sqitch.plan",
                      "%project=x\n\n# note\nb 2024-01-01T00:00:00Z A <a@b> # first\na [b] "
                      "2024-01-01T00:00:00Z A <a@b>\n@v1 2024-01-01T00:00:00Z A <a@b>\n"
                      "@v2 2024-01-01T00:00:00Z A <a@b>\nb [b@v2] 2024-01-01T00:00:00Z A "
                      "<a@b>\nd/gone 2024-01-01T00:00:00Z A <a@b>\n"},
                     {"s/deploy/a.sql", "A"},
                     {"s/revert/a.sql", "a"},
                     {"s/verify/a.sql", "v"},
                     {"s/deploy/b.sql", "B2"},
                     {"s/deploy/b@v2.sql", "B1"},
                     {"s/revert/b@v2.sql", "b1"},
                     {"s/deploy/other.sql", "O"}};
  EXPECT_EQ(
      describe(tree),
      "s: sqitch psql\n  b@v2 | s/deploy/b@v2.sql[split]{B1} | down s/revert/b@v2.sql[split]{b1}\n"
      "  a | s/deploy/a.sql[split]{A} | down s/revert/a.sql[split]{a}\n  b | "
      "s/deploy/b.sql[split]{B2}\n"
      "  ! parse: change `d/gone` has no file `s/deploy/d/gone.sql`; sqitch cannot deploy it\n"
      "- s/deploy/other.sql: not in `s/sqitch.plan`\n- s/verify/a.sql: a sqitch verify script; it "
      "changes nothing\n");
  Tree mysql = tree;
  mysql["s/sqitch.conf"] = "[core]\n\tengine = mysql\n";
  EXPECT_NE(describe(mysql).find("- s/deploy/a.sql: MySQL dialect (engine of sqitch.conf)\n"),
            std::string::npos);
  Tree moved = {{"sqitch.plan", "a 2024 A <a>\n"},
                {"sqitch.conf", "[core]\ndeploy_dir = up\nextension = ddl\n"},
                {"up/a.ddl", "A"}};
  EXPECT_EQ(describe(moved), ".: sqitch psql\n  a | up/a.ddl[split]{A}\n");
}

TEST(Discover, LiquibaseFollowsChangelogs) {
  EXPECT_EQ(
      describe({{"db/changelog/db.changelog-master.yaml",
                 "databaseChangeLog:\n  - include: {file: db/changelog/b.sql}\n  - include: {file: "
                 "sub/more.xml, relativeToChangelogFile: true}\n"
                 "  - includeAll: {path: all/, relativeToChangelogFile: true}\n"},
                {"db/changelog/b.sql", "--liquibase formatted sql\n--changeset a:1\nB;"},
                {"db/changelog/a.sql", "--liquibase formatted sql\n--changeset a:9\nLOST;"},
                {"db/changelog/all/2.sql", "TWO"},
                {"db/changelog/all/1.sql", "--liquibase formatted sql\n--changeset a:1\nONE;"},
                {"db/changelog/sub/more.xml",
                 "<databaseChangeLog><!-- <include file='no.sql'/> --><changeSet id='7' author='x' "
                 "runInTransaction='false'>"
                 "<sqlFile path=\"f&amp;g.sql\" "
                 "relativeToChangelogFile=\"true\"/><rollback><sqlFile path='back.sql' "
                 "relativeToChangelogFile='true'/></rollback></changeSet><changeSet id='8' "
                 "author='x'><createTable tableName='t'>"
                 "<column name='c'/></createTable></changeSet><changeSet id='9' author='x' "
                 "dbms='oracle'><createTable/></changeSet>"
                 "</databaseChangeLog>"},
                {"db/changelog/sub/f&g.sql", "F"},
                {"db/changelog/sub/back.sql", "f"}}),
      "db/changelog: liquibase\n  a:1 | db/changelog/b.sql[file]{B;}\n"
      "  x:7 | db/changelog/sub/f&g.sql[split]{F} | down db/changelog/sub/back.sql[split]{f}\n"
      "  a:1 | db/changelog/all/1.sql[file]{ONE;}\n  raw | db/changelog/all/2.sql[file]{TWO}\n"
      "  ! ambiguous: 1 change sets (the first in `db/changelog/sub/more.xml`) are not written as "
      "SQL; what they do to the schema is not known\n"
      "db/changelog: liquibase\n  a:9 | db/changelog/a.sql[file]{LOST;}\n"
      "  ! ambiguous: no changelog includes the files of `db/changelog`; the order of their names "
      "is assumed\n");
}

TEST(Discover, SaysWhatItAssumes) {
  constexpr std::string_view names =
      "the names fit golang-migrate, sqlx and others, which differ in transactions; ";
  EXPECT_EQ(describe({{"m/1_a.up.sql", "A"}}),
            fmt::format("m: golang-migrate\n  1 | m/1_a.up.sql[message]{{A}}\n  ! ambiguous: "
                        "{}golang-migrate is assumed; "
                        "set `framework` for `m` in `.backout.yaml`\n",
                        names));
  EXPECT_EQ(
      describe({{"x/m/1_a.up.sql", "A"}, {"x/n/1_a.up.sql", "-- Add up migration script here\n"}}),
      fmt::format("x/m: sqlx\n  1 | x/m/1_a.up.sql[file]{{A}}\n  ! ambiguous: {}sqlx is assumed, "
                  "as in `x/n`; "
                  "set `framework` for `x/m` in `.backout.yaml`\n"
                  "x/n: sqlx\n  1 | x/n/1_a.up.sql[file]{{-- Add up migration script here}}\n",
                  names));
  EXPECT_EQ(describe({{"migrations/1_a.sql", "A"}, {"other/1_a.sql", "A"}}),
            "migrations: plain\n  1_a | migrations/1_a.sql[file]{A}\n  ! ambiguous: the names fit "
            "sqlx, tern, atlas and others, which "
            "differ in transactions; one transaction a file is assumed; set `framework` for "
            "`migrations` in `.backout.yaml`\n"
            "- other/1_a.sql: no migration framework recognised in this folder\n");
  EXPECT_EQ(describe({{"m/1_a/up.sql", "A"}}),
            "m: diesel\n  1 | m/1_a/up.sql[file]{A}\n  ! ambiguous: the names fit diesel and "
            "hasura, which differ in transactions; diesel is "
            "assumed; set `framework` for `m` in `.backout.yaml`\n");
}

TEST(Discover, ConfigurationDecides) {
  const Tree tree = {
      {"m/1_a.up.sql", "A"}, {"m/1_a.down.sql", "a"}, {"n/2_b.up.sql", "B"}, {"x/1_c.up.sql", "C"}};
  EXPECT_EQ(describe(tree, "migrations: [{paths: [n, m], framework: sqlx}]"),
            "n: sqlx\n  1 | m/1_a.up.sql[file]{A} | down m/1_a.down.sql[file]{a}\n  2 | "
            "n/2_b.up.sql[file]{B}\n"
            "- x/1_c.up.sql: not below a path of `migrations` in the configuration\n");
  EXPECT_EQ(describe(tree,
                     "migrations: [{path: m, framework: plain, transaction: none-split}, {path: "
                     "'?', framework: golang-migrate, transaction: per-file}]"),
            "?: golang-migrate\n  1 | x/1_c.up.sql[file]{C}\n  2 | n/2_b.up.sql[file]{B}\n"
            "m: plain\n  1_a | m/1_a.up.sql[split]{A} | down m/1_a.down.sql[split]{a}\n");
  // Without a framework: several folders of one kind are one history.
  EXPECT_EQ(describe({{"a/1_x.mysql.up.sql", ""},
                      {"a/1_x.postgres.up.sql", "P"},
                      {"b/2_y.up.sql", "Y"},
                      {"b/2_y.sqlite.up.sql", ""}},
                     "migrations: [{paths: [a, b]}]"),
            "a: pop\n  1 | a/1_x.postgres.up.sql[file]{P}\n  2 | b/2_y.up.sql[file]{Y}\n"
            "- a/1_x.mysql.up.sql: MySQL dialect\n- b/2_y.sqlite.up.sql: SQLite dialect\n");
  EXPECT_EQ(describe({{"a/x.sql", "X"}}, "migrations: [{path: a}]"),
            "a: plain\n  x | a/x.sql[file]{X}\n");
}

TEST(Discover, AConfiguredPathThatMatchesNothingIsAnEmptyHistory) {
  Probe probe(Tree{{"m/x.sql", "A"}});
  const Discovery discovery =
      probe.discover("migrations: [{path: typo}, {path: m/x.sql, framework: goose}]");
  ASSERT_EQ(discovery.histories.size(), 2U);
  for (const History& history : discovery.histories) {
    EXPECT_EQ(history.evidence, "configuration, no migrations below this path");
    EXPECT_TRUE(history.migrations.empty());
  }
}

TEST(Discover, KnowsWhichTextsHoldPlaceholders) {
  const auto placeholders = [](const Tree& tree) {
    return Probe(tree).discover().histories.at(0).placeholders;
  };
  EXPECT_TRUE(placeholders({{"db/migration/V1__a.sql", "A"}}));
  EXPECT_FALSE(placeholders(
      {{"db/migration/V1__a.sql", "A"}, {"flyway.conf", "flyway.placeholderReplacement=false"}}));
  EXPECT_FALSE(placeholders({{"m/1_a.sql", "-- +goose Up\nA;"}}));
  EXPECT_TRUE(placeholders({{"m/1_a.sql", "-- +goose Up\n-- +goose ENVSUB ON\nA;"}}));
  EXPECT_FALSE(placeholders({{"m/1_a.up.sql", "A"}, {"go.mod", "golang-migrate"}}));
  EXPECT_TRUE(placeholders({{"m/1_a.up.sql", "A"}}));  // assumed
}

TEST(Discover, PopTakesTheFileForPostgres) {
  EXPECT_EQ(describe({{"m/1_a.up.sql", "all"},
                      {"m/1_a.postgres.up.sql", "pg"},
                      {"m/1_a.down.sql", "all down"},
                      {"m/2_b.mysql.up.sql", ""},
                      {"m/3_c.autocommit.up.sql", "C"},
                      {"m/3_c.cockroach.autocommit.up.sql", ""}}),
            "m: pop\n  1 | m/1_a.postgres.up.sql[file]{pg} | down m/1_a.down.sql[file]{all down}\n"
            "  3 | m/3_c.autocommit.up.sql[message]{C}\n"
            "- m/1_a.up.sql: `1_a.postgres.up.sql` replaces it for PostgreSQL\n- "
            "m/2_b.mysql.up.sql: MySQL dialect\n"
            "- m/3_c.cockroach.autocommit.up.sql: CockroachDB dialect\n");
}

TEST(Discover, FlywayLocations) {
  // Subfolders of a location belong to it.
  EXPECT_EQ(describe({{"db/migration/2023/V1__a.sql", "A"},
                      {"db/migration/2024/V2__b.sql", "B"},
                      {"db/migration/views/R__v.sql", "R"},
                      {"db/migration/h2/V3__c.sql", "H"}}),
            "db/migration: flyway\n  1 | db/migration/2023/V1__a.sql[file]{A}\n  2 | "
            "db/migration/2024/V2__b.sql[file]{B}\n"
            "  v | db/migration/views/R__v.sql[file]{R} repeatable\n- db/migration/h2/V3__c.sql: "
            "H2 dialect\n");
  // The same version in two folders: two databases.
  EXPECT_EQ(describe({{"db/migration/x/V1__a.sql", "A"}, {"db/migration/y/V1__b.sql", "B"}}),
            "db/migration/x: flyway\n  1 | db/migration/x/V1__a.sql[file]{A}\ndb/migration/y: "
            "flyway\n  1 | db/migration/y/V1__b.sql[file]{B}\n");
  EXPECT_EQ(describe({{"flyway.toml",
                       "[flyway]\nlocations = [\"filesystem:sql\"]\nsqlMigrationPrefix = \"M\"\n"},
                      {"sql/a/M1__a.sql", "A"},
                      {"sql/b/M2__b.sql", "B"}}),
            "sql: flyway\n  1 | sql/a/M1__a.sql[file]{A}\n  2 | sql/b/M2__b.sql[file]{B}\n");
}

TEST(Discover, ReportsDuplicateVersionsAndGaps) {
  EXPECT_EQ(
      describe({{"go.mod", "golang-migrate"}, {"m/1_a.up.sql", "A"}, {"m/001_b.up.sql", "B"}}),
      "m: golang-migrate\n  1 | m/001_b.up.sql[message]{B}\n  1 | m/1_a.up.sql[message]{A}\n"
      "  ! duplicate: `m/001_b.up.sql` and `m/1_a.up.sql` both have version `1`; the tool refuses "
      "to run\n");
  EXPECT_EQ(
      describe({{"m/1_a.sql", "A\n---- create above / drop below ----\n"}, {"m/3_c.sql", "C"}}),
      "m: tern\n  1 | m/1_a.sql[file]{A} | down m/1_a.sql[file]{}\n  3 | m/3_c.sql[file]{C}\n"
      "  ! duplicate: version 2 is missing before `m/3_c.sql`; tern refuses to run\n");
}

TEST(Discover, SkipsWithAReason) {
  EXPECT_EQ(describe({{"db/structure.sql", "x"},
                      {"db/dump_2024.sql", "--\n-- PostgreSQL database dump\n--\n"},
                      {"db/seeds/1.sql", "x"},
                      {"node_modules/p/migrations/1_a.up.sql", "x"},
                      {"src/test/resources/db/migration/V1__a.sql", "x"},
                      {"migrations/mysql/1_a.up.sql", "x"},
                      {"sqlite-migrations/1_a.up.sql", "x"},
                      {"q/report.mysql.sql", "x"},
                      {"m/1_a.down.sql", "x"},
                      {"m/2_b.up.sql", "B"},
                      {"go.mod", "golang-migrate"},
                      {"p/migrations/migration_lock.toml", "provider = \"sqlite\""},
                      {"p/migrations/1_a/migration.sql", "x"}}),
            "m: golang-migrate\n  2 | m/2_b.up.sql[message]{B}\n"
            "- db/dump_2024.sql: schema dump (pg_dump)\n- db/seeds/1.sql: seed data\n- "
            "db/structure.sql: schema dump\n"
            "- m/1_a.down.sql: a way back without its forward migration\n- "
            "migrations/mysql/1_a.up.sql: MySQL dialect\n"
            "- node_modules/p/migrations/1_a.up.sql: vendored code\n- "
            "p/migrations/1_a/migration.sql: SQLite dialect (migration_lock.toml)\n"
            "- q/report.mysql.sql: MySQL dialect\n- sqlite-migrations/1_a.up.sql: SQLite dialect\n"
            "- src/test/resources/db/migration/V1__a.sql: test data (below `src/test`)\n");
}

TEST(Discover, NamedFoldersAreTakenAsTheyAre) {
  const Tree tree = {{"tests/x/b10.sql", "B"},
                     {"tests/x/b9.sql", "A"},
                     {"tests/x/seed.sql", "S"},
                     {"other/c.sql", "C"}};
  EXPECT_EQ(describe(tree, "", {"tests/x"}),
            "tests/x: plain\n  b9 | tests/x/b9.sql[file]{A}\n  b10 | tests/x/b10.sql[file]{B}\n"
            "- other/c.sql: no migration framework recognised in this folder\n- tests/x/seed.sql: "
            "seed data\n");
  EXPECT_EQ(describe(tree, "", {"tests/x/seed.sql"}),
            "tests/x: plain\n  seed | tests/x/seed.sql[file]{S}\n- other/c.sql: no migration "
            "framework recognised in this folder\n"
            "- tests/x/b10.sql: test data (below `tests`)\n- tests/x/b9.sql: test data (below "
            "`tests`)\n");
}

TEST(Discover, HostileNamesAreJustBytes) {
  const std::string names[] = {"m/1_a\nb.up.sql",
                               "m/2_[x].up.sql",
                               "m/-3_c.up.sql",
                               "m/4_\xFF\xFE.up.sql",
                               "../5_d.up.sql",
                               "m/6_\x1B[31m.up.sql",
                               "m//7_e.up.sql",
                               "m/99999999999999999999999999999999999999_f.up.sql",
                               ".sql",
                               "m/.sql"};
  Tree tree = {{"go.mod", "golang-migrate"}};
  for (const std::string& name : names) tree[name] = "A";
  Probe probe(tree);
  const Discovery discovery = probe.discover();
  std::size_t seen = discovery.skipped.size();
  for (const History& history : discovery.histories) seen += history.migrations.size();
  EXPECT_EQ(seen, std::size(names) - 1);  // ".sql" is hidden, not an SQL file
  EXPECT_EQ(describe(tree), describe(tree));
}

TEST(Discover, BrokenPlansAreReported) {
  EXPECT_NE(describe({{"d/meta/_journal.json", "{\"entries\": ["}, {"d/0000_a.sql", "A"}})
                .find("  ! parse: d/meta/_journal.json:"),
            std::string::npos);
  EXPECT_NE(describe({{"d/meta/_journal.json", "[]"}, {"d/0000_a.sql", "A"}})
                .find("  ! parse: the journal has no list `entries`"),
            std::string::npos);
  EXPECT_NE(describe({{"s/versioned/v1/manifest.json", "{"}, {"s/versioned/v1/a.sql", "A"}})
                .find("  ! parse: "),
            std::string::npos);
  EXPECT_NE(
      describe({{"changelog.xml", "<databaseChangeLog><include file='x.sql'"}, {"a.sql", "A"}})
          .find("- a.sql: no migration framework"),
      std::string::npos);
  EXPECT_NE(describe({{"changelog.yaml",
                       "databaseChangeLog:\n- include: {file: changelog.yaml}\n- include: {file: "
                       "no.sql}\n- include: {file: a.sql}\n"},
                      {"a.sql", "A"}})
                .find("- a.sql: "),
            std::string::npos);
}

TEST(Discover, LooksOnlyAtWhatMatters) {
  Tree tree = {{"go.mod", "golang-migrate"}};
  for (int i = 0; i < 60'000; ++i)
    tree[fmt::format("src/package{}/module{}/file{}.go", i % 50, i % 1000, i)] = "";
  for (int i = 0; i < 1'000; ++i)
    tree[fmt::format("migrations/{:06}_change.up.sql", i)] = "SELECT 1;";
  Probe probe(tree);
  const auto begin = std::chrono::steady_clock::now();
  const Discovery discovery = probe.discover();
  const auto took = std::chrono::steady_clock::now() - begin;
  ASSERT_EQ(discovery.histories.size(), 1U);
  EXPECT_EQ(discovery.histories[0].migrations.size(), 1'000U);
  EXPECT_LT(probe.reads, 10'000U);
  EXPECT_LT(took, std::chrono::seconds(2));  // milliseconds, on a quiet machine
}

}  // namespace
}  // namespace backout::sql
