// `backout resume`, `undo` and `status`: operations that are not at their end.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/drive.h"
#include "cli/gate.h"
#include "cli/kube_options.h"
#include "cli/prometheus_options.h"
#include "git/repository.h"
#include "report/escape.h"

namespace backout::cli {
namespace {

using drive::Operation;
using report::visible;

constexpr std::string_view more =
    "ID is what the command printed that began it; with one open operation it can be left out.\n"
    "Server and application are those of the operation; the token comes from the environment or "
    "the\nconfiguration of `argocd`, as ever.\n\n"
    "exit codes\n"
    "  0  done, or it waits for somebody    1  refused, failed, or undone by somebody else\n"
    "  2  wrong usage, no right             3  not known how it ended";

constexpr Help resume_help{
    "backout resume [ID] [options]",
    "Goes on with an operation that was stopped, killed, or waits for a merge: looks what of it is "
    "there\nalready, and does the rest.",
    more};
constexpr Help undo_help{
    "backout undo [ID] [options]",
    "Takes an open operation back, the last step first, until everything is as it was before.",
    more};
constexpr Help status_help{
    "backout status [ID] [--format json]",
    "Open operations, what is off because of them, and how to go on. With ID all of one, also when "
    "it\nhas ended. Asks no server.",
    "exit codes\n  0  always, unless the journals cannot be read (3)"};

Result<std::string> choose(const std::string& folder, const std::vector<std::string>& words) {
  if (!words.empty()) return words.front();
  const std::vector<Operation> open = drive::open_operations(folder);
  if (open.size() == 1) return open.front().id;
  std::vector<std::string> ids;
  for (const Operation& one : open) ids.push_back(fmt::format("`{}`", one.id));
  return fail(ErrorKind::usage, open.empty() ? "no operation is open"
                                             : fmt::format("{} operations are open; say which: {}",
                                                           open.size(), fmt::join(ids, ", ")));
}

struct Options {
  ArgocdOptions argocd;
  PrometheusOptions prometheus;
  DriveOptions drive;
  bool merged = false;
  std::string skip, give_up;
};

Result<void> reconnect_all(const Options& options, const drive::Plan& plan, drive::World& world) {
  if (!drive::fact(plan.connection, "url").empty()) {
    TRY(world.argocd, reconnect(plan.connection, options.argocd));
  }
  if (const std::string_view url = drive::fact(plan.connection, "prometheus"); !url.empty()) {
    PrometheusOptions prometheus = options.prometheus;
    if (prometheus.flags.url.empty()) prometheus.flags.url = url;
    TRY(world.prometheus, prometheus_client(prometheus));
  }
  if (is_kube(plan.connection)) {
    TRY(world.kube, reconnect_kube(plan.connection));
  }
  return {};
}

// What stays off is said once more: nobody reminds of it any longer.
Result<int> give_up(const Options& options, drive::Journal& journal, const Streams& streams) {
  for (const std::string& one : drive::what_is_off(journal.operation()))
    complain(streams, fmt::format("stays as it is: {}", visible(one)));
  const drive::Finish end = drive::give_up(journal, options.give_up);
  if (!end.ended) return fail(ErrorKind::undecided, end.message);
  return finish(streams, fmt::format("given up; the record is in {}\n", visible(end.record)), 0);
}

Result<int> work_on(const Options& options, bool back, const std::vector<std::string>& words,
                    const Streams& streams) {
  TRY_VOID(validate(options.drive));
  TRY(const std::string folder, drive::state_folder(git::process_environment()));
  TRY(const std::string id, choose(folder, words));
  TRY(drive::Journal journal, drive::Journal::open(folder, id));
  const drive::Plan& plan = journal.operation().plan;
  if (!options.give_up.empty()) return give_up(options, journal, streams);
  if (journal.operation().undoing && !back)
    return fail(ErrorKind::usage, fmt::format("operation `{0}` is being undone; `backout undo {0}` "
                                              "goes on with that",
                                              id));
  drive::World world = world_for(streams);
  world.merged = options.merged;
  world.skip = options.skip;
  TRY_VOID(reconnect_all(options, plan, world));
  if (back && !journal.operation().undoing) {
    TRY(const bool confirmed,
        is_confirmed(options.drive, fmt::format("Undo `{}`: {}?", id, visible(plan.title)),
                     streams));
    if (!confirmed) return 1;
    TRY_VOID(journal.undo());
  }
  return go_on(journal, world, options.drive, streams);
}

int run_on(const Help& help, bool back, Arguments arguments, const Streams& streams) {
  OptionList list;
  Options options;
  declare_output(list, options.drive);
  if (!back)
    declare(list,
            {{"--merged", &options.merged, "",
              "the revert is merged; needed where no clone of the GitOps repository tells"},
             {"--skip", &options.skip, "REASON",
              "pass over the proof that does not come (health, recovery, the last look); recorded"},
             {"--give-up", &options.give_up, "REASON",
              "end the operation as things are, changing nothing; recorded"}});
  declare(list, options.argocd);
  declare(list, options.prometheus, false);
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(list, help, arguments, streams, words, 1))
    return *stopped;
  const Result<int> code = work_on(options, back, words, streams);
  return code ? *code : stop(streams, code.error());
}

// ---- status

std::string describe(const Operation& one) {
  std::string out =
      fmt::format("{}  {}\n  begun {} by {}{}\n", one.id, visible(one.plan.title),
                  to_text(one.started), visible(one.by), one.undoing ? ", being undone" : "");
  for (std::size_t i = 0; i < one.steps.size(); ++i) {
    const drive::StepState& state = one.steps[i];
    const char* const mark = state.undone    ? "undone"
                             : state.done    ? "done"
                             : state.started ? "begun"
                                             : "";
    out += fmt::format("  {}. {:<7} {}\n", i + 1, mark, visible(one.plan.steps[i].title));
  }
  if (!one.stopped.empty())
    out += fmt::format("  {}: {}\n", one.waiting ? "waits" : "stopped", visible(one.stopped));
  for (const std::string& off : drive::what_is_off(one))
    out += fmt::format("  off: {}\n", visible(off));
  if (one.outcome.empty())
    out += fmt::format("  next: backout resume {0}, or backout undo {0}\n", one.id);
  else
    out += fmt::format("  {}\n", one.outcome);
  return out;
}

Result<std::string> status_text(const std::vector<std::string>& words, bool as_json) {
  TRY(const std::string folder, drive::state_folder(git::process_environment()));
  std::vector<Operation> shown;
  std::vector<std::string> broken;
  if (words.empty()) {
    shown = drive::open_operations(folder, &broken);
  } else {
    TRY(Operation one, drive::find_operation(folder, words.front()));
    shown.push_back(std::move(one));
  }
  if (!broken.empty())
    return fail(ErrorKind::undecided,
                fmt::format("`{}` is no journal that can be read: look what it was about, then "
                            "move it away",
                            broken.front()));
  if (as_json) {
    auto all = nlohmann::ordered_json::array();
    for (const Operation& one : shown)
      all.push_back(nlohmann::ordered_json::parse(drive::json(one), nullptr, false));
    return all.dump(2) + "\n";
  }
  std::string out;
  for (const Operation& one : shown) out += describe(one) + "\n";
  return shown.empty() ? "no operation is open\n" : out;
}

}  // namespace

int resume_command(Arguments arguments, const Streams& streams) {
  return run_on(resume_help, false, arguments, streams);
}
int undo_command(Arguments arguments, const Streams& streams) {
  return run_on(undo_help, true, arguments, streams);
}

int status_command(Arguments arguments, const Streams& streams) {
  DriveOptions options;
  OptionList list{format_option(options.format, {"text", "json"})};
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(list, status_help, arguments, streams, words, 1))
    return *stopped;
  if (const auto valid = validate(options); !valid) return stop(streams, valid.error());
  const Result<std::string> text = status_text(words, options.format == "json");
  return text ? finish(streams, *text, 0) : stop(streams, text.error());
}

}  // namespace backout::cli
