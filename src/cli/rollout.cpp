// `backout rollout`: an update of Argo Rollouts brought back, on, or to a stand, through Argo CD or
// with `--kube` through the Kubernetes API.
#include <fmt/format.h>

#include "argocd/words.h"
#include "cli/argocd_options.h"
#include "cli/drive.h"
#include "cli/gate.h"
#include "cli/kube_options.h"
#include "cli/options.h"
#include "drive/rollout_plan.h"
#include "report/terminal.h"
#include "rollout/kube.h"
#include "rollout/report.h"

namespace backout::cli {
namespace {

using rollout::Action;

constexpr std::string_view about =
    "Acts on a Rollout (argoproj.io) that is being updated, through Argo CD's actions or, with "
    "`--kube`,\nthrough the Kubernetes API. An abort is the quickest way back while the stable "
    "version still runs.";

constexpr std::string_view more =
    "ROLLOUT is APP, APP/ROLLOUT or NAMESPACE/APP/ROLLOUT of Argo CD (server and token as for "
    "`argocd`),\nor with `--kube` ROLLOUT or NAMESPACE/ROLLOUT of the kubeconfig's context "
    "(credentials as for `kubectl`).\n"
    "The plan is shown first and carried out after a yes (`--yes` without a terminal). After a "
    "crash or\nCtrl-C `backout resume` goes on.\n\n";

struct Options {
  ArgocdOptions argocd;
  kube::Flags kube_flags;
  DriveOptions drive;
  bool kube = false;
  std::int64_t to_revision = 0;
};

bool is_long_way(Action action) { return action == Action::promote_full || action == Action::undo; }

// What was found, and the way to it.
struct Operand {
  drive::World world;
  drive::Facts connection;
  drive::FoundRollout found;
  Error unseen_sets{};  // why there are no ReplicaSets; empty: they were seen
};

Result<Operand> through_kube(const Options& options, const std::string& word,
                             const Streams& streams) {
  TRY(kube::Client client, kube_client(options.kube_flags));
  TRY(const rollout::Target target,
      rollout::read_target(word, options.kube_flags, client.settings.name_space));
  Operand out{world_for(streams), connection_of(options.kube_flags, client.settings), {}};
  TRY(out.found.rollout, rollout::observe(client, target));
  out.found.name_space = target.name_space;
  out.found.name = target.name;
  out.found.where =
      fmt::format("{} ({})", client.settings.origin, http::origin(client.settings.server));
  if (auto sets = rollout::replica_sets(client, *out.found.rollout))
    out.found.sets = std::move(*sets);
  else
    out.unseen_sets = sets.error();
  out.world.kube = std::move(client);
  return out;
}

Result<Operand> through_argocd(const Options& options, const std::string& word,
                               const Streams& streams) {
  if (!options.kube_flags.context.empty() || !options.kube_flags.kubeconfig.empty() ||
      !options.kube_flags.name_space.empty())
    return fail(ErrorKind::usage,
                "`--context`, `--kubeconfig` and `--namespace` belong to `--kube`; Argo CD's are "
                "`--argocd-context`, `--argocd-config` and `--app-namespace`");
  TRY(const rollout::Words words,
      rollout::read_words(word, options.argocd.name_space, options.argocd.project));
  TRY(argocd::Client client, argocd_client(options.argocd));
  TRY(rollout::ManagedRollout managed, rollout::find_managed(client, words));
  TRY(rollout::Seen seen, rollout::observe(client, managed));
  Operand out{world_for(streams), connection_of(options.argocd, client.settings, words.app), {}};
  out.found.name_space = managed.resource.name_space;
  out.found.name = managed.resource.name;
  out.found.where =
      fmt::format("{} at {}", argocd::in_words(words.app), http::origin(client.settings.url));
  if (seen.rollout) out.found.sets = rollout::replica_sets(client, managed, *seen.rollout);
  out.found.rollout = std::move(seen.rollout);
  out.found.health = std::move(seen.health);
  out.found.health_message = std::move(seen.health_message);
  out.found.managed = std::move(managed);
  out.world.argocd = std::move(client);
  return out;
}

Result<Operand> operand_of(const Options& options, const std::vector<std::string>& words,
                           const Streams& streams) {
  if (words.empty())
    return fail(ErrorKind::usage, options.kube ? "a Rollout is missing: NAME or NAMESPACE/NAME"
                                               : "an application is missing: APP or APP/ROLLOUT");
  return options.kube ? through_kube(options, words.front(), streams)
                      : through_argocd(options, words.front(), streams);
}

// Operations of ours that would act against this one, when somebody goes on with them.
void tell_of_open(drive::Plan& plan) {
  const auto folder = drive::state_folder(git::process_environment());
  if (!folder) return;
  for (const drive::Operation& one : drive::open_operations(*folder)) {
    const auto same = [&](const char* name) {
      return drive::fact(one.plan.connection, name) == drive::fact(plan.connection, name);
    };
    const bool other_rollout =
        one.plan.command.starts_with("rollout-") && one.plan.subject != plan.subject;
    if (other_rollout || !same("url") || !same("app") || !same("app_namespace") ||
        !same("kube_server"))
      continue;
    plan.warnings.push_back(
        fmt::format("operation `{0}` of {1}, to {2}, is open here: `backout resume {0}` and "
                    "`backout undo {0}` would act against this one afterwards",
                    one.id, one.by, one.plan.title));
  }
}

Result<int> act(Action action, const Options& options, const std::vector<std::string>& words,
                const Streams& streams) {
  TRY(const drive::Pace pace, validate(options.drive));
  TRY(Operand operand, operand_of(options, words, streams));
  TRY(const Instant time, now());
  drive::Plan plan;
  if (action == Action::undo && !options.kube) {
    plan = drive::no_undo_plan(operand.found);
  } else if (action == Action::undo) {
    if (!operand.unseen_sets.message.empty()) return tl::unexpected(operand.unseen_sets);
    TRY(const rollout::Choice choice,
        rollout::choose(*operand.found.rollout, operand.found.sets, options.to_revision));
    plan = drive::undo_plan(operand.found, choice, time);
  } else {
    plan = drive::action_plan(operand.found, action,
                              to_text(std::chrono::floor<std::chrono::seconds>(time)));
  }
  plan.pace = pace;
  plan.connection = std::move(operand.connection);
  tell_of_open(plan);
  return carry_out(plan, std::move(operand.world), options.drive, streams);
}

// Those of all that a drive has that mean something here.
void declare_times(OptionList& list, Action action, DriveOptions& options) {
  declare(list,
          {{"--dry-run", &options.dry_run, "", "print the plan and change nothing"},
           {"--timeout", &options.timeout, "TIME", "until the controller must have acted (10m)"}});
  if (is_long_way(action))
    list.push_back({"--health-timeout", &options.health_timeout, "TIME",
                    "until the version must be stable and Healthy (15m)"});
  list.push_back({"--poll", &options.poll, "TIME", "how often to look (2s)"});
}

int action_subcommand(Action action, std::string_view about_it, Arguments arguments,
                      const Streams& streams) {
  Options options;
  OptionList list{{"--kube", &options.kube, "", "ask Kubernetes itself, not Argo CD"}};
  declare(list, options.kube_flags);
  if (action == Action::undo)
    list.push_back({"--to-revision", &options.to_revision, "N",
                    "a revision of `backout rollout status` (default: the one before the newest)"});
  declare_times(list, action, options.drive);
  declare_output(list, options.drive);
  declare(list, options.argocd);
  const std::string_view name = rollout::name_of(action);
  const std::string usage = fmt::format("backout rollout {} ROLLOUT [options]", name);
  const std::string tail = fmt::format(
      "{}{}\n\nexamples\n  backout rollout {}\n  backout rollout {} --kube shop/web --context prod "
      "--dry-run",
      more, drive_exit_codes,
      action == Action::undo ? std::string("undo --kube shop/web --to-revision 4")
                             : fmt::format("{} catalog/web", name),
      name);
  std::vector<std::string> words;
  if (const auto stopped =
          parse_arguments(list, {usage, about_it, tail}, arguments, streams, words, 1))
    return *stopped;
  const Result<int> code = act(action, options, words, streams);
  return code ? *code : stop(streams, code.error());
}

struct About {
  Action action;
  std::string_view text;
};
constexpr About abouts[] = {
    {Action::abort,
     "Takes the traffic back to the stable version, and waits until none goes to the new one and "
     "all pods\nof the stable one are available. The template still names the new version: revert "
     "it in git."},
    {Action::retry,
     "Begins the update that was aborted again, from its first step and with fresh analysis."},
    {Action::promote,
     "Goes on with an update: ends its pause or, when none holds it, skips the step that runs."},
    {Action::promote_full,
     "Brings the new version everywhere, without steps, pauses and analysis. For a live outage: "
     "nothing\nmeasures it on the way. Sent only when the controller has looked at the template, "
     "as it would be lost\nbefore."},
    {Action::pause,
     "Stops an update where it stands. An abort does not complete while it is paused this way."},
    {Action::resume, "Ends all pauses of an update."},
    {Action::restart, "Replaces all pods by fresh ones of the same version."},
    {Action::undo,
     "Puts the template of an earlier revision into the Rollout, or into what its `workloadRef` "
     "names. To\nthe controller this is a new update: its steps run again, unless it is the stable "
     "version or within\n`rollbackWindow`. Argo CD has no undo: without `--kube` it is told what "
     "to do instead."},
};

template <Action action>
int subcommand(Arguments arguments, const Streams& streams) {
  const About* const found = std::find_if(std::begin(abouts), std::end(abouts),
                                          [](const About& one) { return one.action == action; });
  return action_subcommand(action, found->text, arguments, streams);
}

// ---- status

Result<std::string> status_report(const Options& options, const std::vector<std::string>& words,
                                  const Streams& streams) {
  TRY_VOID(validate(options.drive));
  TRY(const Operand operand, operand_of(options, words, streams));
  const drive::FoundRollout& found = operand.found;
  if (!found.rollout)
    return fail(ErrorKind::usage,
                fmt::format("there is no right to see the Rollout `{}/{}`; its health is {}{}{}",
                            found.name_space, found.name, found.health,
                            found.health_message.empty() ? "" : ": ", found.health_message));
  TRY(const Instant time, now());
  const rollout::Report report{*found.rollout, found.sets, found.where, time};
  if (options.drive.format == "json") return rollout::status_json(report);
  const report::Screen screen = report::screen_of(streams.out);
  const auto color = report::color_choice(options.drive.color);
  return rollout::status_text(report, {report::use_color(color, screen), report::width(screen)});
}

int status_subcommand(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{{"--kube", &options.kube, "", "ask Kubernetes itself, not Argo CD"}};
  declare(list, options.kube_flags);
  declare(list, {format_option(options.drive.format, {"text", "json"}),
                 color_option(options.drive.color)});
  declare(list, options.argocd);
  std::vector<std::string> words;
  constexpr Help help{
      "backout rollout status ROLLOUT [options]",
      "How far an update is, the revisions to go back to, and what can be done now and why not. "
      "Through\nArgo CD the stable and the new revision, with `--kube` all.",
      "exit codes\n"
      "  0  answered\n"
      "  2  wrong usage, or the server says no\n"
      "  3  no answer, or none that can be read\n\n"
      "examples\n"
      "  backout rollout status catalog\n"
      "  backout rollout status --kube shop/web --format json"};
  if (const auto stopped = parse_arguments(list, help, arguments, streams, words, 1))
    return *stopped;
  const Result<std::string> text = status_report(options, words, streams);
  return text ? finish(streams, *text, 0) : stop(streams, text.error());
}

constexpr Command subcommands[] = {
    {"status", "how far it is, its revisions, what can be done", status_subcommand},
    {"abort", "back to the stable version at once, while it still runs", subcommand<Action::abort>},
    {"retry", "the aborted update again, from its first step", subcommand<Action::retry>},
    {"promote", "go on: end a pause, or skip the step that runs", subcommand<Action::promote>},
    {"promote-full", "all the way, without steps, pauses and analysis",
     subcommand<Action::promote_full>},
    {"pause", "stop where it stands", subcommand<Action::pause>},
    {"resume", "end all pauses", subcommand<Action::resume>},
    {"restart", "replace all pods by fresh ones", subcommand<Action::restart>},
    {"undo", "the template of an earlier revision again (with `--kube`)", subcommand<Action::undo>},
};

}  // namespace

int rollout_command(Arguments arguments, const Streams& streams) {
  return run_subcommand("rollout", about, subcommands, arguments, streams);
}

}  // namespace backout::cli
