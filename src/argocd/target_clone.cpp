#include "argocd/target_clone.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "argocd/same_manifests.h"
#include "argocd/words.h"
#include "core/quote.h"
#include "core/words.h"
#include "git/revision.h"

namespace backout::argocd {
namespace {

// The sources that come from git, by their place.
std::vector<std::size_t> git_sources(const Running& running) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < running.revisions.size(); ++i)
    if (is_commit(running.revisions[i]) &&
        (i >= running.sources.size() || running.sources[i].chart.empty()))
      out.push_back(i);
  return out;
}

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

// Whether nothing but this source's revision tells the two apart.
bool others_are_equal(const Deployment& one, const Running& running, std::size_t source) {
  if (one.revisions.size() != running.revisions.size()) return false;
  for (std::size_t i = 0; i < one.revisions.size(); ++i)
    if (i != source && one.revisions[i] != running.revisions[i]) return false;
  return true;
}

}  // namespace

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
                              full_name(app), short_revision(running.revisions[*found]),
                              short_revision(running.revisions[i])));
    if (!found) found = i;
  }
  if (found) return *found;
  const std::string commit(short_revision(running.revisions[candidates.front()]));
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

Error nothing_before(const Application& app, const std::string& from,
                     const std::vector<std::string>& passed_over) {
  return {ErrorKind::usage,
          fmt::format("application `{}` has no earlier deployment to go back to from {}{}; choose "
                      "one with `--to ID` or `--to REVISION`, see `backout app history {}`",
                      full_name(app), from,
                      passed_over.empty()
                          ? std::string()
                          : fmt::format(": passed over {}", fmt::join(passed_over, ", ")),
                      full_name(app))};
}

Result<void> choose_in_clone(const Application& app, const Running& running,
                             const git::Repository& clone, Target& out) {
  std::vector<std::string> passed_over;
  for (std::size_t i = running.before; i-- > 0;) {
    const Deployment& one = app.history[i];
    const std::string revision = revision_in(one, running, out.source);
    if (!is_commit(revision) || revision == out.from) continue;
    const auto pass = [&](std::string_view why) {
      passed_over.push_back(
          fmt::format("{} (commit {} {})", one.id, short_revision(revision), why));
    };
    if (!git::exists(clone, revision)) {
      pass("is not in the clone");
      continue;
    }
    TRY(const bool past, is_ancestor(clone, revision, out.from));
    if (!past) {
      pass("is newer, or of another branch");
      continue;
    }
    if (others_are_equal(one, running, out.source)) {
      TRY(const bool same,
          same_manifests(clone, app, running.sources, out.source, revision, out.from));
      if (same) {
        pass("differs outside of what the application reads");
        continue;
      }
    }
    if (!passed_over.empty())
      out.notes.push_back(fmt::format("passed over, as no way back from {}: deployment {}",
                                      short_revision(out.from), fmt::join(passed_over, ", ")));
    out.to = revision;
    out.deployment = one;
    out.words = in_words(one);
    return {};
  }
  return tl::unexpected(nothing_before(app, std::string(short_revision(out.from)), passed_over));
}

}  // namespace backout::argocd
