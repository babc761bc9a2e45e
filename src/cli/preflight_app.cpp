#include "cli/preflight_app.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "argocd/words.h"
#include "core/quote.h"
#include "core/words.h"
#include "git/revision.h"
#include "http/http.h"

namespace backout::cli {
namespace {

using argocd::Application;
using argocd::Deployment;
using argocd::Source;

// A deployment, or what an operation has begun to apply.
struct Running {
  std::vector<std::string> revisions;
  std::vector<Source> sources;
  std::string words;       // "deployment 12, 2026-11-20T10:00:00Z by ana"
  std::size_t before = 0;  // entries of the history that lie before it
};

std::string in_words(const Deployment& one) {
  return fmt::format("deployment {}, {} by {}", one.id, one.deployed_at,
                     argocd::who(one.by, one.automated));
}

// An operation that did not succeed and left its mark.
bool has_left_a_mix(const Application& app) {
  if (!app.operation || app.history.empty()) return false;
  const argocd::Operation& last = *app.operation;
  return !last.dry_run && !last.selective && last.phase != "Succeeded" && last.applied > 0 &&
         !last.revisions.empty() && last.revisions != app.history.back().revisions;
}

Running what_runs(const Application& app) {
  if (has_left_a_mix(app)) {
    const argocd::Operation& last = *app.operation;
    return {
        last.revisions, app.sources,
        fmt::format("the last sync, {} since {} after it came to {} resources", last.phase,
                    last.finished_at.empty() ? last.started_at : last.finished_at, last.applied),
        app.history.size()};
  }
  const Deployment& newest = app.history.back();
  return {newest.revisions, newest.sources, in_words(newest), app.history.size() - 1};
}

// The sources that come from git, by their place.
std::vector<std::size_t> git_sources(const Running& running) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < running.revisions.size(); ++i)
    if (argocd::is_commit(running.revisions[i]) &&
        (i >= running.sources.size() || running.sources[i].chart.empty()))
      out.push_back(i);
  return out;
}

// The one source whose commit this clone has.
Result<std::size_t> choose_source(const Running& running, const Application& app,
                                  const git::Repository& clone, const std::string& folder) {
  const std::vector<std::size_t> candidates = git_sources(running);
  if (candidates.empty())
    return fail(
        ErrorKind::usage,
        fmt::format("application `{}` is not deployed from git ({}): no commits to compare; "
                    "name the releases themselves with `--from` and `--to`",
                    full_name(app),
                    running.sources.empty() ? std::string("it names no source")
                                            : argocd::in_words(running.sources.front())));
  std::optional<std::size_t> found;
  std::vector<std::string> wanted;
  for (const std::size_t i : candidates) {
    if (i < running.sources.size() &&
        std::find(wanted.begin(), wanted.end(), running.sources[i].repository) == wanted.end())
      wanted.push_back(running.sources[i].repository);
    if (!git::exists(clone, running.revisions[i])) continue;
    if (found && running.revisions[*found] != running.revisions[i])
      return fail(ErrorKind::usage,
                  fmt::format("application `{}` has two sources in this repository, at different "
                              "commits ({} and {}); say which with `--from` and `--to`",
                              full_name(app), argocd::short_revision(running.revisions[*found]),
                              argocd::short_revision(running.revisions[i])));
    if (!found) found = i;
  }
  if (found) return *found;
  const std::string commit(argocd::short_revision(running.revisions[candidates.front()]));
  const std::string repositories =
      wanted.empty() ? std::string("its GitOps repository") : quoted_list(wanted);
  if (folder.empty())
    return fail(ErrorKind::usage,
                fmt::format("application `{}` runs commit {} of {}, which this repository does not "
                            "have; name a clone of it with `--config-repo DIR`, or fetch",
                            full_name(app), commit, repositories));
  return fail(
      ErrorKind::usage,
      fmt::format("application `{}` runs commit {} of {}, which the clone `{}` does not have; "
                  "`git -C {} fetch` gets it, if this is the right repository",
                  full_name(app), commit, repositories, folder, shell_quoted(folder)));
}

// The revision of the same source in another deployment; empty: it had none.
std::string revision_in(const Deployment& one, const Running& running, std::size_t source) {
  const auto same = [&](std::size_t i) {
    return i < one.sources.size() && source < running.sources.size() &&
           one.sources[i].repository == running.sources[source].repository;
  };
  if (source < one.revisions.size() && (same(source) || one.sources.empty()))
    return one.revisions[source];
  for (std::size_t i = 0; i < one.revisions.size(); ++i)  // sources were added or reordered
    if (same(i)) return one.revisions[i];
  return {};
}

struct Target {
  std::string revision, words;
};

// Whether `old` lies in the past of `recent`.
Result<bool> is_ancestor(const git::Repository& clone, const std::string& old,
                         const std::string& recent) {
  TRY(const git::Commit a, git::resolve(clone, old));
  TRY(const git::Commit b, git::resolve(clone, recent));
  const auto base = git::merge_base(clone, a, b);
  if (!base && base.error().kind == ErrorKind::usage) return false;  // no history in common
  if (!base) return tl::unexpected(base.error());
  return base->id == a.id;
}

