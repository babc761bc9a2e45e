// `backout app`: what Argo CD knows of an application; pause and resume are in app_pause.cpp.
#include <fmt/format.h>

#include "argocd/report.h"
#include "cli/app_operation.h"
#include "cli/argocd_options.h"
#include "cli/gate.h"
#include "cli/options.h"
#include "report/terminal.h"

namespace backout::cli {
namespace {

constexpr std::string_view about =
    "Asks Argo CD about an application, and turns its auto-sync off and on.";

// Behind the options of both.
constexpr std::string_view more =
    "The server and the token are found as by `argocd`: options, ARGOCD_OPTS, ARGOCD_SERVER and\n"
    "ARGOCD_AUTH_TOKEN, the current context of its configuration. What a context stores goes to "
    "its\n"
    "own server only. An application outside of Argo CD's own namespace is NAMESPACE/NAME.\n\n"
    "exit codes\n"
    "  0  answered\n"
    "  2  wrong usage, or the server says no: no such application, no right, no valid token\n"
    "  3  no answer, or none that can be read\n\n"
    "examples\n"
    "  backout app history catalog\n"
    "  backout app status shop/catalog --project shop --format json";

constexpr Help history_help{
    "backout app history APP [options]",
    "What Argo CD has deployed of an application, the newest first: the ids and revisions to go "
    "back to.\nFailed and selective syncs leave no entry, and a rollback leaves one with an old "
    "revision.",
    more};
constexpr Help status_help{
    "backout app status APP [options]",
    "What runs of an application, what should run, and what would act on it: auto-sync, an "
    "operation,\nan owner.",
    more};

struct Options {
  ArgocdOptions argocd;
  std::string format = "text", color = "auto";
};

// One question; its server says the version only when `with_version`.
struct Answer {
  argocd::Application app;
  argocd::Server server;
};
Result<Answer> ask(const Options& options, const std::vector<std::string>& words,
                   bool with_version) {
  if (words.empty())
    return fail(ErrorKind::usage, "an application is missing: NAME or NAMESPACE/NAME");
  TRY(const argocd::AppName name,
      argocd::read_app_name(words.front(), options.argocd.name_space, options.argocd.project));
  TRY(argocd::Client client, argocd_client(options.argocd));
  TRY(argocd::Application app, argocd::get_application(client, name));
  Answer out{std::move(app), {client.settings.url, {}}};
  if (with_version) {
    TRY(out.server.version, argocd::get_version(client));
  }
  return out;
}

using Text = std::string(const argocd::Application&, const argocd::Server&,
                         const argocd::TextOptions&);
using Json = std::string(const argocd::Application&, const argocd::Server&);

int run_app(const Help& help, bool with_version, Text* text, Json* json, Arguments arguments,
            const Streams& streams) {
  OptionList list;
  Options options;
  declare(list, options.argocd);
  declare(list, {format_option(options.format, {"text", "json"}), color_option(options.color)});
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(list, help, arguments, streams, words, 1))
    return *stopped;
  const Result<Answer> answer = ask(options, words, with_version);
  if (!answer) return stop(streams, answer.error());
  if (options.format == "json") return finish(streams, json(answer->app, answer->server), 0);
  const report::Screen screen = report::screen_of(streams.out);
  return finish(
      streams,
      text(answer->app, answer->server,
           {report::use_color(report::color_choice(options.color), screen), report::width(screen)}),
      0);
}

int history_subcommand(Arguments arguments, const Streams& streams) {
  return run_app(history_help, false, argocd::history_text, argocd::history_json, arguments,
                 streams);
}
int status_subcommand(Arguments arguments, const Streams& streams) {
  return run_app(status_help, true, argocd::status_text, argocd::status_json, arguments, streams);
}

constexpr Command subcommands[] = {
    {"history", "what was deployed, the newest first", history_subcommand},
    {"status", "what runs, what should run, and what would act on it", status_subcommand},
    {"pause", "turn auto-sync off, and note what it was", pause_app_command},
    {"resume", "turn auto-sync on again, exactly as it was", resume_app_command},
};

}  // namespace

int app_command(Arguments arguments, const Streams& streams) {
  return run_subcommand("app", about, subcommands, arguments, streams);
}

}  // namespace backout::cli
