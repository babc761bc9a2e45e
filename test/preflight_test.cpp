// `backout preflight` on real repositories: what it answers, what it shows for it, and where it
// refuses to answer.
#include "preflight/preflight.h"

#include <gtest/gtest.h>

#include "preflight/layer.h"
#include "program.h"

namespace backout::test {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

json answer(const std::string& directory, Words words, int code) {
  words.insert(words.begin(), "preflight");
  words.insert(words.end(), {"--format", "json"});
  const Ended ended = backout(directory, words);
  EXPECT_EQ(ended.code, code) << ended.out << ended.err;
  return ended.out.empty() ? json() : json::parse(ended.out);
}

std::string error_of(const std::string& directory, Words words, int code) {
  words.insert(words.begin(), "preflight");
  const Ended ended = backout(directory, words);
  EXPECT_EQ(ended.code, code) << ended.out;
  EXPECT_EQ(ended.out, "");
  return ended.err;
}

bool has(const json& list, std::string_view part) {
  for (const json& one : list)
    if (one.dump().find(part) != std::string::npos) return true;
  return false;
}

constexpr const char* config = R"yaml(services:
  catalog:
    image: ghcr.io/acme/catalog
    app: argocd/catalog
    rollout: shop/catalog
    cluster: shop/catalog-db
    recovery: [{name: errors, query: "sum(errors)", expect: "< 0.01"}]
runbooks:
  tasks: {code-argocd: runbooks/argocd.md, data-pitr: runbooks/pitr.md}
)yaml";

constexpr const char* network_policy =
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n";

// Three releases: v1.1.0 adds a column, v1.2.0 drops one.
class Preflight : public testing::Test {
 protected:
  Preflight() {
    repo.write(".backout.yaml", config);
    repo.write("src/catalog.go", "package main\nconst q = `SELECT isbn FROM books`\n");
    repo.write("db/migrations/0001_books.up.sql",
               "CREATE TABLE books (id bigint PRIMARY KEY, isbn text, note text);\n");
    repo.write("db/migrations/0001_books.down.sql", "DROP TABLE books;\n");
    release("v1.0.0");
    repo.write("src/catalog.go", "package main\nconst q = `SELECT isbn, price FROM books`\n");
    repo.write("db/migrations/0002_price.up.sql", "ALTER TABLE books ADD COLUMN price integer;\n");
    repo.write("db/migrations/0002_price.down.sql", "ALTER TABLE books DROP COLUMN price;\n");
    release("v1.1.0");
    repo.write("src/catalog.go", "package main\nconst q = `SELECT price FROM books`\n");
    repo.write("db/migrations/0003_isbn.up.sql", "ALTER TABLE books DROP COLUMN isbn;\n");
    repo.write("db/migrations/0003_isbn.down.sql", "ALTER TABLE books ADD COLUMN isbn text;\n");
    release("v1.2.0");
  }
  void release(const std::string& name) const {
    repo.commit("release " + name);
    repo.git({"tag", name});
  }
  Repo repo;
};

TEST_F(Preflight, AnAddedColumnLetsTheCodeGoBack) {
  const json seen = answer(repo.path(), {"--from", "v1.1.0", "--to", "v1.0.0"}, 0);
  EXPECT_EQ(seen["decision"], "safe");
  const json& one = seen["services"][0];
  EXPECT_EQ(one["from"]["name"], "v1.1.0");
  EXPECT_EQ(one["to"]["commit"], repo.git({"rev-parse", "v1.0.0"}));
  EXPECT_TRUE(one["breaks"].empty());
  ASSERT_EQ(one["migrations"].size(), 1U);  // not its down part
  EXPECT_TRUE(has(one["migrations"], R"("effect":"additive")"));
  EXPECT_FALSE(has(one["migrations"], R"("effect":"breaks")"));
  EXPECT_TRUE(has(one["downs"], "0002_price.down.sql:1"));
}

