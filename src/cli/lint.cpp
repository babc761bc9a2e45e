// `backout lint`: judges files and folders without git, each migration on top of those before it.
#include <fmt/format.h>

#include <algorithm>

#include "cli/gate.h"
#include "input/disk.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout lint [options] FILE…|FOLDER…|-",
    "Judges migrations and manifests without git. Each migration is a change of its own on top of "
    "those that "
    "come before it in its folder, so a whole history is\n"
    "judged release by release in one pass. A file that is named is judged alone; the others of "
    "its folder are what was there before. `-` reads SQL\n"
    "or, when it names the kind of a manifest, YAML from standard input. The configuration is "
    "`.backout.yaml` of the working folder.",
    "examples\n"
    "  backout lint db/migrations                      a whole history\n"
    "  backout lint db/migrations/0042_orders.up.sql   one migration on top of its predecessors\n"
    "  backout lint --together a.sql b.sql             two files as one change\n"
    "  sqlmigrate orders 0042 | backout lint -         what another tool prints\n"
    "  helm template charts/shop | backout lint -      a chart's manifests",
};

Result<DiskFiles> inputs(const std::vector<std::string>& names, const Config& config,
                         const GateOptions& options, const Streams& streams) {
  if (std::find(names.begin(), names.end(), "-") == names.end())
    return disk_files(names, config.limits, options.threads);
  if (names.size() > 1)
    return fail(ErrorKind::usage, "`-` (standard input) is judged alone; give nothing beside it");
  TRY(std::string bytes, standard_input(streams, config.limits.file_bytes));
  return text_file(std::move(bytes), config.limits);
}

}  // namespace

int lint_command(Arguments arguments, const Streams& streams) {
  GateOptions options;
  Task task;
  OptionList list{{"--together", &task.together, "", "all that is judged is one change"}};
  declare(list, options);
  std::vector<std::string> names;
  if (const auto stopped =
          parse_arguments(list, help, arguments, streams, names, std::string::npos))
    return *stopped;
  if (names.empty())
    return stop(streams,
                {ErrorKind::usage,
                 "nothing is named to judge; give files, folders or `-` (`backout lint --help`)"});

  report::RunReport run;
  Config config;
  const std::string path = options.config.empty() ? ".backout.yaml" : options.config;
  const auto bytes = working_file(path);
  if (!bytes) return stop(streams, bytes.error());
  if (!*bytes && !options.config.empty())
    return stop(streams,
                {ErrorKind::usage, fmt::format("the configuration `{}` does not exist", path)});
  if (*bytes) {
    auto parsed = read_config(**bytes, path);
    if (!parsed) return stop(streams, parsed.error());
    config = std::move(*parsed);
    run.config = report::ConfigOrigin{{}, path, {}};
  }
  auto files = inputs(names, config, options, streams);
  if (!files) return stop(streams, files.error());
  task.head = files->files;
  task.named = files->named;
  task.unreadable = files->unreadable;
  task.threads = options.threads;
  run.mode = report::Mode::lint;
  return run_gate(options, streams, task, config, std::move(run));
}

}  // namespace backout::cli