Result<Target> deployment_before(const Application& app, const Running& running, std::size_t source,
                                 const std::string& from, const git::Repository& clone,
                                 std::vector<std::string>& origin) {
  std::vector<std::string> passed_over;
  for (std::size_t i = running.before; i-- > 0;) {
    const Deployment& one = app.history[i];
    const std::string revision = revision_in(one, running, source);
    if (!argocd::is_commit(revision) || revision == from) continue;
    if (!git::exists(clone, revision)) {
      passed_over.push_back(fmt::format("{} (commit {} is not in the clone)", one.id,
                                        argocd::short_revision(revision)));
      continue;
    }
    TRY(const bool past, is_ancestor(clone, revision, from));
    if (past) {
      if (!passed_over.empty())
        origin.push_back(fmt::format("passed over, as no way back from {}: deployment {}",
                                     argocd::short_revision(from), fmt::join(passed_over, ", ")));
      return Target{revision, in_words(one)};
    }
    passed_over.push_back(fmt::format("{} (commit {} is newer, or of another branch)", one.id,
                                      argocd::short_revision(revision)));
  }
  return fail(
      ErrorKind::usage,
      fmt::format("application `{}` has no earlier deployment to go back to from {}{}; choose "
                  "one with `--to ID` or `--to REVISION`, see `backout app history {}`",
                  full_name(app), argocd::short_revision(from),
                  passed_over.empty()
                      ? std::string()
                      : fmt::format(": passed over {}", fmt::join(passed_over, ", ")),
                  full_name(app)));
}

Result<Target> named_target(const Application& app, const Running& running, std::size_t source,
                            const std::string& to, const git::Repository& clone) {
  std::vector<std::string> ids;
  for (const Deployment& one : app.history) {
    ids.push_back(fmt::format("{}", one.id));
    if (ids.back() != to) continue;
    std::string revision = revision_in(one, running, source);
    if (revision.empty())
      return fail(
          ErrorKind::usage,
          fmt::format("deployment {} of application `{}` had no such source", to, full_name(app)));
    return Target{std::move(revision), in_words(one)};
  }
  const bool number = to.size() < 7 && std::all_of(to.begin(), to.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  if (number && !git::exists(clone, to))
    return fail(ErrorKind::usage,
                fmt::format("application `{}` has no deployment {} in its history; "
                            "known are {}",
                            full_name(app), to, quoted_list(ids, 10)));
  return Target{to, "named by `--to`"};
}

}  // namespace

Result<AppRevisions> revisions_of(Application app, const std::string& server,
                                  const AppQuestion& question, const git::Repository& here) {
  if (app.history.empty())
    return fail(
        ErrorKind::usage,
        fmt::format("application `{}` has no history: no complete sync has succeeded, or it "
                    "keeps none (`revisionHistoryLimit`); name both revisions with `--from` "
                    "and `--to`, without `--app`",
                    full_name(app)));
  std::optional<git::Repository> opened;
  if (!question.folder.empty()) {
    TRY(opened, git::open(question.folder, [](const char*) { return std::nullopt; }));
  }
  const git::Repository& clone = opened ? *opened : here;
  const Running running = what_runs(app);
  TRY(const std::size_t source, choose_source(running, app, clone, question.folder));

  AppRevisions out;
  out.folder = question.folder.empty() ? "." : question.folder;
  out.from = question.from.empty() ? running.revisions[source] : question.from;
  out.origin.push_back(
      fmt::format("BAD {} is {} of application `{}` at {}", argocd::short_revision(out.from),
                  question.from.empty() ? running.words : "named by `--from`, for the deployments",
                  full_name(app), http::origin(server)));
  std::vector<std::string> passed_over;
  const auto target = question.to.empty()
                          ? deployment_before(app, running, source, out.from, clone, passed_over)
                          : named_target(app, running, source, question.to, clone);
  if (!target) return tl::unexpected(target.error());
  out.to = target->revision;
  if (out.to == out.from)
    return fail(ErrorKind::usage,
                fmt::format("{} is the commit that runs now ({}): there is nothing to roll back",
                            argocd::short_revision(out.to), target->words));
  out.origin.push_back(fmt::format("GOOD {} is {}", argocd::short_revision(out.to), target->words));
  out.origin.insert(out.origin.end(), passed_over.begin(), passed_over.end());
  if (source < running.sources.size())
    out.origin.push_back(
        fmt::format("both are commits of {}", argocd::in_words(running.sources[source])));
  if (has_left_a_mix(app) && question.from.empty())
    out.origin.emplace_back("that sync has not succeeded, so some of the old objects still run");
  if (app.operation_requested)
    out.origin.emplace_back(
        "an operation is running now: what is deployed changes under this answer");
  app.json.clear();
  out.app = std::move(app);
  return out;
}

Result<AppRevisions> revisions_of_app(const ArgocdOptions& options, const AppQuestion& question,
                                      const git::Repository& here) {
  TRY(const argocd::AppName name,
      argocd::read_app_name(question.app, options.name_space, options.project));
  TRY(argocd::Client client, argocd_client(options));
  TRY(Application app, argocd::get_application(client, name));
  return revisions_of(std::move(app), client.settings.url, question, here);
}

}  // namespace backout::cli
