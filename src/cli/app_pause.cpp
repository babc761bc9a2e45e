// `backout app pause` and `backout app resume`: auto-sync off, and on again exactly as it was.
#include <fmt/format.h>

#include <algorithm>

#include "argocd/raw_json.h"
#include "argocd/words.h"
#include "cli/app_operation.h"
#include "cli/gate.h"
#include "drive/live.h"
#include "git/repository.h"

namespace backout::cli {
namespace {

struct Options {
  ArgocdOptions argocd;
  DriveOptions drive;
};

Result<int> pause(const Options& options, const std::vector<std::string>& words,
                  const Streams& streams) {
  TRY(const drive::Pace pace, validate(options.drive));
  TRY(Operand operand, operand_of(options.argocd, words));
  look_around(operand, {argocd::Purpose::pause});
  drive::Plan plan = drive::pause_plan(operand.found);
  return carry_out_on(std::move(operand), std::move(plan), pace, options.argocd, nullptr,
                      options.drive, streams);
}

// What auto-sync was, and where that is noted.
struct Noted {
  std::string saved, where;
};
Result<Noted> noted_policy(const argocd::Application& app) {
  const std::string now = drive::automated(app);
  if (const auto note = drive::noted_in_annotation(app))
    return Noted{*note, fmt::format("the annotation `{}`", drive::annotation)};
  if (!now.empty())
    return Noted{
        argocd::without(now, {"enabled"}),
        "nobody noted it; `enabled: false` is taken out, and its other fields are there still"};
  return fail(
      ErrorKind::usage,
      fmt::format("auto-sync of `{}` is off, and nobody noted what it was: neither a journal "
                  "here nor the annotation `{}`; `argocd app set {} --sync-policy "
                  "automated` turns on what you choose",
                  full_name(app), drive::annotation, app.name));
}

Result<int> resume_from_note(Operand operand, const drive::Pace& pace, const Options& options,
                             const Streams& streams) {
  const argocd::Application& app = operand.found.app;
  TRY(const Noted noted, noted_policy(app));
  look_around(operand, {argocd::Purpose::resume});
  drive::Plan plan = drive::resume_plan(operand.found, noted.saved, noted.where);
  return carry_out_on(std::move(operand), std::move(plan), pace, options.argocd, nullptr,
                      options.drive, streams);
}

Result<int> resume(const Options& options, const std::vector<std::string>& words,
                   const Streams& streams) {
  TRY(const drive::Pace pace, validate(options.drive));
  TRY(Operand operand, operand_of(options.argocd, words));
  const argocd::Application& app = operand.found.app;
  if (operand.open.empty()) {
    if (app.auto_sync.on)
      return fail(
          ErrorKind::usage,
          fmt::format("auto-sync of `{}` is on: there is nothing to resume", full_name(app)));
    return resume_from_note(std::move(operand), pace, options, streams);
  }
  const drive::Operation& open = operand.open.front();
  if (!waits_for_app_resume(open))
    return fail(ErrorKind::usage,
                fmt::format("operation `{0}` is at work on `{1}` and restores auto-sync itself: "
                            "`backout resume {0}` or `backout undo {0}`",
                            open.id, full_name(app)));
  if (options.drive.dry_run)
    return finish(streams,
                  fmt::format("would restore auto-sync of `{}`, as `{}` has noted it\n",
                              full_name(app), open.id),
                  0);
  TRY(const std::string folder, drive::state_folder(git::process_environment()));
  TRY(drive::Journal journal, drive::Journal::open(folder, open.id));
  drive::World world = world_for(streams);
  world.end_pause = true;
  world.argocd = std::move(operand.client);
  return go_on(journal, world, options.drive, streams);
}

int run(const Help& help,
        Result<int> (*function)(const Options&, const std::vector<std::string>&, const Streams&),
        Arguments arguments, const Streams& streams) {
  OptionList list;
  Options options;
  declare(list, options.drive);
  declare(list, options.argocd);
  const std::string more = std::string(help.more) + std::string(drive_exit_codes);
  std::vector<std::string> words;
  if (const auto stopped =
          parse_arguments(list, {help.usage, help.about, more}, arguments, streams, words, 1))
    return *stopped;
  const Result<int> code = function(options, words, streams);
  return code ? *code : stop(streams, code.error());
}

}  // namespace

int pause_app_command(Arguments arguments, const Streams& streams) {
  return run({"backout app pause APP [options]",
              "Turns auto-sync off and notes what it was, here and in an annotation of the "
              "application. It stays "
              "off\nuntil `backout app resume`, and every later command reminds you.",
              "Servers from 3.1 keep the other fields (`enabled: false`); on older ones "
              "`automated` is taken out.\n"
              "When the server cannot render the target, the spec is put without validation.\n\n"},
             pause, arguments, streams);
}

int resume_app_command(Arguments arguments, const Streams& streams) {
  return run({"backout app resume APP [options]",
              "Turns auto-sync on again, byte for byte as it was before `backout app pause`, also "
              "from another\n"
              "machine (by the annotation).",
              "While git says something else than what runs, auto-sync deploys what git says, at "
              "once.\n\n"},
             resume, arguments, streams);
}

}  // namespace backout::cli