TEST_F(Preflight, ADroppedColumnStopsIt) {
  const json seen = answer(repo.path(), {"--from", "v1.2.0", "--to", "v1.1.0"}, 1);
  EXPECT_EQ(seen["decision"], "unsafe");
  const json& one = seen["services"][0];
  ASSERT_EQ(one["breaks"].size(), 1U);
  EXPECT_EQ(one["breaks"][0]["rule"], "compat/drop-column");
  EXPECT_EQ(one["breaks"][0]["place"], "db/migrations/0003_isbn.up.sql:1");
  EXPECT_TRUE(has(one["migrations"], R"("effect":"breaks")"));
  EXPECT_EQ(seen["steps"][0]["layer"], "code");  // roll forward
  EXPECT_EQ(seen["steps"][1]["layer"], "data");  // or the data first
  EXPECT_EQ(seen["steps"][1]["commands"][0],
            "backout plan recovery --cluster catalog-db --namespace shop --target-time TIME");
  EXPECT_EQ(seen["steps"][1]["runbook"], "runbooks/pitr.md");

  const Ended text = backout(repo.path(), {"preflight", "--from", "v1.2.0", "--to", "v1.1.0"});
  EXPECT_EQ(text.code, 1);
  EXPECT_EQ(text.out.find("unsafe: stop, data first: `v1.1.0` does not run on the schema of "
                          "`v1.2.0`"),
            0U)
      << text.out;
}

TEST_F(Preflight, TheOldCodeShowsWhatItNeeds) {
  json seen = answer(repo.path(), {"--from", "v1.2.0", "--to", "v1.1.0"}, 1);
  EXPECT_TRUE(has(seen["services"][0]["breaks"][0]["notes"], "v1.1.0 src/catalog.go:2: "));
  repo.write("db/migrations/0004_note.up.sql", "ALTER TABLE books DROP COLUMN note;\n");
  release("v1.3.0");
  seen = answer(repo.path(), {"--from", "v1.3.0", "--to", "v1.2.0"}, 0);
  EXPECT_TRUE(has(seen["services"][0]["proofs"], "no code of `v1.2.0` names it any longer"));
  EXPECT_TRUE(seen["services"][0]["breaks"].empty());
}

TEST_F(Preflight, EveryMigrationBetweenCounts) {
  const json seen = answer(repo.path(), {"--from", "v1.2.0", "--to", "v1.0.0"}, 1);
  EXPECT_TRUE(has(seen["services"][0]["migrations"], "0002_price"));
  EXPECT_TRUE(has(seen["services"][0]["migrations"], "0003_isbn"));
}

TEST_F(Preflight, ALevelOfTheGateDoesNotChangeWhatTheServerDoes) {
  repo.write(".backout.yaml", "rules: {compat: off}\n");
  repo.commit("quiet");
  answer(repo.path(), {"--from", "v1.2.0", "--to", "v1.1.0"}, 1);
}

TEST_F(Preflight, ImagesNameRevisions) {
  const json seen =
      answer(repo.path(),
             {"--from", "ghcr.io/acme/catalog:1.2.0", "--to", "ghcr.io/acme/catalog:v1.1.0"}, 1);
  EXPECT_EQ(seen["services"][0]["service"], "catalog");
  EXPECT_EQ(seen["services"][0]["from"]["revision"], "v1.2.0");
  EXPECT_NE(error_of(repo.path(), {"--from", "ghcr.io/acme/cart:v2", "--to", "v1.1.0"}, 2)
                .find("no service of the configuration has the image `ghcr.io/acme/cart`"),
            std::string::npos);
  EXPECT_NE(
      error_of(repo.path(), {"--from", "ghcr.io/acme/catalog@sha256:0123", "--to", "v1.1.0"}, 2)
          .find("a digest says nothing of a commit"),
      std::string::npos);
}

TEST_F(Preflight, NamesOfTheConfigurationAreFilledIn) {
  const json seen = answer(repo.path(), {"--from", "v1.1.0", "--to", "v1.0.0"}, 0);
  const std::string steps = seen["steps"].dump();
  EXPECT_NE(steps.find("backout rollout abort "), std::string::npos);
  EXPECT_NE(steps.find("backout rollback catalog"), std::string::npos);
  EXPECT_NE(steps.find("runbooks/argocd.md"), std::string::npos);
  EXPECT_NE(steps.find("--squash --keep-migrations --pr"), std::string::npos);
  EXPECT_NE(steps.find("errors: `sum(errors)` < 0.01 for 120 s"), std::string::npos);
}

