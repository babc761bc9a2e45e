// When every commit since the good one that touches the application's path touches nothing else,
// these are reverted in git's own way. Otherwise the path alone is set to what it was, which never
// takes back what another application got in the same commits.
#include "drive/revert_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "argocd/same_manifests.h"
#include "argocd/words.h"
#include "core/words.h"
#include "drive/live.h"
#include "drive/revert_request.h"

namespace backout::drive {
namespace {

constexpr std::size_t most_reverted = 50;

// The source whose commit this clone has, by its place.
std::optional<std::size_t> source_in(const revert::Clone& clone, const argocd::Application& app,
                                     const std::vector<std::string>& target) {
  for (std::size_t i = 0; i < target.size() && i < app.sources.size(); ++i)
    if (argocd::is_commit(target[i]) && app.sources[i].chart.empty() &&
        revert::has_commit(clone, target[i]))
      return i;
  return std::nullopt;
}

bool lies_in(std::string_view file, const std::vector<std::string>& paths) {
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return file.starts_with(path) && (file.size() == path.size() || file[path.size()] == '/');
  });
}

// Commits that can be reverted as they are; empty: the path has to be restored.
Result<std::vector<std::string>> plain_commits(const revert::Clone& clone, const std::string& good,
                                               const std::string& tip,
                                               const std::vector<std::string>& paths) {
  std::vector<std::string> words = {"rev-list", "--parents", tip, "^" + good, "--"};
  for (const std::string& path : paths) words.push_back(":(top,literal)" + path);
  TRY(const std::string text, revert::ask_git(clone, words, "cannot list the commits"));
  std::vector<std::string> out;
  for (const std::string_view line : revert::split(text, '\n')) {
    const std::vector<std::string_view> ids = revert::split(line, ' ');
    if (ids.size() != 2 || out.size() == most_reverted) return std::vector<std::string>();
    const std::string id(ids.front());
    TRY(const std::string files,
        revert::ask_git(clone, {"diff-tree", "--no-commit-id", "--name-only", "-r", "-z", id},
                        "cannot list the files of a commit"));
    for (const std::string_view file : revert::split(files, '\0'))
      if (!paths.empty() && !lies_in(file, paths)) return std::vector<std::string>();
    out.push_back(id);
  }
  return out;
}

std::string clean_path(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  while (path.ends_with('/')) path.pop_back();
  return path == "." ? std::string() : path;
}

Step revert_step(const revert::Revert& revert, const revert::Base& base, const std::string& branch,
                 Facts given) {
  std::vector<std::string> files;
  for (const revert::Touched& one : revert.files) files.push_back(one.path);
  return {"revert",
          fmt::format("make the commit `{}` on the branch `{}`", revert.title, branch),
          "the files are as this plan found them, or the revert still applies to what came since",
          fmt::format("on {} of `{}`, in the clone, with its worktree untouched: changes {}",
                      revert::brief(base.tip), base.branch, quoted_list(files, 5)),
          "the branch holds the commit",
          "the branch is deleted, if it still is this commit",
          std::move(given)};
}

Step push_step(const revert::Base& base, const std::string& branch) {
  return {"push-revert",
          fmt::format("push `{}` to `{}`", branch, base.remote),
          "the remote has no other branch of that name",
          fmt::format("git push {} …:refs/heads/{}, never by force", base.remote, branch),
          "the remote's branch is the commit",
          "the remote's branch is deleted, if it still is this commit and is not merged",
          {}};
}

Step request_step(const revert::Base& base, const std::string& branch) {
  return {"open-pull-request",
          fmt::format("open a pull request from `{}` to `{}`", branch, base.branch),
          {},
          "`gh` or `glab`, else the API with a token of the environment; else a link is printed",
          "there is an open one",
          {},
          {}};
}

}  // namespace

