// `backout drill`: practises the runbook that is due, times it, writes the record and the runbook's
// row. Everything is asked and measured first; then the files are written in one go.
#include "runbook/drill.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "cli/drill_input.h"
#include "cli/gate.h"
#include "cli/options.h"
#include "core/clock.h"
#include "input/worktree.h"
#include "input/write_file.h"
#include "report/escape.h"
#include "runbook/load.h"
#include "sql/framework/parts.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout drill [options]",
    "Practises a runbook: picks the one of the rotation that was drilled longest ago, runs a "
    "stop-watch through\n"
    "detect, decide and mitigate, writes `dr-drill-YYYY-MM.md` with recovery time, recovery point, "
    "human action time\n"
    "and the verdict, and adds the row to the runbook's table. On a terminal it asks; without one "
    "the times come from\n"
    "options. Nothing is written before the end.",
    "times (--started, --detected, --decided, --mitigated)\n"
    "  2026-03-01T10:15:00Z  RFC 3339 with its offset, or `2026-03-01 10:15:00 UTC`\n"
    "  4m30s                 since the start; without --started the drill has ended just now\n\n"
    "The rotation is `runbooks.rotation` in `.backout.yaml`, else code-argocd, code-rollouts, "
    "data-pitr, data-velero;\n"
    "their files are `runbooks.tasks`, else the usual names (code-rollback-argocd.md …).\n\n"
    "exit codes\n"
    "  0  recorded, whatever the verdict\n"
    "  2  wrong usage, or a file cannot be written\n"
    "  3  given up before its end: nothing was written\n\n"
    "environment\n"
    "  BACKOUT_NOW  the time to take for now\n\n"
    "examples\n"
    "  backout drill\n"
    "  backout drill --list\n"
    "  backout drill --task data-pitr --scenario 'orders deleted' --detected 3m --decided 8m "
    "--mitigated 41m \\\n"
    "    --data-loss 90s --worked yes --resolved-by ana --region eu-west-1",
};