TEST_F(Preflight, WhatCannotBeReadDecidesNothing) {
  repo.write("db/migrations/0004_x.up.sql", "ALTER TABLE books ADD COLUMN (;\n");
  release("v1.3.0");
  const json seen = answer(repo.path(), {"--from", "v1.3.0", "--to", "v1.2.0"}, 3);
  EXPECT_EQ(seen["decision"], "undecided");
  EXPECT_TRUE(has(seen["services"][0]["doubts"], "0004_x.up.sql:1"));
}

TEST_F(Preflight, TheNewerReleaseComesFirst) {
  const json seen = answer(repo.path(), {"--from", "v1.0.0", "--to", "v1.1.0"}, 3);
  EXPECT_TRUE(has(seen["services"][0]["doubts"], "which of the two is the newer one?"));
}

TEST_F(Preflight, NoMigrationsAreNoPass) {
  Repo plain;
  plain.commit_file("main.go", "package main\n");
  plain.git({"tag", "a"});
  plain.commit_file("main.go", "package main\nvar x = 1\n");
  plain.git({"tag", "b"});
  answer(plain.path(), {"--from", "b", "--to", "a"}, 3);
  answer(plain.path(), {"--from", "b", "--to", "a", "--allow-empty"}, 0);
}

TEST_F(Preflight, WrongUsageSaysWhatIsMissing) {
  EXPECT_NE(error_of(repo.path(), {"--from", "v1.1.0"}, 2).find("`--to GOOD`"), std::string::npos);
  EXPECT_NE(
      error_of(repo.path(), {"--from", "v1.1.0", "--to", "v1.1.0"}, 2).find("are the same commit"),
      std::string::npos);
  EXPECT_NE(error_of(repo.path(), {"--from", "v1.1.0", "--to", "v9"}, 2).find("v9"),
            std::string::npos);
  EXPECT_NE(error_of(repo.path(), {"--from", "v1.1.0", "--to", "v1.0.0", "--service", "catalg"}, 2)
                .find("did you mean `catalog`?"),
            std::string::npos);
}

TEST_F(Preflight, AMigrationStepThatRefusesANewerDatabaseIsNamed) {
  repo.write("deploy/migrate.yaml", R"(apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  namespace: shop
  annotations: {argocd.argoproj.io/hook: PreSync}
spec:
  template:
    spec:
      containers:
        - name: migrate
          image: migrate/migrate:v4.17.0
          args: [-path, /migrations, up]
)");
  repo.write("deploy/rollout.yaml", R"(apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: catalog, namespace: shop}
spec:
  template:
    spec:
      containers: [{name: a, image: "ghcr.io/acme/catalog:v1.3.0"}]
)");
  release("v1.3.0");
  repo.write("db/migrations/0005_more.up.sql", "ALTER TABLE books ADD COLUMN more text;\n");
  release("v1.4.0");
  const json seen = answer(repo.path(), {"--from", "v1.4.0", "--to", "v1.3.0"}, 0);
  const json& steps = seen["services"][0]["migration_steps"];
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0]["title"], "Job `shop/migrate`");
  EXPECT_EQ(steps[0]["stuck"], true);
  EXPECT_EQ(steps[0]["argocd_rollback"], "does not run: a rollback of Argo CD skips hooks");
  EXPECT_NE(steps[0]["git_revert"].get<std::string>().find("the sync of the revert fails"),
            std::string::npos);
}

TEST_F(Preflight, LayersComeInTheirOrder) {
  repo.write("flags/checkout.yaml", "new-checkout: true\n");
  repo.write("deploy/policy.yaml", network_policy);
  repo.write("README.md", "# Catalog\n");
  repo.write("src/main.go", "package main\n");
  release("v1.3.0");
  const json seen = answer(repo.path(), {"--from", "v1.3.0", "--to", "v1.2.0"}, 0);
  std::map<std::string, std::string> layers;
  for (const json& file : seen["services"][0]["files"]) layers[file["path"]] = file["layer"];
  EXPECT_EQ(layers["flags/checkout.yaml"], "flag");
  EXPECT_EQ(layers["deploy/policy.yaml"], "config");
  EXPECT_EQ(layers["README.md"], "none");
  EXPECT_EQ(layers["src/main.go"], "code");
  std::vector<std::string> order;
  for (const json& step : seen["steps"])
    if (const std::string layer = step["layer"]; order.empty() || order.back() != layer)
      order.push_back(layer);
  EXPECT_EQ(order, (std::vector<std::string>{"flag", "config", "code"}));
}

