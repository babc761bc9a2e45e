// The options of every command that talks to Argo CD, named as those of the `argocd` command line.
#pragma once

#include <string>

#include "argocd/client.h"
#include "cli/options.h"
#include "core/result.h"

namespace backout::cli {

struct ArgocdOptions {
  argocd::Flags flags;
  std::string project, name_space;
  std::string token;      // only to be refused
  bool grpc_web = false;  // means nothing here; scripts say it
};
void declare(OptionList& list, ArgocdOptions& options);

// A client for what the options and the environment say; nothing is sent yet.
[[nodiscard]] Result<argocd::Client> argocd_client(const ArgocdOptions& options);

}  // namespace backout::cli
