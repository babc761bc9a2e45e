// What a rollback asks of git and of the configuration before it plans: where to go back to,
// whether the old code runs on the schema there is now, and what git needs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "argocd/target.h"
#include "core/config.h"
#include "core/result.h"
#include "git/repository.h"

namespace backout::cli {

// The repository we stand in and its service for the application, as far as there is one.
struct Home {
  std::optional<git::Repository> repository;
  Config config;
  std::optional<ServiceConfig> service;
  std::string gitops;      // folder of the GitOps clone: as given, else the service's; empty: none
  std::string unreadable;  // why the repository we stand in cannot be read; empty: it can
  std::string git_is_silent;  // why the remote of the GitOps clone cannot be asked; empty: it can
};
// usage: the configuration is wrong, `--service` names nothing.
[[nodiscard]] Result<Home> home_of(const argocd::Application& app, const std::string& service,
                                   const std::string& config_repository, const std::string& config);

struct Verdict {
  bool made = false, safe = false;
  std::string words;     // one line
  std::string markdown;  // for the record
};
// The pre-flight between two commits of the GitOps clone; not made when there is no service or no
// clone: `words` say so. What cannot be read makes it undecided, and is no error: on call there
// must be a way on.
[[nodiscard]] Verdict pre_flight(const Home& home, const argocd::Application& app,
                                 const argocd::Target& target);

// What to go back to. The remote of the GitOps clone is asked first for what is new; one that does
// not answer (`git_is_silent`) and a clone that cannot be read are no errors: then Argo CD's
// history has to do.
[[nodiscard]] Result<argocd::Target> target_of(const argocd::Application& app,
                                               const std::string& to, Home& home,
                                               std::vector<std::string>& warnings);

}  // namespace backout::cli