TEST_F(Preflight, DocumentationAloneIsNoDeploy) {
  repo.write("README.md", "# Catalog\n");
  release("v1.3.0");
  const json seen = answer(repo.path(), {"--from", "v1.3.0", "--to", "v1.2.0"}, 0);
  ASSERT_EQ(seen["steps"].size(), 1U);
  EXPECT_EQ(seen["steps"][0]["layer"], "data");
  EXPECT_NE(seen["steps"][0]["title"].get<std::string>().find("no deploy is involved"),
            std::string::npos);
}

TEST_F(Preflight, TheGitOpsRepositoryNamesTheRevisions) {
  Repo gitops;
  gitops.write("catalog/kustomization.yaml",
               "images:\n  - name: ghcr.io/acme/catalog\n    newTag: v1.1.0\n");
  gitops.write("cart/values.yaml", "image:\n  repository: ghcr.io/acme/cart\n  tag: \"7\"\n");
  gitops.commit("before");
  gitops.write("catalog/kustomization.yaml",
               "images:\n  - name: ghcr.io/acme/catalog\n    newTag: v1.2.0\n");
  gitops.commit("catalog v1.2.0");
  json seen = answer(repo.path(), {"--config-repo", gitops.path()}, 1);
  EXPECT_EQ(seen["services"][0]["from"]["revision"], "v1.2.0");
  EXPECT_EQ(seen["services"][0]["to"]["revision"], "v1.1.0");
  EXPECT_EQ(seen["gitops"]["files"][0]["layer"], "code");
  EXPECT_EQ(seen["gitops"]["files"][0]["what"], "image tag");

  gitops.write("cart/values.yaml", "image:\n  repository: ghcr.io/acme/cart\n  tag: \"8\"\n");
  gitops.commit("cart 8");
  seen = answer(repo.path(), {"--config-repo", gitops.path()}, 3);
  EXPECT_TRUE(has(seen["doubts"], "`ghcr.io/acme/cart` changed from 7 to 8"));

  gitops.write("cart/policy.yaml", network_policy);
  gitops.commit("policy");
  seen = answer(repo.path(), {"--config-repo", gitops.path()}, 0);
  EXPECT_EQ(seen["gitops"]["files"][0]["layer"], "config");
  EXPECT_EQ(seen["steps"][0]["layer"], "config");
}

TEST_F(Preflight, AMovedManifestStillTellsItsImage) {
  Repo gitops;
  gitops.write("old/kustomization.yaml",
               "images:\n  - name: ghcr.io/acme/catalog\n    newTag: v1.1.0\n");
  gitops.commit("before");
  gitops.git({"mv", "old", "new"});
  gitops.write("new/kustomization.yaml",
               "images:\n  - name: ghcr.io/acme/catalog\n    newTag: v1.2.0\n");
  gitops.commit("moved");
  const json seen = answer(repo.path(), {"--config-repo", gitops.path()}, 1);
  EXPECT_EQ(seen["services"][0]["to"]["revision"], "v1.1.0");
}

TEST_F(Preflight, AManifestThatCannotBeReadMayHideAnImage) {
  for (const std::string_view text :
       {"image: {{ .Values.registry }}/catalog:v2\n", "image: [\n", "image: a\0b\n"}) {
    Repo gitops;
    gitops.write("templates/deploy.yaml", "image: {{ .Values.registry }}/catalog:v1\n");
    gitops.commit("before");
    gitops.write("templates/deploy.yaml", text);
    gitops.commit("after");
    const json seen = answer(repo.path(), {"--config-repo", gitops.path()}, 3);
    EXPECT_TRUE(has(seen["doubts"], "templates/deploy.yaml")) << text;
  }
}

TEST_F(Preflight, AServiceMayLiveInAnotherClone) {
  Repo here;
  here.write(".backout.yaml",
             "services:\n  catalog:\n    image: ghcr.io/acme/catalog\n    repository: " +
                 repo.path() + "\n");
  here.commit("config");
  const json seen =
      answer(here.path(),
             {"--from", "ghcr.io/acme/catalog:v1.2.0", "--to", "ghcr.io/acme/catalog:v1.1.0"}, 1);
  EXPECT_EQ(seen["services"][0]["breaks"][0]["rule"], "compat/drop-column");
  EXPECT_NE(seen["steps"].dump().find("cd " + repo.path() + " && backout revert"),
            std::string::npos);
}

