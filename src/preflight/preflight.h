// The answer to "may the code go back from BAD to GOOD, and if not, what first?", as data: facts
// that were read from git, and the ways back that follow from them. Nothing here decides for the
// reader, and nothing is said that cannot be shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/finding.h"
#include "core/result.h"
#include "git/repository.h"
#include "git/revision.h"
#include "preflight/layer.h"

namespace backout::preflight {

enum class Decision : std::uint8_t { safe, unsafe, undecided };
[[nodiscard]] std::string_view to_string(Decision decision);
[[nodiscard]] int exit_code(Decision decision);  // 0, 1, 3

struct Side {
  std::string name;      // as given: "v1.5.1", "ghcr.io/acme/catalog:1.5.1"
  std::string revision;  // what it stands for in git, when that is something else
  git::Commit commit{};
};

// A finding about BAD's migrations, seen from GOOD's code.
struct Concern {
  std::string_view rule;
  Severity severity = Severity::error;
  std::string message;
  std::string place;               // "db/migrations/0007_drop.sql:3"
  std::vector<std::string> notes;  // GOOD's code that proves it, and what else helps
};

struct MigrationFact {
  std::string path;
  std::string history;  // "goose in db/migrations"
  enum class Effect : std::uint8_t { additive, care, breaks, unclear } effect = Effect::additive;
};
[[nodiscard]] std::string_view to_string(MigrationFact::Effect effect);

// What the code's way back meets besides the schema.
struct DeployStep {
  std::string title;  // "Job `shop/migrate`"
  std::string place;
  std::string by_argocd, by_revert;  // what happens when Argo CD rolls back; when git is reverted
  bool stuck = false;                // a revert fails at it
};

// Names for commands; empty: not known.
struct Names {
  std::string app, app_namespace, rollout, rollout_namespace, cluster, cluster_namespace, release;
  std::vector<std::string> sources;   // where each was found, in words
  std::vector<std::string> rollouts;  // those that it may be, when there are several
};

// One service between two of its commits.
struct Assessment {
  std::string service;     // empty: the repository as a whole
  std::string repository;  // folder of its clone; empty: this one
  Side from, to;
  Decision decision = Decision::undecided;
  std::vector<std::string> doubts;  // why nothing is decided
  bool any_history = false;         // of migrations, at either revision
  std::vector<MigrationFact> migrations;
  std::vector<Concern> breaks;      // GOOD's code fails on BAD's schema
  std::vector<Concern> cares;       // it runs, but
  std::vector<Concern> lost;        // what code cannot bring back
  std::vector<Concern> downs;       // what down migrations would destroy now
  std::vector<std::string> proofs;  // contracted objects that GOOD's code does not name
  std::vector<DeployStep> steps;
  std::vector<FileChange> files;
  Names names;
};

// The GitOps repository between two commits.
struct GitOps {
  std::string folder;  // as given
  Side from, to;
  std::vector<FileChange> files;
  Names names{};  // of the application, where Argo CD was asked
};

// One way back. What has to happen comes first.
struct Step {
  Layer layer = Layer::code;
  std::string title;  // "abort the canary"
  std::string when;   // what must be true for it; empty: always
  std::vector<std::string> commands;
  std::vector<std::string> verify;
  std::string time;     // "30 s to 2 min"
  std::string runbook;  // file; empty: none configured
};

struct Preflight {
  Decision decision = Decision::undecided;
  std::vector<std::string> doubts;  // besides those of the services
  std::vector<std::string> origin;  // where the revisions were learned; empty: they were given
  std::vector<Assessment> services;
  std::optional<GitOps> gitops;
  std::vector<Step> steps;
};

// ---- the parts, in the order they run

// What `--from` or `--to` names: a revision of the repository or an image of a service.
struct Named {
  std::string revision;
  const ServiceConfig* service = nullptr;  // of an image
};
// usage: an image that no service has, or whose tag says nothing of a commit.
[[nodiscard]] Result<Named> read_name(const std::string& name, const Config& config,
                                      const git::Repository& repository);
// The revision that an image's tag stands for, by the service's pattern. usage: it does not fit.
[[nodiscard]] Result<std::string> revision_of_tag(const ServiceConfig& service,
                                                  std::string_view tag);

// `service`: null when none is configured. undecided: something in git cannot be read.
[[nodiscard]] Result<Assessment> assess(const git::Repository& repository, const Config& config,
                                        const ServiceConfig* service, Side from, Side to);

[[nodiscard]] Result<GitOps> assess_gitops(const git::Repository& repository, std::string folder,
                                           const Config& config, Side from, Side to);

// The decision and the ways back, from the facts.
void conclude(Preflight& preflight, const Config& config, bool allow_empty);

struct TextOptions {
  bool color = false;
  std::size_t width = 0;  // 0: nothing is fitted
};
[[nodiscard]] std::string text(const Preflight& preflight, const TextOptions& options);
[[nodiscard]] std::string json(const Preflight& preflight);
[[nodiscard]] std::string markdown(const Preflight& preflight);
// The same without the ways back: for who reads what is about to happen.
[[nodiscard]] std::string facts(const Preflight& preflight);

}  // namespace backout::preflight
