// `.backout.yaml`, optional, at the repository's root. Read from the base, never from the change.
// Unknown keys and rule ids are errors with a suggestion. core/config.cpp and
// core/config_operations.cpp know its YAML.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argo/release.h"
#include "core/finding.h"
#include "core/limits.h"
#include "core/result.h"
#include "core/thresholds.h"

namespace backout {

inline constexpr std::string_view config_path = ".backout.yaml";

// What `framework:` may say, in the order of sql::Framework.
inline constexpr std::array<std::string_view, 20> framework_names = {
    "flyway",          "golang-migrate", "goose",    "dbmate",  "sqlx",   "diesel",
    "refinery",        "liquibase",      "prisma",   "atlas",   "sqitch", "tern",
    "node-pg-migrate", "supabase",       "graphile", "drizzle", "hasura", "pop",
    "temporal",        "plain"};

struct MigrationsConfig {
  std::vector<std::string> paths;  // folders, files or globs (`*`, `**`, `?`); several paths are
                                   // one database's history, ordered together by version
  std::string framework;           // one of framework_names; empty: detected
  std::string transaction;         // plain framework: "per-file", "whole-run", "none-split",
                                   // "none-one-message"; empty: the framework's
  std::optional<int> postgres;     // lowest major version in use
  std::vector<std::string> code;   // paths of the application code that uses this database
  std::string schema;              // a dump (pg_dump, structure.sql) to start from; empty: none
};

struct ArgoConfig {
  argo::Release rollouts{1, 9};  // in use; decides fields and the condition language
  bool empty_as_zero = false;    // also judge a query's empty result as if it were 0
};

// Which releases a rollback may still go back to: each of them must run on the new schema.
struct ReleasesConfig {
  std::vector<std::string> tags;     // globs of release tags ("v*"); empty: the base alone
  int window = 3;                    // the newest so many tags reachable from the base
  std::optional<int> days;           // instead: those of the last so many days, at least one
  std::vector<std::string> exclude;  // globs of files that are no code (vendored, generated)
};

// What proves that a service has recovered.
struct RecoveryConfig {
  std::string name, query, expect;  // "error ratio", PromQL, "< 0.01"
  int for_seconds = 120;            // the expectation must hold so long
  int within_seconds = 600;         // and be met until then
};

// One deployed program: how its images, commits and cluster objects belong together.
struct ServiceConfig {
  std::string name;
  std::vector<std::string> images;      // without tag: "ghcr.io/acme/catalog"
  std::string repository;               // a clone's folder; empty: the repository itself
  std::string tags = "v{version}";      // image tag or git tag of a release; or "sha-{commit}"
  std::vector<std::string> migrations;  // folders of its database; empty: all that are found
  std::vector<std::string> code;        // its source; empty: everything
  std::string app;                      // Argo CD application, "namespace/name" or "name"
  std::string gitops;                   // a clone's folder of the repository it deploys from
  std::string rollout;                  // Argo Rollout, the same
  std::string cluster;                  // CloudNativePG cluster, the same
  double rps = 0;                       // requests a second; 0: not known
  std::vector<RecoveryConfig> recovery;
};

// Who may let a break pass, and where that is written down.
struct ApprovalsConfig {
  std::string ledger = ".backout/approvals.yaml";
  std::vector<std::string> approvers;  // as in the ledger: "ana@acme.example"
  std::string runbook;  // the data-recovery runbook that a break must update; empty: none
  std::string signers;  // an allowed-signers file; given: the entry's commit must be signed
};

struct RunbooksConfig {
  std::vector<std::string> paths;  // folders or globs of Markdown files; empty: `runbooks`
  int stale_days = 90;             // since a runbook last worked
  // The file for each way back, by its name in runbook_tasks ("code-argocd").
  std::map<std::string, std::string, std::less<>> tasks;
  std::vector<std::string> rotation;  // of drills, names as in `tasks`
  std::string drills;                 // folder of drill records; empty: beside the runbooks
};
inline constexpr std::array<std::string_view, 8> runbook_tasks = {
    "decision-tree", "code-argocd", "code-rollouts", "code-helm",
    "config",        "data-pitr",   "data-s3",       "data-velero"};

struct Config {
  std::vector<MigrationsConfig> migrations;
  std::string schema;  // dump for histories without their own
  std::map<std::string, Severity, std::less<>>
      rules;                        // levels by rule id or family ("compat: warning")
  std::vector<std::string> caches;  // tables whose content may be lost (caches, outboxes): truncate
                                    // and delete are silent
  std::vector<std::string> app_roles;  // roles the application connects as
  ArgoConfig argo;
  ReleasesConfig releases;
  std::vector<ServiceConfig> services;
  std::vector<std::string> flags;  // globs of feature-flag definitions
  ApprovalsConfig approvals;
  RunbooksConfig runbooks;
  Thresholds thresholds;
  Limits limits;
};

// `rule_ids`: what may stand under `rules:` besides families. Errors are usage errors naming line,
// key and the nearest known key.
[[nodiscard]] Result<Config> parse_config(std::string_view yaml, std::string_view path,
                                          const std::vector<std::string_view>& rule_ids);

// The nearest of `candidates` for a "did you mean", empty when none is near.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

}  // namespace backout
