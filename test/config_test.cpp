// `.backout.yaml`: what is read, and that every mistake is named with its place.
#include "core/config.h"

#include <gtest/gtest.h>

#include "sql/framework.h"

namespace backout {
namespace {

const std::vector<std::string_view> rules = {"compat/drop-column", "compat/drop-table",
                                             "data-loss/truncate"};

Result<Config> read(std::string_view text) { return parse_config(text, ".backout.yaml", rules); }

std::string error_of(std::string_view text) {
  const Result<Config> config = read(text);
  return config ? "no error" : config.error().message;
}

TEST(Config, ReadsEverything) {
  const Result<Config> config = read(R"(
migrations:
  - path: ./services/orders/migrations/
    framework: golang-migrate
    postgres: 15
    code: [services/orders, libs]
  - paths: [a, "b/[x]"]
    framework: plain
    transaction: none-split
    schema: db/structure.sql
schema: dump.sql
rules:
  compat: warning
  compat/drop-table: off
  data-loss/truncate: error
caches: [public.sessions]
app_roles: app
argo: {rollouts: 1.10, empty_as_zero: true}
releases: {tags: "v*", window: 2, days: 14, exclude: [third_party]}
services:
  catalog:
    image: ghcr.io/acme/catalog
    repository: ../catalog
    tags: sha-{commit}
    migrations: db/migrations
    code: [src]
    app: argocd/catalog
    gitops: ../gitops
    rollout: shop/catalog
    cluster: shop/catalog-db
    rps: 12.5
    recovery:
      - {name: errors, query: sum(errors), expect: "< 0.01", for: 1m30s, within: 1h}
      - {query: up, expect: "== 1"}
  web:
flags: [flags/**]
approvals: {ledger: ops/approvals.yaml, approvers: ana@acme.example, runbook: runbooks/data.md, signers: ops/signers}
runbooks:
  paths: runbooks
  stale_days: 30
  tasks: {code-argocd: runbooks/argocd.md}
  rotation: [code-argocd, data-pitr]
  drills: drills
thresholds: {first_weight: 5, shortest_pause: 0}
limits: {file_bytes: 1000, nesting: 20, yaml_bytes: 300, yaml_values: 40, yaml_nesting: 5}
)");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->migrations.size(), 2U);
  EXPECT_EQ(config->migrations[0].paths, std::vector<std::string>{"services/orders/migrations"});
  EXPECT_EQ(config->migrations[0].framework, "golang-migrate");
  EXPECT_EQ(config->migrations[0].postgres, 15);
  EXPECT_EQ(config->migrations[0].code, (std::vector<std::string>{"services/orders", "libs"}));
  EXPECT_EQ(config->migrations[1].paths, (std::vector<std::string>{"a", "b/[x]"}));
  EXPECT_EQ(config->migrations[1].transaction, "none-split");
  EXPECT_EQ(config->migrations[1].schema, "db/structure.sql");
  EXPECT_FALSE(config->migrations[1].postgres);
  EXPECT_EQ(config->schema, "dump.sql");
  EXPECT_EQ(config->rules.at("compat"), Severity::warning);
  EXPECT_EQ(config->rules.at("compat/drop-table"), Severity::off);
  EXPECT_EQ(config->rules.at("data-loss/truncate"), Severity::error);
  EXPECT_EQ(config->caches, std::vector<std::string>{"public.sessions"});
  EXPECT_EQ(config->app_roles, std::vector<std::string>{"app"});
  EXPECT_EQ(config->argo.rollouts, (argo::Release{1, 10}));
  EXPECT_TRUE(config->argo.empty_as_zero);
  EXPECT_EQ(config->releases.tags, std::vector<std::string>{"v*"});
  EXPECT_EQ(config->releases.window, 2);
  EXPECT_EQ(config->releases.days, 14);
  EXPECT_EQ(config->releases.exclude, std::vector<std::string>{"third_party"});
  ASSERT_EQ(config->services.size(), 2U);
  const ServiceConfig& catalog = config->services[0];
  EXPECT_EQ(catalog.name, "catalog");
  EXPECT_EQ(catalog.images, std::vector<std::string>{"ghcr.io/acme/catalog"});
  EXPECT_EQ(catalog.repository, "../catalog");
  EXPECT_EQ(catalog.tags, "sha-{commit}");
  EXPECT_EQ(catalog.migrations, std::vector<std::string>{"db/migrations"});
  EXPECT_EQ(catalog.code, std::vector<std::string>{"src"});
  EXPECT_EQ(catalog.app, "argocd/catalog");
  EXPECT_EQ(catalog.rollout, "shop/catalog");
  EXPECT_EQ(catalog.gitops, "../gitops");
  EXPECT_EQ(catalog.cluster, "shop/catalog-db");
  EXPECT_EQ(catalog.rps, 12.5);
  ASSERT_EQ(catalog.recovery.size(), 2U);
  EXPECT_EQ(catalog.recovery[0].name, "errors");
  EXPECT_EQ(catalog.recovery[0].expect, "< 0.01");
  EXPECT_EQ(catalog.recovery[0].for_seconds, 90);
  EXPECT_EQ(catalog.recovery[0].within_seconds, 3600);
  EXPECT_EQ(catalog.recovery[1].name, "up");
  EXPECT_EQ(config->services[1].tags, "v{version}");
  EXPECT_EQ(config->flags, std::vector<std::string>{"flags/**"});
  EXPECT_EQ(config->approvals.ledger, "ops/approvals.yaml");
  EXPECT_EQ(config->approvals.approvers, std::vector<std::string>{"ana@acme.example"});
  EXPECT_EQ(config->approvals.runbook, "runbooks/data.md");
  EXPECT_EQ(config->approvals.signers, "ops/signers");
  EXPECT_EQ(config->runbooks.stale_days, 30);
  EXPECT_EQ(config->runbooks.tasks.at("code-argocd"), "runbooks/argocd.md");
  EXPECT_EQ(config->runbooks.rotation, (std::vector<std::string>{"code-argocd", "data-pitr"}));
  EXPECT_EQ(config->runbooks.drills, "drills");
  EXPECT_EQ(config->thresholds.first_weight, 5);
  EXPECT_EQ(config->thresholds.shortest_pause, 0);
  EXPECT_EQ(config->thresholds.weight_increase, Thresholds().weight_increase);
  EXPECT_EQ(config->limits.file_bytes, 1000U);
  EXPECT_EQ(config->limits.nesting, 20U);
  EXPECT_EQ(config->limits.yaml_bytes, 300U);
  EXPECT_EQ(config->limits.yaml_values, 40U);
  EXPECT_EQ(config->limits.yaml_nesting, 5U);
  EXPECT_EQ(config->limits.statements, Limits().statements);
}

TEST(Config, EmptyIsTheDefault) {
  for (const std::string_view text :
       {"", "# nothing\n", "---\n", "migrations:\nrules:\nlimits:\n"}) {
    const Result<Config> config = read(text);
    ASSERT_TRUE(config) << text << config.error().message;
    EXPECT_TRUE(config->migrations.empty());
  }
}

TEST(Config, NamesTheMistake) {
  struct Case {
    std::string_view text, message;
  };
  const Case cases[] = {
      {"migration: []",
       ".backout.yaml:1:1: unknown key `migration` in the configuration, did you mean "
       "`migrations`?"},
      {"zzz: 1", ".backout.yaml:1:1: unknown key `zzz` in the configuration"},
      {"migrations:\n  - pth: a",
       ".backout.yaml:2:5: unknown key `pth` in `migrations`, did you mean `path`?"},
      {"migrations:\n  - framework: goose",
       ".backout.yaml:2:5: an entry of `migrations` needs a `path`"},
      {"migrations: a", ".backout.yaml:1:13: `migrations` must be a list of entries (`- path: …`)"},
      {"migrations: [{path: []}]", ".backout.yaml:1:21: `path` is empty"},
      {"migrations: [{path: a, paths: b}]",
       ".backout.yaml:1:31: `path` and `paths` are two words for the same key; give one"},
      {"migrations: [{path: /a}]",
       ".backout.yaml:1:21: `path` must be relative to the repository's root"},
      {"migrations: [{path: a/../../b}]",
       ".backout.yaml:1:21: `path` must not leave the repository (`..`)"},
      {"migrations: [{path: {a: b}}]", ".backout.yaml:1:21: `path` must be a text"},
      {"migrations: [{path: a, postgres: new}]",
       ".backout.yaml:1:34: `postgres` must be a whole number from 9 to 99"},
      {"migrations: [{path: a, postgres: 15.4}]",
       ".backout.yaml:1:34: `postgres` must be a whole number from 9 to 99"},
      {"migrations: [{path: a, transaction: none}]",
       ".backout.yaml:1:37: `transaction` cannot be `none`; known are: per-file, whole-run, "
       "none-split, none-one-message"},
      {"rules: {compat/drop-colunm: off}",
       ".backout.yaml:1:9: unknown rule or family `compat/drop-colunm`, did you mean "
       "`compat/drop-column`?"},
      {"rules: {compat: warn}",
       ".backout.yaml:1:17: `compat` cannot be `warn`; known are: error, warning, note, off"},
      {"rules: [compat]",
       ".backout.yaml:1:8: `rules` must be a map of rule ids or families to levels"},
      {"argo: {empty_as_zero: 1}",
       ".backout.yaml:1:23: `empty_as_zero` cannot be `1`; known are: true, false"},
      {"services: [a]", ".backout.yaml:1:11: `services` must be a map of names to services"},
      {"services: {a: {imag: x}}",
       ".backout.yaml:1:16: unknown key `imag` in service `a`, did you mean `image`?"},
      {"services: {a: {tags: 'v{versoin}'}}",
       ".backout.yaml:1:22: `tags` must hold {version} or {commit} once, as in v{version} or "
       "sha-{commit}"},
      {"services: {a: {tags: '{commit}{version}'}}",
       ".backout.yaml:1:22: `tags` must hold {version} or {commit} once, as in v{version} or "
       "sha-{commit}"},
      {"services: {a: {rps: -1}}",
       ".backout.yaml:1:21: `rps` must be a number of requests a second"},
      {"services: {a: {rps: nan}}",
       ".backout.yaml:1:21: `rps` must be a number of requests a second"},
      {"services: {a: {recovery: [{query: up}]}}",
       ".backout.yaml:1:27: an entry of `recovery` needs `query` and `expect`"},
      {"services: {a: {recovery: [{query: up, expect: '> 0', for: 2 days}]}}",
       ".backout.yaml:1:59: `for` must be a time such as 90s, 2m or 1h30m"},
      {"services: {a: {recovery: [{query: up, expect: '> 0', for: 999999999h}]}}",
       ".backout.yaml:1:59: `for` must be a time such as 90s, 2m or 1h30m"},
      {"releases: {window: 0}",
       ".backout.yaml:1:20: `window` must be a whole number from 1 to 100"},
      {"runbooks: {tasks: {code-argo: a}}",
       ".backout.yaml:1:20: unknown task `code-argo`, did you mean `code-argocd`?; known are: "
       "decision-tree, code-argocd, code-rollouts, code-helm, config, data-pitr, data-s3, "
       "data-velero"},
      {"limits: {nesting: 0}",
       ".backout.yaml:1:19: `nesting` must be a whole number from 1 to 10000"},
      {"limits: {nesting: 99999999999999999999}",
       ".backout.yaml:1:19: `nesting` must be a whole number from 1 to 10000"},
      {"thresholds: {first_wait: 5}",
       ".backout.yaml:1:14: unknown key `first_wait` in `thresholds`, did you mean "
       "`first_weight`?"},
      {"thresholds: {first_weight: 200}",
       ".backout.yaml:1:28: `first_weight` must be a whole number from 0 to 100"},
      {"thresholds: [5]", ".backout.yaml:1:13: `thresholds` must be a map of keys"},
      {"argo: {rollouts: latest}",
       ".backout.yaml:1:18: `rollouts` must be a release of Argo Rollouts, as in 1.9"},
      {"argo: {rollouts: 2.0}",
       ".backout.yaml:1:18: `rollouts` must be a release of Argo Rollouts, as in 1.9"},
      {"argo: {rollouts: 1.-9}",
       ".backout.yaml:1:18: `rollouts` must be a release of Argo Rollouts, as in 1.9"},
      {"argo: {rollouts: [1.9]}",
       ".backout.yaml:1:18: `rollouts` must be a release of Argo Rollouts, as in 1.9"},
      {"schema: a\nschema: b", ".backout.yaml:2:1: key `schema` is given twice"},
      {"- a", ".backout.yaml:1:1: the configuration must be a map of keys"},
      {"schema: a\n---\nschema: b", ".backout.yaml:2:1: a second document; one is read"},
      {"? [a]\n: b", ".backout.yaml:1:3: a key that is no plain text"},
  };
  for (const Case& c : cases) EXPECT_EQ(error_of(c.text), c.message) << c.text;
  EXPECT_EQ(read("limits: 1").error().kind, ErrorKind::usage);
}

TEST(Config, SuggestsFrameworks) {
  EXPECT_NE(error_of("migrations: [{path: a, framework: golang_migrate}]")
                .find("did you mean `golang-migrate`?"),
            std::string::npos);
  for (const std::string_view name : framework_names) {
    EXPECT_TRUE(read("migrations: [{path: a, framework: " + std::string(name) + "}]")) << name;
  }
  EXPECT_EQ(sql::to_string(sql::Framework::plain), "plain");
  EXPECT_EQ(sql::to_string(sql::Framework::node_pg_migrate), "node-pg-migrate");
}

TEST(Config, StopsAtHostileYaml) {
  EXPECT_NE(error_of("schema: [unclosed"), "no error");
  EXPECT_NE(error_of("schema: \t\"a"), "no error");
  EXPECT_NE(error_of(std::string(100'000, '[')), "no error");
  EXPECT_NE(error_of(std::string("schema: a\0b", 11)), "no error");
  EXPECT_NE(error_of("\xFF\xFEs"), "no error");
  EXPECT_NE(error_of("schema: &a [*a]"), "no error");
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 30; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j ? ",*a" : "*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  EXPECT_NE(error_of(bomb).find("more than 200000 values"), std::string::npos);
}

TEST(Nearest, FindsTypingMistakesOnly) {
  EXPECT_EQ(nearest("framwork", {"path", "framework"}), "framework");
  EXPECT_EQ(nearest("ptah", {"path", "paths"}), "path");
  EXPECT_EQ(nearest("elephant", {"path", "framework"}), "");
  EXPECT_EQ(nearest("", {"path"}), "");
  EXPECT_EQ(nearest(std::string(1000, 'a'), {"path"}), "");
}

}  // namespace
}  // namespace backout
