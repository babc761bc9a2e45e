// `.backout.yaml`, optional, at the repository's root. Read from the base, never from the change.
// Unknown keys and rule ids are errors with a suggestion. core/config.cpp is the one file that
// knows its YAML.
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
};

struct Config {
  std::vector<MigrationsConfig> migrations;
  std::string schema;  // dump for histories without their own
  std::map<std::string, Severity, std::less<>>
      rules;                        // levels by rule id or family ("compat: warning")
  std::vector<std::string> caches;  // tables whose content may be lost (caches, outboxes): truncate
                                    // and delete are silent
  std::vector<std::string> app_roles;  // roles the application connects as
  ArgoConfig argo;
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
