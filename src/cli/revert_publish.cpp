#include "cli/revert_publish.h"

#include <fmt/format.h>

#include "cli/gate.h"
#include "cli/preflight_services.h"
#include "git/revision.h"
#include "preflight/preflight.h"
#include "report/escape.h"
#include "revert/words.h"

namespace backout::cli {
namespace {

using revert::Base;
using revert::Clone;
using revert::Revert;

// The pre-flight between the two states, for the pull request.
Result<std::string> facts(const Clone& clone, const Config& config, const Base& base,
                          const std::string& branch, const std::string& tip) {
  if (!clone.libgit2 || config.services.empty()) return std::string();
  const git::Repository& here = *clone.libgit2;
  const auto side = [&](const std::string& name, const std::string& id) -> Result<preflight::Side> {
    preflight::Side out{name, {}, {}};
    TRY(out.commit, git::resolve(here, id));
    return out;
  };
  preflight::Preflight out;
  TRY(const preflight::Side from, side(base.branch.empty() ? "HEAD" : base.branch, base.tip));
  TRY(const preflight::Side to, side(branch, tip));
  for (const ServiceConfig& service : config.services) {
    if (!service.repository.empty()) continue;
    TRY(preflight::Assessment assessment, preflight::assess(here, config, &service, from, to));
    out.services.push_back(std::move(assessment));
  }
  TRY(out.gitops, preflight::assess_gitops(here, ".", config, from, to));
  TRY_VOID(assess_images(here, config, {}, *out.gitops, out));
  preflight::conclude(out, config, true);
  return preflight::facts(out);
}

bool is_taken_by_others(const Result<std::optional<std::string>>& found) {
  return !found && found.error().kind == ErrorKind::usage;
}

}  // namespace

Result<NewBranch> choose_branch(const Clone& clone, const RevertOptions& options, const Base& base,
                                const Revert& revert, const Config& config) {
  const std::string name = options.branch.empty() ? revert::branch_name(revert) : options.branch;
  const std::string longer =
      name + "-" +
      revert::brief(revert.commits.empty() ? revert.steps.front().tree : revert.commits.front().id);
  constexpr int most_names = 100;
  for (int i = 0; i < most_names; ++i) {
    const std::string candidate = i == 0 ? name : i == 1 ? longer : fmt::format("{}-{}", longer, i);
    const bool last = !options.branch.empty() || i + 1 == most_names;
    const auto local = revert::find_branch(clone, options.request, revert, candidate, config);
    if (is_taken_by_others(local) && !last) continue;
    if (!local) return tl::unexpected(local.error());
    NewBranch out{candidate, {}};
    if (!options.push || options.dry_run) return out;
    const auto remote =
        revert::find_pushed(clone, options.request, revert, base.remote, candidate, config);
    if (is_taken_by_others(remote) && !last) continue;
    if (!remote) return tl::unexpected(remote.error());
    out.pushed_tip = remote->value_or("");
    return out;
  }
  return fail(ErrorKind::usage, "no name is left for the branch");
}

std::optional<forge::Project> project_of(const Clone& clone, const RevertOptions& options,
                                         const std::string& remote) {
  for (const bool to_push : {true, false}) {
    std::vector<std::string> words = {"remote", "get-url"};
    if (to_push) words.emplace_back("--push");
    words.push_back(remote);
    const auto url = revert::ask_git(clone, std::move(words), "cannot read the remote");
    if (!url) continue;
    if (auto project =
            forge::project_of(*url, git::process_environment(), forge::kind_named(options.forge)))
      return project;
  }
  return std::nullopt;
}

Result<void> publish(const Clone& clone, const RevertOptions& options,
                     const std::string& pushed_tip, const Config& config, RevertOutcome& out) {
  if (options.direct) {
    TRY(const std::string tip, revert::make_commits(clone, out.revert));
    TRY(out.pushed, revert::push(clone, {out.base.remote, out.base.branch, tip, {}, out.base.tip}));
    return {};
  }
  if (pushed_tip.empty()) {
    TRY(out.branch,
        revert::make_branch(clone, options.request, out.revert, out.branch_name, config));
    if (options.push) {
      TRY(out.pushed,
          revert::push(clone, {out.base.remote, out.branch_name, out.branch->tip, {}, {}}));
    }
  } else {
    out.pushed = revert::Pushed{pushed_tip, revert::Done::before, {}};
  }
  return {};
}

void open_request(const Clone& clone, const RevertOptions& options, const Config& config,
                  RevertOutcome& out) {
  const auto project = project_of(clone, options, out.base.remote);
  if (!project && !options.pull_request) return;
  if (!project) {
    out.opened = forge::Opened{
        {}, false, {}, {fmt::format("the URL of `{}` is of no forge", out.base.remote)}};
    return;
  }
  out.compare_url = forge::compare_url(*project, out.base.branch, out.branch_name);
  if (!options.pull_request) return;
  auto known = facts(clone, config, out.base, out.branch_name, out.pushed->tip);
  if (!known) known = fmt::format("No pre-flight: {}\n", report::visible(known.error().message));
  out.opened = forge::open_pull_request(
      *project,
      {out.base.branch, out.branch_name, revert::pull_request_title(out.revert),
       revert::pull_request_body(out.revert, *known), options.draft},
      git::process_environment());
}

}  // namespace backout::cli
