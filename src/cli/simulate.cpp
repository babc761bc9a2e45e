// `backout simulate`: what a canary's steps and gates amount to in time, traffic and risk.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "argo/duration.h"
#include "argo/served.h"
#include "argo/subject.h"
#include "cli/gate.h"
#include "cli/options.h"
#include "core/config.h"
#include "core/task.h"
#include "input/disk.h"
#include "report/escape.h"
#include "report/terminal.h"
#include "simulate/build.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout simulate [options] FILE…|FOLDER…|-",
    "Draws each canary's timeline from its own numbers: the weights that are really reached, when\n"
    "each gate can stop the rollout for the first time, how much traffic has been exposed by "
    "then,\n"
    "and what an abort finds. Analysis templates are looked up in the files named. With --rps it\n"
    "also says how large a regression the gates can see; without, `services.NAME.rps` of\n"
    "`.backout.yaml` in the working folder does, for the Rollouts of those services.",
    "exit codes\n"
    "  0  drawn\n"
    "  2  wrong usage, or there is no such file or Rollout\n"
    "  3  a file is no valid YAML, or a template that must be rendered first\n\n"
    "examples\n"
    "  backout simulate deploy/checkout/\n"
    "  backout simulate --rps 200 --pod-start 30s rollout.yaml templates.yaml\n"
    "  backout simulate --format html deploy/ > rollouts.html\n"
    "  helm template charts/shop | backout simulate -",
};

struct Options {
  std::string rollout, format = "text", color = "auto", pod_start = "0", human_wait = "0";
  std::string config;  // empty: `.backout.yaml`, if there is one
  std::optional<double> rps;
};

// The configuration of the working folder, or the one that was named.
Result<Config> configuration(const std::string& named) {
  const std::string path = named.empty() ? ".backout.yaml" : named;
  TRY(const std::optional<std::string> bytes, working_file(path));
  if (bytes) return read_config(*bytes, path);
  if (named.empty()) return Config{};
  return fail(ErrorKind::usage,
              fmt::format("the configuration `{}` does not exist", report::visible(path)));
}

// Requests a second of a Rollout, given for all or for its service.
std::optional<double> rate_of(const argo::Object& rollout, const Options& options,
                              const Config& config) {
  if (options.rps) return options.rps;
  const ServiceConfig* const service = argo::service_of(config, rollout);
  return service && service->rps > 0 ? std::optional(service->rps) : std::nullopt;
}

// The objects of the files, and everything they point into.
struct World {
  std::deque<argo::File> files;
  argo::Objects objects;
  std::vector<std::string> skipped;  // named, and not to be read: why
};
std::unique_ptr<World> read_world(const DiskFiles& disk) {
  auto out = std::make_unique<World>();
  std::vector<const argo::File*> kept;
  const sql::Files& files = disk.files;
  for (std::size_t i = 0; i < files.paths.size(); ++i) {
    const std::string& path = files.paths[i];
    if (path != "-" && !argo::is_manifest_name(path)) continue;
    const Source* const source = files.read(i);
    if (!source || argo::interest(source->text) == argo::Interest::none) continue;
    argo::File file = argo::read_file(*source, {}, argo::Interest::argo);
    if (covers(disk.named, path)) {  // the others of its folder are only looked at for templates
      for (const yaml::Document& document : file.documents)
        if (document.defect)
          out->skipped.push_back(
              fmt::format("{}: {}", report::visible(path), document.defect->message));
      if (file.state == argo::File::State::unclear)
        out->skipped.push_back(
            fmt::format("{}: {}", report::visible(path), report::visible(file.advice())));
    }
    kept.push_back(&out->files.emplace_back(std::move(file)));
  }
  out->objects = argo::Objects(kept);
  return out;
}

Result<DiskFiles> inputs(const std::vector<std::string>& names, const Limits& limits,
                         const Streams& streams) {
  if (std::find(names.begin(), names.end(), "-") == names.end())
    return disk_files(names, limits, 0);
  if (names.size() > 1)
    return fail(ErrorKind::usage, "`-` (standard input) is read alone; give nothing beside it");
  TRY(std::string bytes, standard_input(streams, limits.file_bytes));
  return text_file(std::move(bytes), limits);
}