tl::unexpected<Error> usage(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

// ---- which one

std::string list_text(const std::vector<runbook::Task>& tasks) {
  const runbook::Task* const next = runbook::due(tasks);
  std::string out;
  for (const runbook::Task& task : tasks)
    out += fmt::format("{} {:<14} {:<12} {}\n", &task == next ? "due" : "   ", task.name,
                       task.last_drill ? to_text(*task.last_drill) : "never",
                       task.path.empty() ? "(no runbook)" : report::visible(task.path));
  return out;
}

Result<runbook::Task> choose(const DrillOptions& options, const std::vector<runbook::Task>& tasks) {
  const runbook::Task* const task = runbook::due(tasks);
  if (task) return *task;
  return usage(options.task.empty()
                   ? std::string("none of the rotation's runbooks exists; name their files below "
                                 "`runbooks.tasks` in `.backout.yaml`")
                   : fmt::format("there is no runbook for `{}`; name its file below "
                                 "`runbooks.tasks` in `.backout.yaml`",
                                 options.task));
}

std::vector<runbook::Record> records_of(const Worktree& worktree) {
  std::vector<runbook::Record> out;
  for (const std::string& path : worktree.paths) {
    if (!runbook::is_record_name(path)) continue;
    const sql::Peeked file = read(worktree, path, 1U << 20);
    if (file.bytes) out.push_back(runbook::read_record(*file.bytes));
  }
  return out;
}

// ---- writing

std::string changes_text(std::string_view path, std::string_view text,
                         const std::vector<runbook::Edit>& edits) {
  std::string out = fmt::format("{}\n", report::visible(path));
  const auto lines = [&](std::string_view part, char mark) {
    while (!part.empty()) {
      const std::size_t end = std::min(part.find('\n'), part.size());
      std::string_view line = part.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      out += fmt::format("  {} {}\n", mark, report::visible(line));
      part.remove_prefix(std::min(end + 1, part.size()));
    }
  };
  for (const runbook::Edit& edit : edits) {
    lines(text.substr(edit.begin, edit.end - edit.begin), '-');
    lines(edit.text, '+');
  }
  return out;
}

// "dr-drill-2026-03.md", and with a number when that month had one before.
std::string record_name(const std::string& folder, const runbook::Drill& drill, int number) {
  const std::string month = to_text(day_of(drill.started)).substr(0, 7);
  return sql::framework::join(folder, number < 2 ? fmt::format("dr-drill-{}.md", month)
                                                 : fmt::format("dr-drill-{}-{}.md", month, number));
}

bool is_taken(const Worktree& worktree, const std::string& path) {
  struct stat status {};
  return ::lstat((worktree.top + path).c_str(), &status) == 0;
}

// Returns the path of the record.
Result<std::string> write_both(const Worktree& worktree, const std::string& folder,
                               const runbook::Drill& drill, const Source& source,
                               const std::vector<runbook::Edit>& edits) {
  const std::string bom = source.bom_bytes > 0 ? "\xEF\xBB\xBF" : "";
  TRY(PendingFile page,
      PendingFile::write(worktree.top + source.path, bom + runbook::apply(source.text, edits)));
  TRY(PendingFile record, PendingFile::write(worktree.top + record_name(folder, drill, 1),
                                             runbook::record_text(drill)));
  const HoldSignals hold;
  for (int number = 1; number < 1000; ++number) {
    const std::string path = record_name(folder, drill, number);
    TRY(const bool done, record.put_new(worktree.top + path));
    if (!done) continue;
    const auto replaced = page.replace();
    if (replaced) return path;
    ::unlink((worktree.top + path).c_str());  // both or none
    return tl::unexpected(replaced.error());
  }
  return fail(ErrorKind::input, fmt::format("`{}` has a thousand records of this month", folder));
}

std::string summary(const runbook::Drill& drill) {
  return fmt::format(
      "recovery time (RTO)   {}\nrecovery point (RPO)  {}\nhuman action time     "
      "{}\nverdict               {}\n",
      runbook::show(drill.recovery_time()),
      drill.data_loss ? runbook::show(*drill.data_loss) : "no data layer involved",
      runbook::show(drill.human_time()),
      drill.worked ? "the runbook worked" : "the runbook did not work");
}

Result<int> run_drill(const DrillOptions& options, const Streams& streams) {
  TRY(const Instant present, now());
  TRY(const Worktree worktree, open_worktree());
  TRY(const WorktreeConfig loaded, worktree_config(worktree, options.config));
  const Config& config = loaded.config;
  std::vector<std::string> paths = runbook::runbook_paths(worktree, {}, config);
  for (const auto& [name, path] : config.runbooks.tasks)
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  const runbook::Loaded runbooks = runbook::load(worktree, paths, config, day_of(present), false);
  std::vector<std::string_view> names = runbook::rotation(config);
  if (!options.task.empty()) {
    if (std::find(runbook_tasks.begin(), runbook_tasks.end(), options.task) == runbook_tasks.end())
      return usage(fmt::format("`--task` cannot be `{}`; known are {}", options.task,
                               fmt::join(runbook_tasks, ", ")));
    names = {options.task};
  }
  const auto tasks = runbook::tasks(names, config, runbooks.runbooks, records_of(worktree));
  if (options.list) return finish(streams, list_text(tasks), 0);
  TRY(const runbook::Task task, choose(options, tasks));
  const auto found =
      std::find_if(runbooks.runbooks.begin(), runbooks.runbooks.end(),
                   [&](const runbook::Runbook& one) { return one.source->path == task.path; });

  runbook::Drill drill;
  drill.task = task.name;
  drill.runbook = task.path;
  drill.scenario = options.scenario;
  drill.region = options.region;
  drill.resolved_by = options.resolved_by;
  TRY_VOID(measure(options, streams,
                   fmt::format("{}: {}, last drilled {}\n", task.name, report::visible(task.path),
                               task.last_drill ? to_text(*task.last_drill) : "never"),
                   drill));

  TRY(const std::vector<runbook::Edit> edits, runbook::edits_for(*found, drill));
  const std::string folder = config.runbooks.drills.empty()
                                 ? std::string(sql::framework::folder_of(task.path))
                                 : config.runbooks.drills;
  if (options.dry_run) {
    int number = 1;
    while (number < 1000 && is_taken(worktree, record_name(folder, drill, number))) ++number;
    return finish(streams,
                  fmt::format("{}\n{}\n{}",
                              changes_text(record_name(folder, drill, number), {},
                                           {{0, 0, runbook::record_text(drill)}}),
                              changes_text(task.path, found->source->text, edits), summary(drill)),
                  0);
  }
  TRY(const std::string record, write_both(worktree, folder, drill, *found->source, edits));
  return finish(streams,
                fmt::format("{}wrote {} and the row in {}\n", summary(drill),
                            report::visible(record), report::visible(task.path)),
                0);
}

}  // namespace

int drill_command(Arguments arguments, const Streams& streams) {
  DrillOptions options;
  OptionList list{
      {"--task", &options.task, "NAME", "a task other than the one that is due (data-pitr)"},
      {"--list", &options.list, "", "the rotation and which one is due; nothing else"},
      {"--scenario", &options.scenario, "TEXT", "what was made to fail"},
      {"--started", &options.started, "TIME", "when it began to fail"},
      {"--detected", &options.detected, "TIME", "when an alert or a person noticed"},
      {"--decided", &options.decided, "TIME", "when the way back was chosen"},
      {"--mitigated", &options.mitigated, "TIME", "when users were served again"},
      {"--data-loss", &options.data_loss, "DURATION",
       "how long a stretch of writes was lost, or none"},
      {"--worked", &options.worked, "VERDICT", "yes or no: the runbook worked as it is written"},
      {"--notes", &options.notes, "TEXT", "what to change"},
      {"--resolved-by", &options.resolved_by, "NAME", "who worked the runbook"},
      {"--region", &options.region, "NAME", "where"},
      {"--dry-run", &options.dry_run, "", "print what would be written, write nothing"},
      {"--config", &options.config, "FILE", "a configuration other than `.backout.yaml`"},
  };
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(list, help, arguments, streams, words, 0))
    return *stopped;
  const auto code = run_drill(options, streams);
  return code ? *code : stop(streams, code.error());
}

}  // namespace backout::cli