TEST_F(Preflight, AShallowCloneIsNotDecided) {
  const std::string path = repo.root() + "/shallow";
  repo.git_at(repo.root(), {"clone", "-q", "--depth", "1", "file://" + repo.path(), path});
  const std::string id = repo.git({"rev-parse", "v1.0.0"});
  const Ended ended = backout(path, {"preflight", "--from", "HEAD", "--to", id});
  EXPECT_EQ(ended.code, 3);
  EXPECT_EQ(ended.out, "");
  EXPECT_FALSE(ended.err.empty());
}

TEST_F(Preflight, TextOfTheChangeCannotSteerTheReader) {
  repo.write("flags/a\x1b[31m<b>.yaml", "a: 1\n");
  repo.write("deploy/`x`@team.yaml", network_policy);
  release("v1.3.0");
  const Ended text = backout(repo.path(), {"preflight", "--from", "v1.3.0", "--to", "v1.2.0"});
  EXPECT_EQ(text.out.find('\x1b'), std::string::npos);
  const Ended markdown = backout(
      repo.path(), {"preflight", "--from", "v1.3.0", "--to", "v1.2.0", "--format", "markdown"});
  EXPECT_EQ(markdown.code, 0);
  EXPECT_EQ(markdown.out.find('\x1b'), std::string::npos);
  EXPECT_NE(markdown.out.find("**safe**"), std::string::npos);
}

TEST(PreflightImages, FormsOfGitOpsRepositories) {
  const auto images =
      preflight::images_in(R"(image: {repository: acme/cart, tag: "1.2", registry: ghcr.io}
sidecar:
  image: "quay.io:443/x/y:v3@sha256:ab"
images:
  - {name: a/b, newName: c/d, newTag: v1}
containers:
  - image: untagged
)");
  std::vector<std::string> found;
  for (const preflight::Image& image : images) found.push_back(image.name + " " + image.tag);
  EXPECT_EQ(found, (std::vector<std::string>{"ghcr.io/acme/cart 1.2", "quay.io:443/x/y sha256:ab",
                                             "c/d v1"}));
}

TEST(PreflightImages, ANewTagAloneIsNoNewSetting) {
  const auto changes =
      preflight::compare_images("image: {repository: a, tag: '1'}\nreplicas: 2\n",
                                "image: {repository: a, tag: '20'}\nreplicas: 2\n");
  ASSERT_EQ(changes.images.size(), 1U);
  EXPECT_EQ(changes.images[0].after, "20");
  EXPECT_TRUE(changes.nothing_else);
  EXPECT_FALSE(preflight::compare_images("image: a:1\nreplicas: 2\n", "image: a:2\nreplicas: 3\n")
                   .nothing_else);
  EXPECT_FALSE(preflight::compare_images("image: a:1\n", "image: a:1\nb: 2\n").nothing_else);
}

TEST(PreflightRevisions, TagsStandForRevisions) {
  const auto revision = [](std::string pattern, std::string_view tag) {
    ServiceConfig service;
    service.name = "a";
    service.tags = std::move(pattern);
    return preflight::revision_of_tag(service, tag).value_or("none");
  };
  EXPECT_EQ(revision("v{version}", "v1.5.0"), "v1.5.0");
  EXPECT_EQ(revision("v{version}", "1.5.0"), "v1.5.0");
  EXPECT_EQ(revision("catalog/v{version}", "1.5.0-rc.1"), "catalog/v1.5.0-rc.1");
  EXPECT_EQ(revision("sha-{commit}", "sha-0123abc"), "0123abc");
  EXPECT_EQ(revision("{commit}", "0123abc"), "0123abc");
  EXPECT_EQ(revision("{commit}", "latest"), "none");
  EXPECT_EQ(revision("v{version}", "latest"), "none");
  EXPECT_EQ(revision("sha-{commit}", "sha-"), "none");
}

}  // namespace
}  // namespace backout::test