Result<RevertPlan> plan_revert(const std::string& folder, const argocd::Application& app,
                               const std::vector<std::string>& target) {
  RevertPlan out;
  TRY(const revert::Clone clone, revert::open(folder));
  const auto source = source_in(clone, app, target);
  if (!source)
    return fail(ErrorKind::usage,
                fmt::format("the clone `{}` has no commit {} of `{}`: is it the repository that "
                            "the application is deployed from? `--no-revert` goes back without it",
                            folder, short_list(target), full_name(app)));
  const argocd::Source& from = app.sources[*source];
  const auto base =
      revert::find_base(clone, {{}, from.target == "HEAD" ? std::string() : from.target, true}, {});
  if (!base && base.error().kind != ErrorKind::usage) return tl::unexpected(base.error());
  if (!base) {
    out.debt.push_back(fmt::format(
        "`targetRevision` is `{}`, which is no branch of the clone ({}): change it where the "
        "application is defined, to what runs now",
        from.target, base.error().message));
    return out;
  }
  std::error_code ignored;
  const std::string path = clean_path(from.path);
  const std::string& good = target[*source];
  for (const std::string& commit : {good, base->tip}) {
    const auto inside = clone.libgit2
                            ? argocd::renders_from_its_path(*clone.libgit2, app, *source, commit)
                            : Result<bool>(false);
    if (inside && *inside) continue;
    out.debt.push_back(
        fmt::format("revert the bad change in git: at {} `{}` reads files outside of its path, or "
                    "that cannot be told, so you have to say which commits these are (`backout "
                    "revert`), and that they are merged (`backout resume --merged`)",
                    argocd::short_revision(commit), full_name(app)));
    return out;
  }
  Facts given{{"folder", std::filesystem::absolute(folder, ignored).string()},
              {"remote", base->remote},
              {"base", base->branch},
              {"good", good},
              {"paths", path},
              {"source", std::to_string(*source)}};
  out.merge = given;
  TRY(revert::Revert revert, revert::compute(clone, request_of(given, base->tip), Config{}));
  if (revert.steps.empty()) {
    out.facts.push_back(fmt::format("git says it already: `{}` of `{}` is as it was at {}",
                                    path.empty() ? "all" : path, base->branch,
                                    argocd::short_revision(good)));
    return out;
  }
  TRY(const std::vector<std::string> commits,
      plain_commits(clone, good, base->tip, list(given, "paths")));
  if (!commits.empty()) {
    given["revisions"] = joined(commits);
    TRY(revert::Revert plain, revert::compute(clone, request_of(given, base->tip), Config{}));
    if (plain.conflicts.empty())
      revert = std::move(plain);
    else
      given["revisions"].clear();
  }
  if (given["revisions"].empty() && !revert.discarded.empty())
    out.warnings.push_back(fmt::format(
        "the revert sets `{}` to what it was, and takes {} later commits back there: {}",
        path.empty() ? "everything" : path, revert.discarded.size(),
        quoted_list(revert.discarded, 5)));
  for (const revert::MigrationFile& one : revert.migrations)
    out.warnings.push_back(
        fmt::format("the revert undoes the migration file `{}` ({}): that is no "
                    "way back of the schema",
                    one.path, one.history));
  out.warnings.insert(out.warnings.end(), revert.warnings.begin(), revert.warnings.end());
  // Another rollback to the same commit must not find the merged branch of this one.
  const std::string branch = fmt::format("rollback/{}/{}-from-{}", app.name,
                                         argocd::short_revision(good), revert::brief(base->tip));
  given["branch"] = branch;
  out.steps.push_back(revert_step(revert, *base, branch, given));
  if (base->remote.empty()) {
    out.debt.push_back(fmt::format("merge the branch `{}` into `{}`: the clone has no remote",
                                   branch, base->branch));
    return out;
  }
  out.steps.push_back(push_step(*base, branch));
  out.steps.push_back(request_step(*base, branch));
  return out;
}

}  // namespace backout::drive
