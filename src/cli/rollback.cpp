// `backout rollback` and `backout sync`: what Argo CD deploys of an application, with a plan, a
// journal, and auto-sync kept safe.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "argocd/words.h"
#include "cli/app_operation.h"
#include "cli/drive.h"
#include "cli/gate.h"
#include "drive/argocd_plan.h"
#include "drive/revert_plan.h"

namespace backout::cli {
namespace {

struct Options {
  ArgocdOptions argocd;
  DriveOptions drive;
  drive::Wish wish;
  std::string to, config_repository;
  bool no_revert = false;
  std::vector<std::string> revisions;
};

constexpr std::string_view about_journal =
    "The plan is shown first and carried out after a yes (`--yes` without a terminal). Each step "
    "is "
    "noted in\na journal before and after: after a crash or Ctrl-C `backout resume` goes on and "
    "`backout undo` goes\nback. Server and token are found as by `argocd`.\n\n";

Result<const argocd::Deployment*> target_of(const argocd::Application& app, const std::string& to) {
  if (app.history.empty())
    return fail(ErrorKind::usage,
                fmt::format("`{}` has no history: nothing to go back to; deploy a revision "
                            "with `backout sync --revision`",
                            full_name(app)));
  const auto& history = app.history;
  if (to.empty()) {
    for (std::size_t i = history.size(); i-- > 0;)
      if (history[i].revisions != history.back().revisions) return &history[i];
    return fail(
        ErrorKind::usage,
        fmt::format("`{}` has no deployment of another revision in its history", full_name(app)));
  }
  for (const argocd::Deployment& one : history)
    if (std::to_string(one.id) == to) return &one;
  return fail(
      ErrorKind::usage,
      fmt::format(
          "the history of `{0}` has no deployment {1}; `backout app history {0}` lists them",
          full_name(app), to));
}

// Nothing is planned in git without a clone, or when it is not wanted.
Result<drive::RevertPlan> revert_of(const Options& options, const argocd::Application& app,
                                    const argocd::Deployment& target) {
  if (options.no_revert || options.config_repository.empty()) {
    drive::RevertPlan out;
    out.debt.push_back(
        "revert the bad change in git: until then it comes back with auto-sync, or with the next "
        "sync"
        " (`--config-repo DIR` does that, too)");
    return out;
  }
  return drive::plan_revert(options.config_repository, app, target);
}

Result<int> roll_back(const Options& options, const std::vector<std::string>& words,
                      const Streams& streams) {
  TRY(const drive::Pace pace, validate(options.drive));
  TRY(Operand operand, operand_of(options.argocd, words));
  TRY(const argocd::Deployment* target, target_of(operand.found.app, options.to));
  TRY(drive::RevertPlan revert, revert_of(options, operand.found.app, *target));
  const auto add = [](std::vector<std::string>& to, std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  add(operand.found.facts, revert.facts);
  add(operand.found.warnings, revert.warnings);
  drive::Plan plan = drive::rollback_plan(operand.found, *target, options.wish,
                                          std::move(revert.steps), std::move(revert.merge));
  add(plan.debt, revert.debt);
  return carry_out_on(std::move(operand), std::move(plan), pace, options.argocd, options.drive,
                      streams);
}

Result<int> sync(const Options& options, const std::vector<std::string>& words,
                 const Streams& streams) {
  TRY(const drive::Pace pace, validate(options.drive));
  TRY(Operand operand, operand_of(options.argocd, words));
  const std::size_t sources = std::max<std::size_t>(operand.found.app.sources.size(), 1);
  if (!options.revisions.empty() && options.revisions.size() != sources)
    return fail(ErrorKind::usage, fmt::format("`{}` has {} sources: give `--revision` for each, in "
                                              "their order; `backout app status` lists "
                                              "them",
                                              full_name(operand.found.app), sources));
  drive::Plan plan = drive::sync_plan(operand.found, options.revisions, options.wish, {});
  return carry_out_on(std::move(operand), std::move(plan), pace, options.argocd, options.drive,
                      streams);
}

void declare(CLI::App& app, Options& options) {
  app.add_flag("--prune", options.wish.prune, "delete objects that are not in the revision");
  app.add_flag("--terminate", options.wish.terminate, "end a running operation first");
}

}  // namespace

int rollback_command(Arguments arguments, const Streams& streams) {
  CLI::App app;
  Options options;
  app.add_option("--to", options.to,
                 "an id of `backout app history` (default: the deployment before)")
      ->type_name("ID");
  declare(app, options);
  declare(app, options.drive);
  declare(app, options.argocd);
  const std::string more = std::string(about_journal) + std::string(drive_exit_codes) +
                           "\n\nexamples\n"
                           "  backout rollback catalog --dry-run\n"
                           "  backout rollback shop/catalog --to 12\n"
                           "  backout rollback shop/catalog --yes --record incident.md";
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(
          app,
          {"backout rollback APP [--to ID] [options]",
           "Takes an application back to an earlier deployment and keeps it there: pauses "
           "auto-sync, "
           "rolls back,\nwaits for the operation and for health, and restores auto-sync "
           "exactly as it was.",
           more},
          arguments, streams, words, 1))
    return *stopped;
  const Result<int> code = roll_back(options, words, streams);
  return code ? *code : stop(streams, code.error());
}

int sync_command(Arguments arguments, const Streams& streams) {
  CLI::App app;
  Options options;
  app.add_option("--revision", options.revisions,
                 "a commit, tag or chart version; once for each source (default: what the "
                 "application says)")
      ->type_name("REV")
      ->take_all();
  declare(app, options);
  declare(app, options.drive);
  declare(app, options.argocd);
  const std::string more = std::string(about_journal) + std::string(drive_exit_codes) +
                           "\n\nexamples\n"
                           "  backout sync catalog\n"
                           "  backout sync shop/catalog --revision 9b1c2d3 --prune";
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(
          app,
          {"backout sync APP [--revision REV] [options]",
           "Deploys an application, with its hooks, and waits until it is healthy. A revision that "
           "is not\n"
           "what git says needs auto-sync paused, and leaves it so until `backout app resume`.",
           more},
          arguments, streams, words, 1))
    return *stopped;
  const Result<int> code = sync(options, words, streams);
  return code ? *code : stop(streams, code.error());
}

}  // namespace backout::cli
