#include "cli/drive.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "argo/duration.h"
#include "cli/gate.h"
#include "core/interrupt.h"
#include "git/repository.h"
#include "report/escape.h"
#include "report/layout.h"
#include "report/terminal.h"

namespace backout::cli {
namespace {

using report::visible;

struct Time {
  const char* option;
  std::string DriveOptions::*text;
  std::chrono::milliseconds drive::Pace::*field;
  const char* help;
};
constexpr Time times[] = {
    {"--timeout", &DriveOptions::timeout, &drive::Pace::operation,
     "until an operation must have ended (10m)"},
    {"--health-timeout", &DriveOptions::health_timeout, &drive::Pace::health,
     "until the application must be healthy (15m)"},
    {"--healthy-for", &DriveOptions::healthy_for, &drive::Pace::healthy_for,
     "how long without a break (30s)"},
    {"--watch", &DriveOptions::watch, &drive::Pace::watch,
     "how long to watch whether somebody undoes a change (15s)"},
    {"--poll", &DriveOptions::poll, &drive::Pace::poll, "how often to look (2s)"},
    {"--merge-wait", &DriveOptions::merge_wait, &drive::Pace::merge,
     "how long to wait for a revert to be merged (0s: look once; `backout resume` goes on)"},
};

void say(const Streams& streams, std::string_view text) {
  (void)finish({streams.in, streams.err, streams.err, nullptr}, text, 0);
}

drive::TextOptions text_options(const DriveOptions& options, int fd) {
  const report::Screen screen = report::screen_of(fd);
  const auto color = report::color_choice(options.color);
  return {report::use_color(color, screen), report::width(screen)};
}

// How an operation stands after we have worked on it.
std::string ending(const drive::Operation& operation, const drive::Finish& end) {
  const std::string id = operation.id;
  std::string out;
  if (end.ended) {
    out = fmt::format("{}: {}\n", operation.outcome, visible(operation.plan.title));
    if (operation.outcome == "completed")
      for (const std::string& one : operation.plan.debt)
        out += fmt::format("  still to do: {}\n", visible(one));
    if (!end.record.empty())
      out += fmt::format("  record for the ticket: {}\n", visible(end.record));
    return out;
  }
  out = fmt::format("{}: {}\n", end.waiting ? "open" : "stopped", visible(end.message));
  for (const std::string& one : drive::what_is_off(operation))
    out += fmt::format("  off meanwhile: {}\n", visible(one));
  out += fmt::format("  goes on with    backout resume {}\n  goes back with  backout undo {}\n", id,
                     id);
  return out;
}

}  // namespace

void declare_output(OptionList& list, DriveOptions& options) {
  declare(list, {{"--yes", &options.yes, "", "do not ask; needed where there is no terminal"},
                 {"--record", &options.record, "FILE",
                  "write the Markdown record for the ticket here, too"},
                 format_option(options.format, {"text", "json"}),
                 color_option(options.color)});
}

void declare(OptionList& list, DriveOptions& options) {
  list.push_back({"--dry-run", &options.dry_run, "", "print the plan and change nothing"});
  declare_output(list, options);
  for (const Time& one : times)
    list.push_back({one.option, &(options.*one.text), "TIME", one.help});
}

Result<drive::Pace> validate(const DriveOptions& options) {
  drive::Pace out;
  for (const Time& one : times) {
    const auto seconds = argo::parse_duration(options.*one.text);
    if (!seconds || *seconds < 0 || *seconds > 30.0 * 86400)
      return fail(ErrorKind::usage,
                  fmt::format("`{}` cannot be `{}`; write a time such as 90s or 10m", one.option,
                              options.*one.text));
    out.*one.field = std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
  }
  if (out.poll.count() == 0)
    return fail(ErrorKind::usage, "`--poll` cannot be 0: the server has other clients, too");
  out.slowest_poll = std::min(out.poll * 5, std::max(out.poll, out.slowest_poll));
  return out;
}

drive::Facts connection_of(const ArgocdOptions& options, const argocd::Settings& settings,
                           const argocd::AppName& app) {
  drive::Facts out{{"url", settings.url},
                   {"app", app.name},
                   {"app_namespace", app.name_space},
                   {"project", app.project}};
  const argocd::Flags& flags = options.flags;
  const std::pair<const char*, const std::string&> words[] = {
      {"server", flags.server},
      {"argocd_config", flags.config},
      {"argocd_context", flags.context.empty() ? settings.context : flags.context},
      {"server_crt", flags.authorities_file},
      {"client_crt", flags.certificate_file},
      {"client_crt_key", flags.key_file},
      {"root_path", flags.root_path}};
  for (const auto& [name, value] : words)
    if (!value.empty()) out[name] = value;
  if (flags.insecure) out["insecure"] = "yes";
  if (flags.plain_text) out["plaintext"] = "yes";
  return out;
}

Result<argocd::Client> reconnect(const drive::Facts& connection, ArgocdOptions given) {
  argocd::Flags& flags = given.flags;
  const std::pair<const char*, std::string&> words[] = {{"server", flags.server},
                                                        {"argocd_config", flags.config},
                                                        {"argocd_context", flags.context},
                                                        {"server_crt", flags.authorities_file},
                                                        {"client_crt", flags.certificate_file},
                                                        {"client_crt_key", flags.key_file},
                                                        {"root_path", flags.root_path}};
  for (const auto& [name, value] : words)
    if (value.empty()) value = drive::fact(connection, name);
  flags.insecure |= drive::fact(connection, "insecure") == "yes";
  flags.plain_text |= drive::fact(connection, "plaintext") == "yes";
  TRY(argocd::Client client, argocd_client(given));
  const std::string_view url = drive::fact(connection, "url");
  if (client.settings.url != url)
    return fail(ErrorKind::usage,
                fmt::format("the operation was begun at {}, and options and environment lead to "
                            "{} now; give `--server`",
                            http::origin(url), http::origin(client.settings.url)));
  return client;
}

Result<bool> is_confirmed(const DriveOptions& options, std::string_view question,
                          const Streams& streams) {
  if (options.yes) return true;
  if (::isatty(streams.in) != 1 || ::isatty(streams.err) != 1)
    return fail(ErrorKind::usage,
                "there is no terminal to ask at: `--dry-run` prints the plan, `--yes` carries it "
                "out");
  say(streams, fmt::format("\n{} [y/N] ", question));
  std::string line;
  for (char c = 0;;) {
    const ssize_t got = ::read(streams.in, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || c == '\n') break;
    if (line.size() < 10) line += c;
  }
  return line == "y" || line == "Y" || line == "yes";
}

drive::World world_for(const Streams& streams) {
  drive::World out;
  out.say = [streams](std::string_view line) {
    std::string text;
    report::append_visible(text, line);
    say(streams, text + "\n");
  };
  out.sleep = sleep_for;
  return out;
}

int go_on(drive::Journal& journal, drive::World& world, const DriveOptions& options,
          const Streams& streams) {
  drive::Finish end;
  {
    const Interrupts interrupts;
    end = drive::run(journal, world);
  }
  const drive::Operation& operation = journal.operation();
  int code = end.code;
  if (!options.record.empty())
    code = std::max(code, finish_file(streams, options.record, drive::record(operation), code));
  if (options.format == "json") return finish(streams, drive::json(operation) + "\n", code);
  return finish(streams, ending(operation, end), code);
}

int carry_out(const drive::Plan& plan, drive::World world, const DriveOptions& options,
              const Streams& streams) {
  const bool refused = !plan.refusals.empty();
  const bool as_json = options.format == "json";
  if (options.dry_run || refused) {
    const std::string text = as_json ? drive::json(plan, 2) + "\n"
                                     : drive::text(plan, text_options(options, streams.out));
    return finish(streams, text, refused ? 1 : 0);
  }
  if (!as_json) say(streams, drive::text(plan, text_options(options, streams.err)));
  const Result<bool> confirmed = is_confirmed(options, "Carry this out?", streams);
  if (!confirmed) return stop(streams, confirmed.error());
  if (!*confirmed) {
    say(streams, "nothing was changed\n");
    return 1;
  }
  auto folder = drive::state_folder(git::process_environment());
  if (!folder) return stop(streams, folder.error());
  auto journal = drive::Journal::create(*folder, plan);
  if (!journal) return stop(streams, journal.error());
  say(streams, fmt::format("\noperation {}\n", journal->operation().id));
  return go_on(*journal, world, options, streams);
}

void remind(const Streams& streams) {
  const auto folder = drive::state_folder(git::process_environment());
  if (!folder) return;
  for (const drive::Operation& one : drive::open_operations(*folder)) {
    const std::vector<std::string> off = drive::what_is_off(one);
    say(streams, fmt::format("backout: reminder: `{}` is open{}; see `backout status`\n",
                             visible(one.id), off.empty() ? "" : ": " + visible(off.front())));
  }
}

}  // namespace backout::cli
