#include "cli/gate.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/words.h"
#include "core/fingerprint.h"
#include "core/finish.h"
#include "core/own_gate.h"
#include "core/suppress.h"
#include "input/render.h"
#include "report/terminal.h"

namespace backout::cli {

void declare(OptionList& list, GateOptions& options) {
  declare(
      list,
      {format_option(options.format, {"text", "json"}),
       {"-o,--output", &options.output, "FILE",
        "write the report to a file instead of standard output"},
       color_option(options.color),
       {"--config", &options.config, "FILE", "a configuration other than `.backout.yaml`"},
       {"-q,--quiet", &options.quiet, "", "findings only; a pass prints nothing"},
       {"--allow-empty", &options.allow_empty, "", "nothing to judge is a pass, not undecided"},
       {"--render", &options.render, "",
        "let helm and kustomize make manifests of charts and patches, where they are installed"},
       {"--threads", &options.threads, "N", "at most so many threads (0: one a processor)"}});
}

Result<Config> read_config(std::string_view bytes, std::string_view path) {
  return parse_config(bytes, path, rule_ids());
}

Result<std::optional<std::string>> working_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return fail(ErrorKind::input, fmt::format("cannot read `{}`", path));
  return std::move(text).str();
}

Result<WorktreeConfig> worktree_config(const Worktree& worktree, const std::string& file) {
  WorktreeConfig out;
  const std::string path = file.empty() ? worktree.top + ".backout.yaml" : file;
  const std::string shown = file.empty() ? ".backout.yaml" : file;
  TRY(const std::optional<std::string> bytes, working_file(path));
  if (!bytes && !file.empty())
    return fail(ErrorKind::usage, fmt::format("the configuration `{}` does not exist", file));
  if (!bytes) return out;
  TRY(out.config, read_config(*bytes, shown));
  out.origin = report::ConfigOrigin{{}, shown, {}};
  return out;
}

int run_gate(const GateOptions& options, const Streams& streams, Task& task, const Config& config,
             report::RunReport run, const std::function<std::optional<Error>()>& late_error,
             const ExceptionTask* exceptions) {
  const RuleSet rules = active_rules(config);
  if (options.render)
    task.render = [&](argo::Renderer renderer, std::string_view folder, const sql::Files& files) {
      return render(renderer, folder, files, config.limits);
    };
  std::optional<report::Progress> progress;
  task.progress = [&](std::size_t total) -> std::function<void()> {
    progress.emplace(streams.err, "migrations", total);
    return [&] { progress->done_one(); };
  };
  Judgement judgement = judge(task, config, rules);
  progress.reset();  // takes its line away
  std::move(judgement.limits.begin(), judgement.limits.end(), std::back_inserter(run.limits));

  run.findings = std::move(judgement.findings);
  sort_findings(run.findings);
  run.errors_need_approval = exceptions && !config.approvals.approvers.empty();
  run.ignores = apply_ignores(run.findings, judgement.judged, rules, judgement.manifests.memory,
                              run.errors_need_approval);
  std::vector<Finding> own =
      judge_own_gate(task, config, rules, run.ignores, judgement.manifests.memory);
  std::move(own.begin(), own.end(), std::back_inserter(run.findings));
  sort_findings(run.findings);
  if (exceptions) {
    Exceptions made = apply_exceptions(run.findings, judgement.judged, config, rules, *exceptions);
    run.overrides = std::move(made.overrides);
    run.exception_possible = made.possible && !made.attempted;
    std::move(made.errors.begin(), made.errors.end(), std::back_inserter(run.errors));
    sort_findings(run.findings);
  }
  run.counts = count(run.findings);
  if (run.findings.size() > config.limits.findings) {
    run.omitted = run.findings.size() - config.limits.findings;
    run.findings.resize(config.limits.findings);
    run.limits.push_back(fmt::format("`limits.findings` ({}): {} findings are left out",
                                     config.limits.findings, run.omitted));
  }
  set_fingerprints(run.findings);
  run.histories = std::move(judgement.histories);
  run.inputs = std::move(judgement.files);
  const auto judged = std::count_if(run.inputs.begin(), run.inputs.end(),
                                    [](const FileUse& file) { return file.judged; });
  if (late_error)
    if (const auto error = late_error()) run.errors.push_back(*error);
  // Against a base, finding that none of the migrations or manifests changed is a judgement as
  // well.
  const std::size_t looked_at = static_cast<std::size_t>(judged) +
                                (task.base ? run.histories.size() + judgement.manifests.any : 0);
  for (std::string& what : judgement.manifests.unrendered)
    run.errors.push_back({ErrorKind::undecided, std::move(what)});
  run.objects = judgement.manifests.objects;
  run.verdict = decide({run.counts, run.limits, run.errors, looked_at, options.allow_empty});

  std::string text;
  if (options.format == "json") {
    text = report::json(run);
  } else {
    const bool to_screen = options.output == "-";
    const report::Screen screen = to_screen ? report::screen_of(streams.out) : report::Screen{};
    text = report::text(run, {report::use_color(report::color_choice(options.color), screen),
                              report::width(screen), options.quiet});
  }
  return finish_file(streams, options.output, text, run.verdict.exit_code);
}

int stop(const Streams& streams, const Error& error) {
  complain(streams, error.message);
  return error.kind == ErrorKind::usage || error.kind == ErrorKind::input ? 2 : 3;
}

}  // namespace backout::cli
