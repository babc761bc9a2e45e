// `backout rollback` and `backout sync`: what Argo CD deploys of an application, with a plan, a
// journal, and auto-sync kept safe.
#include <fmt/format.h>

#include <algorithm>

#include "cli/app_operation.h"
#include "cli/drive.h"
#include "cli/gate.h"
#include "cli/prometheus_options.h"
#include "cli/rollback_input.h"
#include "drive/argocd_plan.h"
#include "drive/revert_plan.h"
#include "drive/verify_step.h"

namespace backout::cli {
namespace {

struct Options {
  ArgocdOptions argocd;
  DriveOptions drive;
  drive::Wish wish;
  PrometheusOptions prometheus;
  std::string to, config_repository, config, service, override_reason;
  bool no_revert = false, no_verify = false;
  std::vector<std::string> revisions;
};

constexpr std::string_view about_journal =
    "The plan is shown first and carried out after a yes (`--yes` without a terminal). Each step "
    "is noted in\na journal before and after: after a crash or Ctrl-C `backout resume` goes on and "
    "`backout undo` goes\nback. Server and token are found as by `argocd`.\n\n";

void add(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// What git has to say after the rollback, and how that gets there.
Result<drive::RevertPlan> revert_of(const Options& options, const Home& home,
                                    const argocd::Application& app, const argocd::Target& target) {
  drive::RevertPlan out;
  if (options.no_revert || home.gitops.empty()) {
    out.debt.emplace_back(
        "revert the bad change in git: until then it comes back with auto-sync, or with the next "
        "sync (with `--config-repo DIR` that is done here, too)");
    return out;
  }
  auto plan = home.git_is_silent.empty() ? drive::plan_revert(home.gitops, app, target.revisions)
                                         : fail(ErrorKind::undecided, home.git_is_silent);
  if (plan || plan.error().kind == ErrorKind::usage) return plan;
  out.warnings.push_back(fmt::format("git cannot be asked now: {}", plan.error().message));
  out.debt.emplace_back("revert the bad change in git, as soon as it answers: `backout revert`");
  return out;
}

// Unsafe and undecided are refused, unless somebody takes it on.
void take_verdict(const Options& options, const Verdict& verdict, drive::Found& found) {
  const bool refused = verdict.made && !verdict.safe;
  if (!refused)
    (verdict.made ? found.facts : found.warnings).push_back(verdict.words);
  else if (options.override_reason.empty())
    found.refusals.push_back(fmt::format(
        "{}; `backout preflight` tells all of it, `--override REASON` goes back all the same and "
        "is recorded",
        verdict.words));
  else
    found.warnings.push_back(
        fmt::format("{}; overridden: {}", verdict.words, options.override_reason));
}

// The queries of the service, where somebody can be asked.
std::vector<drive::Step> proof_of(const Options& options, const Home& home, drive::Found& found) {
  std::vector<drive::Step> out;
  if (!home.service || options.no_verify) return out;
  auto step = drive::verify_step(*home.service, found.warnings);
  if (!step) return out;
  if (const auto client = prometheus_client(options.prometheus); !client)
    found.warnings.push_back(fmt::format("recovery is not verified: {}", client.error().message));
  else
    out.push_back(std::move(*step));
  return out;
}

Result<int> roll_back(const Options& options, const std::vector<std::string>& words,
                      const Streams& streams) {
  TRY(const drive::Pace pace, validate(options.drive));
  TRY(Operand operand, operand_of(options.argocd, words));
  drive::Found& found = operand.found;
  TRY(Home home, home_of(found.app, options.service, options.config_repository, options.config));
  TRY(const argocd::Target target, target_of(found.app, options.to, home, found.warnings));
  add(found.facts, target.notes);
  const bool by_id = target.deployment.has_value();
  argocd::Question question{by_id ? argocd::Purpose::rollback : argocd::Purpose::sync};
  question.target = target.deployment;
  if (!by_id) question.revisions = target.revisions;
  question.prune = options.wish.prune;
  question.terminate = options.wish.terminate;
  look_around(operand, question);
  const Verdict verdict = pre_flight(home, found.app, target);
  take_verdict(options, verdict, found);
  std::vector<drive::Step> later = proof_of(options, home, found);
  const bool verifies = !later.empty();
  TRY(drive::RevertPlan revert, revert_of(options, home, found.app, target));
  add(found.facts, revert.facts);
  add(found.warnings, revert.warnings);
  later.insert(later.end(), revert.steps.begin(), revert.steps.end());
  drive::Plan plan =
      drive::rollback_plan(found, target, options.wish, std::move(later), std::move(revert.merge));
  add(plan.debt, revert.debt);
  plan.preflight = verdict.markdown;
  return carry_out_on(std::move(operand), std::move(plan), pace, options.argocd,
                      verifies ? &options.prometheus : nullptr, options.drive, streams);
}

Result<int> sync(const Options& options, const std::vector<std::string>& words,
                 const Streams& streams) {
  TRY(const drive::Pace pace, validate(options.drive));
  TRY(Operand operand, operand_of(options.argocd, words));
  drive::Found& found = operand.found;
  const std::size_t sources = std::max<std::size_t>(found.app.sources.size(), 1);
  if (!options.revisions.empty() && options.revisions.size() != sources)
    return fail(ErrorKind::usage,
                fmt::format("`{}` has {} sources: give `--revision` for each, in their order; "
                            "`backout app status` lists them",
                            full_name(found.app), sources));
  argocd::Question question{argocd::Purpose::sync};
  question.revisions = options.revisions;
  question.prune = options.wish.prune;
  question.terminate = options.wish.terminate;
  look_around(operand, question);
  drive::Plan plan = drive::sync_plan(found, options.revisions, options.wish, {});
  return carry_out_on(std::move(operand), std::move(plan), pace, options.argocd, nullptr,
                      options.drive, streams);
}

using Command = Result<int>(const Options&, const std::vector<std::string>&, const Streams&);

// What both have, around what `list` has already; `help.more` are the examples.
int run(OptionList& list, Options& options, const Help& help, Command& command, Arguments arguments,
        const Streams& streams) {
  declare(list,
          {{"--prune", &options.wish.prune, "", "delete objects that are not in the revision"},
           {"--terminate", &options.wish.terminate, "", "end a running operation first"}});
  declare(list, options.drive);
  declare(list, options.argocd);
  const std::string more =
      fmt::format("{}{}\n\nexamples\n{}", about_journal, drive_exit_codes, help.more);
  std::vector<std::string> words;
  if (const auto stopped =
          parse_arguments(list, {help.usage, help.about, more}, arguments, streams, words, 1))
    return *stopped;
  const Result<int> code = command(options, words, streams);
  return code ? *code : stop(streams, code.error());
}

}  // namespace

int rollback_command(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{
      {"--to", &options.to, "ID",
       "an id of `backout app history` (default: the deployment before)"},
      {"--config-repo", &options.config_repository, "DIR",
       "a clone of the repository it is deployed from: the revert is made, pushed and "
       "proposed there (default: the service's `gitops`)"},
      {"--no-revert", &options.no_revert, "", "leave git alone"},
      {"--no-verify", &options.no_verify, "", "do not ask Prometheus"},
      {"--promote-full", &options.wish.promote_full, "",
       "take Rollouts through their steps: to a promoted one a rollback is a new canary"},
      {"--override", &options.override_reason, "REASON",
       "go back although the pre-flight says unsafe or undecided; recorded"},
      {"--service", &options.service, "NAME",
       "of `services:` in the configuration (default: the one with this `app`)"},
      {"--config", &options.config, "FILE", "a configuration other than `.backout.yaml`"},
  };
  declare(list, options.prometheus, false);
  return run(list, options,
             {"backout rollback APP [--to ID] [options]",
              "Takes an application back to an earlier deployment and keeps it there: pauses "
              "auto-sync, rolls back,\nwaits for the operation and for health, and restores "
              "auto-sync exactly as it was.",
              "  backout rollback catalog --dry-run\n"
              "  backout rollback catalog --config-repo ../gitops\n"
              "  backout rollback shop/catalog --to 12 --promote-full\n"
              "  backout rollback shop/catalog --yes --record incident.md"},
             roll_back, arguments, streams);
}

int sync_command(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{
      {"--revision", &options.revisions, "REV",
       "a commit, tag or chart version; once for each source (default: what the "
       "application says)"},
  };
  return run(list, options,
             {"backout sync APP [--revision REV] [options]",
              "Deploys an application, with its hooks, and waits until it is healthy. A revision "
              "that is not\nwhat git says needs auto-sync paused, and leaves it so until "
              "`backout app resume`.",
              "  backout sync catalog\n"
              "  backout sync shop/catalog --revision 9b1c2d3 --prune"},
             sync, arguments, streams);
}

}  // namespace backout::cli
