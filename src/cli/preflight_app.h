// `backout preflight --app`: BAD and GOOD from what Argo CD has deployed, as commits of the GitOps
// repository.
#pragma once

#include <string>
#include <vector>

#include "argocd/application.h"
#include "cli/argocd_options.h"
#include "core/result.h"
#include "git/repository.h"

namespace backout::cli {

struct AppQuestion {
  std::string app;     // "catalog", "shop/catalog"
  std::string folder;  // of the GitOps clone; empty: the repository we are in
  std::string from;    // a revision; empty: what runs now
  std::string to;      // an id of the history or a revision; empty: the deployment before
};
struct AppRevisions {
  argocd::Application app;
  std::string folder, from, to;     // commits of the clone in `folder`
  std::vector<std::string> origin;  // how they were found, in words
};

// What runs now is the newest entry of the history, or an operation that has failed after it began
// to apply. The deployment before is the newest one that is an ancestor of it in git: by place
// alone a rollback would be taken back by the next. usage: nothing there to go back to, or the
// clone lacks a commit.
[[nodiscard]] Result<AppRevisions> revisions_of_app(const ArgocdOptions& options,
                                                    const AppQuestion& question,
                                                    const git::Repository& here);
// The part without a server. `server`: for messages.
[[nodiscard]] Result<AppRevisions> revisions_of(argocd::Application app, const std::string& server,
                                                const AppQuestion& question,
                                                const git::Repository& here);

}  // namespace backout::cli
