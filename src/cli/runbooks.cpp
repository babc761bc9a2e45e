// `backout runbooks check`: whether runbooks still tell the truth.
#include <fmt/format.h>

#include <algorithm>

#include "cli/gate.h"
#include "cli/options.h"
#include "core/clock.h"
#include "core/fingerprint.h"
#include "core/finish.h"
#include "input/worktree.h"
#include "report/report.h"
#include "report/terminal.h"
#include "runbook/check.h"
#include "runbook/load.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout runbooks check [options] [PATH…]",
    "Reads the Markdown runbooks of the worktree and says which of them nobody has worked for too "
    "long, and what they\n"
    "name that is no longer there: applications, Rollouts, namespaces and files in their commands, "
    "commands and options\n"
    "of backout itself, links. Runbooks lie where `runbooks.paths` in `.backout.yaml` says, else "
    "in `runbooks`.\n\n"
    "When a runbook last worked is read from its table below the heading `When this runbook last "
    "worked` (columns\n"
    "date, what, region, resolved by, notes; `backout drill` adds rows), or from `last_worked:` in "
    "its front matter.",
    "exit codes\n"
    "  0  every runbook holds\n"
    "  1  a finding blocks\n"
    "  2  wrong usage or configuration\n"
    "  3  no runbook was found, or one could not be read\n\n"
    "environment\n"
    "  BACKOUT_NOW  the time to take for now: a date, or a time with its offset\n\n"
    "examples\n"
    "  backout runbooks check\n"
    "  backout runbooks check runbooks/data-rollback-postgres-pitr.md\n"
    "  backout runbooks check --format json | jq '.findings[] | select(.rule == "
    "\"runbook/stale\")'",
};

struct Options {
  std::string format = "text", output = "-", color = "auto", config;
  bool quiet = false, allow_empty = false;
};

runbook::OwnCommands own_commands() {
  return [](std::span<const std::string_view> words) { return accepted_by(words); };
}

Result<int> check_runbooks(const Options& options, const std::vector<std::string>& words,
                           const Streams& streams) {
  TRY(const Instant instant, now());
  TRY(const Worktree worktree, open_worktree());
  TRY(const WorktreeConfig config, worktree_config(worktree, options.config));
  std::vector<std::string> named;
  for (const std::string& word : words) {
    const auto path = from_top(worktree, word);
    if (!path) return fail(ErrorKind::usage, fmt::format("`{}` lies outside the worktree", word));
    const bool there =
        path->empty() ||
        std::any_of(worktree.paths.begin(), worktree.paths.end(), [&](const std::string& one) {
          return one == *path || one.starts_with(*path + '/');
        });
    if (!there) return fail(ErrorKind::input, fmt::format("`{}` does not exist", word));
    named.push_back(*path);
  }

  runbook::Loaded loaded =
      runbook::load(worktree, runbook::runbook_paths(worktree, named, config.config), config.config,
                    day_of(instant), true);
  report::RunReport run;
  run.mode = report::Mode::runbooks;
  run.config = config.origin;
  run.findings = runbook::check(loaded.runbooks, loaded.repository, config.config, day_of(instant),
                                own_commands(), active_rules(config.config));
  sort_findings(run.findings);
  run.counts = count(run.findings);
  run.limits = std::move(loaded.limits);
  if (run.findings.size() > config.config.limits.findings) {
    run.omitted = run.findings.size() - config.config.limits.findings;
    run.findings.resize(config.config.limits.findings);
    run.limits.push_back(fmt::format("`limits.findings` ({}): {} findings are left out",
                                     config.config.limits.findings, run.omitted));
  }
  set_fingerprints(run.findings);
  run.inputs = std::move(loaded.files);
  run.verdict =
      decide({run.counts, run.limits, run.errors, loaded.runbooks.size(), options.allow_empty});

  if (options.format == "json")
    return finish_file(streams, options.output, report::json(run), run.verdict.exit_code);
  const report::Screen screen =
      options.output == "-" ? report::screen_of(streams.out) : report::Screen{};
  return finish_file(
      streams, options.output,
      report::text(run, {report::use_color(report::color_choice(options.color), screen),
                         report::width(screen), options.quiet}),
      run.verdict.exit_code);
}

int check_subcommand(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{
      format_option(options.format, {"text", "json"}),
      {"-o,--output", &options.output, "FILE",
       "write the report to a file instead of standard output"},
      color_option(options.color),
      {"--config", &options.config, "FILE", "a configuration other than `.backout.yaml`"},
      {"-q,--quiet", &options.quiet, "", "findings only; a pass prints nothing"},
      {"--allow-empty", &options.allow_empty, "", "no runbook is a pass, not undecided"},
  };
  std::vector<std::string> words;
  if (const auto stopped =
          parse_arguments(list, help, arguments, streams, words, std::string::npos))
    return *stopped;
  GateOptions gate;
  gate.format = options.format;
  gate.color = options.color;
  const auto code = check_runbooks(options, words, streams);
  return code ? *code : stop(streams, code.error());
}

constexpr Command subcommands[] = {
    {"check", "whether runbooks worked lately and what they name is there", check_subcommand},
};

}  // namespace

int runbooks_command(Arguments arguments, const Streams& streams) {
  return run_subcommand("runbooks",
                        "Runbooks that do not rot. `backout drill` practises the one that is due.",
                        subcommands, arguments, streams);
}

}  // namespace backout::cli
