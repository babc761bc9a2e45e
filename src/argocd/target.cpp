#include "argocd/target.h"

#include <fmt/format.h>

#include <algorithm>

#include "argocd/target_clone.h"
#include "argocd/words.h"
#include "core/quote.h"
#include "core/words.h"
#include "git/revision.h"

namespace backout::argocd {
namespace {

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 7 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> ids(const Application& app) {
  std::vector<std::string> out;
  for (const Deployment& one : app.history) out.push_back(fmt::format("{}", one.id));
  return out;
}

// ---- without one

std::string shown(const std::vector<std::string>& revisions) {
  std::vector<std::string_view> out;
  for (const std::string& one : revisions) out.push_back(short_revision(one));
  return fmt::format("{}", fmt::join(out, ", "));
}

// What runs ran before, and something else in between: somebody has gone back to it.
Result<void> refuse_to_flip(const Application& app, const Running& running) {
  for (std::size_t i = 0; i < running.before; ++i) {
    if (app.history[i].revisions != running.revisions) continue;
    for (std::size_t j = running.before; j-- > i + 1;) {
      if (app.history[j].revisions == running.revisions) continue;
      const Deployment* older = nullptr;
      for (std::size_t k = 0; k < i; ++k) older = &app.history[k];
      return fail(
          ErrorKind::usage,
          fmt::format(
              "application `{}` is already back: {} runs {}, as deployment {} did, and "
              "deployment {} lies between; going back from it by place would deploy that "
              "one again; name the target: `--to ID`{}, see `backout app history {}`",
              full_name(app), running.words, shown(running.revisions), app.history[i].id,
              app.history[j].id,
              older ? fmt::format(" (`--to {}` is what ran before)", older->id) : std::string(),
              full_name(app)));
    }
  }
  return {};
}

Result<void> choose_by_place(const Application& app, const Running& running, Target& out) {
  TRY_VOID(refuse_to_flip(app, running));
  for (std::size_t i = running.before; i-- > 0;) {
    const Deployment& one = app.history[i];
    if (one.revisions.empty() || one.revisions == running.revisions) continue;
    out.deployment = one;
    out.words = in_words(one);
    return {};
  }
  return tl::unexpected(nothing_before(app, shown(running.revisions), {}));
}

// ---- by name

const Deployment* entry(const Application& app, const std::string& id) {
  for (const Deployment& one : app.history)
    if (fmt::format("{}", one.id) == id) return &one;
  return nullptr;
}

// The newest entry that deployed this revision, which may be shortened.
const Deployment* entry_of(const Application& app, const std::string& revision) {
  for (std::size_t i = app.history.size(); i-- > 0;)
    for (const std::string& one : app.history[i].revisions)
      if (one == revision || (is_commit(one) && revision.size() >= 7 && one.starts_with(revision)))
        return &app.history[i];
  return nullptr;
}

Result<void> choose_named(const Application& app, const Running& running,
                          const TargetQuestion& question, Target& out) {
  const std::string& to = question.to;
  const git::Repository* const clone = question.clone;
  const Deployment* found = entry(app, to);
  if (found && clone) {
    out.to = revision_in(*found, running, out.source);
    if (out.to.empty())
      return fail(
          ErrorKind::usage,
          fmt::format("deployment {} of application `{}` had no such source", to, full_name(app)));
  }
  if (found) {
    out.deployment = *found;
    out.words = in_words(*found);
    return {};
  }
  if (is_number(to) && !(clone && git::exists(*clone, to)))
    return fail(
        ErrorKind::usage,
        fmt::format("application `{}` has no deployment {} in its history; known are {}; "
                    "to a commit that is no longer there goes `backout sync {} --revision "
                    "COMMIT`",
                    full_name(app), to, quoted_list(ids(app), 10), shell_quoted(full_name(app))));
  out.words = "named by `--to`";
  out.to = to;
  std::string revision = to;
  if (clone) {
    TRY(const git::Commit commit, git::resolve(*clone, to));
    revision = git::hex(commit.id);
  }
  if (const Deployment* const same = entry_of(app, revision)) {
    out.deployment = *same;
    return {};
  }
  out.revisions = running.revisions;
  if (!clone && out.revisions.size() > 1)
    return fail(ErrorKind::usage,
                fmt::format("application `{}` has {} sources, and no deployment of `{}`; name "
                            "another with its id",
                            full_name(app), out.revisions.size(), to));
  out.revisions[std::min(out.source, out.revisions.size() - 1)] = revision;
  return {};
}

// The last sync failed before it came to any object: what the history says still runs, and is
// perhaps what is wanted.
Result<void> refuse_without_effect(const Application& app) {
  if (!app.operation) return {};
  const Operation& last = *app.operation;
  const bool failed = last.phase == "Failed" || last.phase == "Error";
  if (!failed || last.dry_run || last.selective || !last.applied.empty() ||
      last.revisions.empty() || last.revisions == app.history.back().revisions)
    return {};
  return fail(ErrorKind::usage,
              fmt::format("the last sync of application `{}`, to {}, failed before it changed "
                          "anything: {} still runs; if that is to go back as well, name the target "
                          "with `--to ID`, see `backout app history {}`",
                          full_name(app), shown(last.revisions), in_words(app.history.back()),
                          full_name(app)));
}

void note_oddities(const Application& app, Target& out) {
  if (has_left_a_mix(app))
    out.notes.emplace_back("the last sync has not succeeded, so some of the old objects still run");
  if (app.operation && app.operation->selective && !app.operation->dry_run &&
      app.operation->phase == "Succeeded")
    out.notes.push_back(
        fmt::format("the last sync was of some objects only, to {}: it has left no entry in the "
                    "history",
                    shown(app.operation->revisions)));
}

}  // namespace

std::string in_words(const Deployment& one) {
  return fmt::format("deployment {}, {} by {}", one.id, one.deployed_at,
                     who(one.by, one.automated));
}

bool has_left_a_mix(const Application& app) {
  if (!app.operation || app.history.empty()) return false;
  const Operation& last = *app.operation;
  return !last.dry_run && !last.selective && last.phase != "Succeeded" && !last.applied.empty() &&
         !last.revisions.empty() && last.revisions != app.history.back().revisions;
}

Running what_runs(const Application& app) {
  if (has_left_a_mix(app)) {
    const Operation& last = *app.operation;
    return {last.revisions, app.sources,
            fmt::format("the last sync, {} since {} after it came to {} resources", last.phase,
                        last.finished_at.empty() ? last.started_at : last.finished_at,
                        last.applied.size()),
            app.history.size()};
  }
  const Deployment& newest = app.history.back();
  return {newest.revisions, newest.sources, in_words(newest), app.history.size() - 1};
}

Result<Target> choose_target(const Application& app, const TargetQuestion& question) {
  if (app.history.empty())
    return fail(ErrorKind::usage,
                fmt::format("application `{}` has no history: no complete sync has succeeded, or "
                            "it keeps none (`revisionHistoryLimit`)",
                            full_name(app)));
  const Running running = what_runs(app);
  Target out;
  out.running = running.revisions;
  if (question.clone) {
    TRY(out.source, choose_source(running, app, *question.clone, question.folder));
    out.from = question.from.empty() ? running.revisions[out.source] : question.from;
  }
  if (!question.to.empty()) {
    TRY_VOID(choose_named(app, running, question, out));
  } else {
    if (question.from.empty()) {
      TRY_VOID(refuse_without_effect(app));
    }
    TRY_VOID(question.clone ? choose_in_clone(app, running, *question.clone, out)
                            : choose_by_place(app, running, out));
  }
  if (out.deployment) out.revisions = out.deployment->revisions;
  const bool runs_now = out.deployment ? !has_left_a_mix(app) && question.from.empty() &&
                                             out.deployment->id == app.history.back().id
                                       : out.revisions == running.revisions;
  if (runs_now)
    return fail(ErrorKind::usage, fmt::format("{} is what runs now ({}): there is nothing to roll "
                                              "back",
                                              shown(out.revisions), out.words));
  if (out.deployment && out.revisions == running.revisions)
    out.notes.emplace_back(
        "it has the revision that runs now: only its parameters can have been others");
  note_oddities(app, out);
  return out;
}

}  // namespace backout::argocd
