#include "cli/preflight_gitops.h"

#include <fmt/format.h>

#include "cli/preflight_services.h"
#include "git/revision.h"
#include "git/tree.h"

namespace backout::cli {

using preflight::Preflight;
using preflight::Side;

Result<void> look_at_gitops(const git::Repository& here, const Config& config,
                            const GitopsQuestion& question, Preflight& out) {
  TRY(const git::Repository gitops,
      git::open(question.folder, [](const char*) { return std::nullopt; }));
  const std::string bad_name = question.from.empty() ? "HEAD" : question.from;
  TRY(Side from, side_of(gitops, bad_name, bad_name));
  Side to;
  if (question.to.empty()) {
    if (from.commit.parents.empty())
      return fail(gitops.shallow ? ErrorKind::undecided : ErrorKind::usage,
                  fmt::format("`{}` of `{}` has no parent here; give `--to`{}", bad_name,
                              question.folder, gitops.shallow ? ", or deepen the clone" : ""));
    to.name = bad_name + "^";
    TRY(to, side_of(gitops, to.name, to.name));
  } else {
    TRY(to, side_of(gitops, question.to, question.to));
  }
  TRY(out.gitops,
      preflight::assess_gitops(gitops, question.folder, config, std::move(from), std::move(to)));
  return assess_images(here, config, question.service, *out.gitops, out);
}

const ServiceConfig* service_of(const Config& config, const argocd::Application& app) {
  for (const ServiceConfig& service : config.services)
    if (service.app == argocd::full_name(app) || service.app == app.name) return &service;
  return nullptr;
}

}  // namespace backout::cli
