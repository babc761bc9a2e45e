// The git side of a rollback: the commit that makes the tracked branch say what runs after it.
// While git names the bad release, auto-sync would deploy it again at once.
#pragma once

#include <string>
#include <vector>

#include "argocd/application.h"
#include "drive/plan.h"

namespace backout::drive {

struct RevertPlan {
  std::vector<Step> steps;  // empty: nothing can or need be done in git; the others say why
  Facts merge;              // for `wait-for-merge`: folder, remote, branch, source, paths, good
  std::vector<std::string> facts, warnings, debt;
};

// `folder`: a clone of the repository that the application is deployed from; fetches its branch.
// Errors are of git; what is no reason to stop is said in `debt`.
[[nodiscard]] Result<RevertPlan> plan_revert(const std::string& folder,
                                             const argocd::Application& app,
                                             const std::vector<std::string>& target);

}  // namespace backout::drive