// A length of time that an option gives.
Result<double> duration(std::string_view option, const std::string& text) {
  const auto seconds = argo::parse_duration(text);
  if (!seconds || *seconds < 0)
    return fail(ErrorKind::usage,
                fmt::format("{} wants a duration such as 30s or 5m, not `{}`", option, text));
  return *seconds;
}

Result<std::string> draw(const std::vector<simulate::Simulation>& simulations,
                         const std::string& format, bool color, std::size_t width) {
  if (format == "html") return simulate::html(simulations);
  if (format == "svg") {
    if (simulations.size() > 1)
      return fail(ErrorKind::usage, fmt::format("an SVG holds one picture, and there are {} "
                                                "Rollouts; choose one with --rollout",
                                                simulations.size()));
    return simulate::svg(simulations.front());
  }
  std::string out;
  if (format == "json") {
    out = "[";
    for (const simulate::Simulation& one : simulations) {
      if (out.size() > 1) out += ',';
      out += simulate::json(one);
    }
    return out + "]\n";
  }
  for (const simulate::Simulation& one : simulations) {
    if (!out.empty()) out += '\n';
    out += simulate::text(one, color, width);
  }
  return out;
}

// `skipped`: the files that could not be read, in words.
Result<std::string> run_simulate(const Options& options, const std::vector<std::string>& names,
                                 const Streams& streams, std::vector<std::string>& skipped) {
  argo::TimelineOptions times;
  TRY(times.pod_start, duration("--pod-start", options.pod_start));
  TRY(times.human_wait, duration("--human-wait", options.human_wait));
  if (options.rps && !(*options.rps > 0 && *options.rps < 1e9))
    return fail(ErrorKind::usage, "--rps wants a positive number of requests a second");
  const auto color = report::color_choice(options.color);

  TRY(const Config config, configuration(options.config));
  TRY(const DiskFiles disk, inputs(names, config.limits, streams));
  const std::unique_ptr<World> world = read_world(disk);
  skipped = world->skipped;
  const argo::Subjects subjects(world->objects, config.argo.rollouts, config.argo.empty_as_zero);
  std::vector<simulate::Simulation> simulations;
  for (const argo::RolloutSubject& subject : subjects.rollouts) {
    if (subject.object.kind != argo::ObjectKind::rollout) continue;
    if (!covers(disk.named, subject.object.source->path)) continue;  // a neighbour's
    if (!options.rollout.empty() && subject.object.name != options.rollout) continue;
    simulations.push_back(
        simulate::simulation(subject, subjects, times, rate_of(subject.object, options, config)));
  }
  if (simulations.empty())
    return fail(ErrorKind::usage, options.rollout.empty()
                                      ? std::string("there is no Rollout in what was named")
                                      : fmt::format("there is no Rollout `{}` in what was named",
                                                    report::visible(options.rollout)));
  const report::Screen screen = report::screen_of(streams.out);
  const std::size_t width = report::width(screen);
  return draw(simulations, options.format, report::use_color(color, screen),
              width == 0 ? 100 : width);
}

}  // namespace

int simulate_command(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{
      {"--rollout", &options.rollout, "TEXT", "draw the Rollout of this name alone"},
      format_option(options.format, {"text", "json", "svg", "html"}),
      {"--rps", &options.rps, "FLOAT", "requests a second of the whole service"},
      {"--config", &options.config, "TEXT", "a configuration other than `.backout.yaml`"},
      {"--pod-start", &options.pod_start, "TEXT", "how long a pod takes to be ready (30s)"},
      {"--human-wait", &options.human_wait, "TEXT",
       "how long a pause without a duration is taken to last (10m)"},
      color_option(options.color),
  };
  std::vector<std::string> names;
  if (const auto stopped =
          parse_arguments(list, help, arguments, streams, names, std::string::npos))
    return *stopped;
  if (names.empty())
    return stop(streams, {ErrorKind::usage,
                          "nothing is named; give files, folders or `-` "
                          "(`backout simulate --help`)"});
  std::vector<std::string> skipped;
  const auto out = run_simulate(options, names, streams, skipped);
  for (const std::string& one : skipped) complain(streams, one);
  if (!out && skipped.empty()) return stop(streams, out.error());
  return finish(streams, out.value_or(""), skipped.empty() ? 0 : 3);
}

}  // namespace backout::cli
