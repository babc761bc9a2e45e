// `backout verify`: has a service recovered? Asked of Prometheus.
#include "verify/verify.h"

#include <fmt/format.h>

#include "argo/duration.h"
#include "cli/gate.h"
#include "cli/options.h"
#include "cli/prometheus_options.h"
#include "cli/revision_config.h"
#include "cli/verify_progress.h"
#include "core/interrupt.h"
#include "git/repository.h"
#include "report/terminal.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout verify [--service NAME] | --query QUERY --expect EXPECTATION [options]",
    "Watches Prometheus until a service has recovered, or cannot within its time. The queries are "
    "`services.NAME.recovery`\n"
    "of `.backout.yaml`, all of them side by side, or one given by options. Each must hold its "
    "expectation without a\n"
    "break for `for`, and complete that before `within` is over; at the end all of them hold at "
    "the "
    "same time.",
    "An expectation is `< 0.01`, `<=`, `>`, `>=`, `==`, `!=` or a range `0.9..1.1`. Each series of "
    "the answer must satisfy\n"
    "it; NaN and infinite values never do. An answer without series is no data and begins the time "
    "anew; so do\n"
    "answers that fail to come, but for a single one. One that is only a part (`isPartial`, a "
    "warning of the server that\n"
    "is none about PromQL) has not come.\n\n"
    "A query that would recover although nothing was measured is refused before anything is asked: "
    "`… or vector(0)`,\n"
    "`absent(…)`, `max(x < 0.01)` and `x unless x > 0.01`, where what breaks drops out, and one "
    "that asks about the past\n"
    "alone, by `offset` or `@`. And before it counts as recovered, the server must have a sample "
    "that is younger than\n"
    "the time that held (or 90s); as long as it does not say so, the query is asked on.\n\n"
    "The server is `--prometheus` or PROMETHEUS_URL, never from the repository: credentials go "
    "there. They are from\n"
    "PROMETHEUS_TOKEN, from the file that PROMETHEUS_TOKEN_FILE names (read again each time), or "
    "from\n"
    "PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD. Thanos, Mimir and VictoriaMetrics are reached by "
    "the URL's path.\n\n"
    "exit codes\n"
    "  0  recovered\n"
    "  1  not recovered: values break an expectation, or hold it too late\n"
    "  2  wrong usage: a query that proves nothing or that the server refuses, no valid "
    "credentials\n"
    "  3  no data, or none any more; no answer; interrupted by Ctrl-C\n"
    "It ends as soon as the answer cannot change: at the first query that cannot recover in "
    "time.\n\n"
    "examples\n"
    "  backout verify --service catalog --prometheus http://localhost:9090\n"
    "  backout verify --query '(sum(rate(e_total{code=~\"5..\"}[1m])) or vector(0)) / "
    "(sum(rate(e_total[1m])) > 0)' \\\n"
    "    --expect '< 0.01' --for 2m --within 10m\n"
    "  backout verify --service catalog --format markdown -o record.md    for the incident's "
    "ticket",
};

struct Options {
  std::string service, query, expect, name, hold, within, interval, timeout, config;
  std::string format = "text", output = "-", color = "auto";
  bool allow_empty_pass = false, ascii = false, quiet = false;
  PrometheusOptions prometheus;
};

Result<std::optional<verify::Time>> read_time(std::string_view option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto seconds = argo::parse_duration(text);
  if (!seconds || *seconds < 0 || *seconds > 7 * 86'400)
    return fail(ErrorKind::usage,
                fmt::format("`{}` cannot be `{}`; write a time such as 90s, 2m or 1h30m, a week "
                            "at most",
                            option, text));
  return verify::Time(static_cast<std::int64_t>(*seconds * 1000));
}

struct Times {
  std::optional<verify::Time> hold, within, interval;
};

Result<verify::Request> from_options(const Options& options, const Times& times) {
  if (options.query.empty() || options.expect.empty())
    return fail(ErrorKind::usage, "`--query` and `--expect` belong together; give both");
  TRY(const verify::Expectation expectation, verify::read_expectation(options.expect));
  verify::Check check{
      options.name.empty() ? options.query : options.name, options.query, expectation, {}};
  verify::Terms& terms = check.terms;
  terms.within = times.within.value_or(terms.within);
  terms.hold = times.hold.value_or(std::min(terms.hold, terms.within));
  terms.interval = times.interval.value_or(verify::usual_interval(terms.hold));
  verify::Request out;
  out.checks.push_back(std::move(check));
  return out;
}

Result<verify::Request> from_config(const Options& options, const Times& times) {
  TRY(const git::Repository here, git::open(".", git::process_environment()));
  TRY(const Config config, checked_out_config(here, options.config));
  TRY(const ServiceConfig* service, named_service(config, options.service));
  if (!service && config.services.size() == 1) service = &config.services.front();
  if (!service)
    return fail(ErrorKind::usage,
                config.services.empty()
                    ? "the configuration has no services; give `--query` and `--expect`, or add "
                      "`services` to `.backout.yaml`"
                    : "the configuration has several services; name one with `--service`");
  TRY(verify::Request out, verify::of_service(*service, times.interval));
  for (verify::Check& check : out.checks) {
    check.terms.hold = times.hold.value_or(check.terms.hold);
    check.terms.within = times.within.value_or(check.terms.within);
    if (!times.interval) check.terms.interval = verify::usual_interval(check.terms.hold);
  }
  return out;
}

Result<int> run_verify(const Options& options, const Streams& streams) {
  if (!options.service.empty() && !options.query.empty())
    return fail(ErrorKind::usage, "`--service` and `--query` exclude each other");
  Times times;
  TRY(times.hold, read_time("--for", options.hold));
  TRY(times.within, read_time("--within", options.within));
  TRY(times.interval, read_time("--interval", options.interval));
  TRY(const std::optional<verify::Time> timeout, read_time("--timeout", options.timeout));
  const bool by_options = !options.query.empty() || !options.expect.empty();
  TRY(verify::Request request,
      by_options ? from_options(options, times) : from_config(options, times));
  request.allow_empty_pass = options.allow_empty_pass;
  TRY(prometheus::Client client, prometheus_client(options.prometheus));
  if (timeout) client.timeout = std::max(*timeout, verify::Time(100));

  const Interrupts interrupts;
  TRY(const Instant began, now());
  const verify::Pace pace = verify::real_pace(began);
  const bool ascii = options.ascii || is_ascii_locale();
  verify::Report report;
  {
    VerifyProgress progress(streams, options.quiet, ascii);
    report = verify::run(request, client, pace,
                         [&](const verify::Report& so_far) { progress.show(so_far); });
  }
  if (report.refused) return tl::unexpected(*report.refused);
  std::string text;
  if (options.format == "json") {
    text = verify::json(report);
  } else if (options.format == "markdown") {
    text = verify::markdown(report, ascii);
  } else {
    const report::Screen screen =
        options.output == "-" ? report::screen_of(streams.out) : report::Screen{};
    text = verify::text(report, {report::use_color(report::color_choice(options.color), screen),
                                 ascii, report::width(screen)});
  }
  return finish_file(streams, options.output, text, verify::exit_code(report));
}

}  // namespace

int verify_command(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{
      {"--service", &options.service, "NAME", "of `services:` in the configuration; the only one"},
      {"--query", &options.query, "QUERY", "PromQL that gives a vector or a scalar"},
      {"--expect", &options.expect, "EXPECTATION", "what its values must be, as `< 0.01`"},
      {"--name", &options.name, "NAME", "what to call the query in the report"},
      {"--for", &options.hold, "DURATION", "how long it must hold without a break (2m)"},
      {"--within", &options.within, "DURATION", "when that must be complete (10m)"},
      {"--interval", &options.interval, "DURATION",
       "how often to ask (an eighth of --for, between 1s and 15s)"},
      {"--timeout", &options.timeout, "DURATION", "for one answer (10s)"},
      {"--allow-empty-pass", &options.allow_empty_pass, "",
       "take a query that may recover without data, and old samples; the report says so"},
  };
  declare(list, options.prometheus, true);
  declare(list,
          {format_option(options.format, {"text", "json", "markdown"}),
           {"-o,--output", &options.output, "FILE",
            "write the report to a file instead of standard output"},
           color_option(options.color),
           {"--ascii", &options.ascii, "", "nothing but ASCII, as with LC_ALL=C"},
           {"-q,--quiet", &options.quiet, "", "only the report, no progress"},
           {"--config", &options.config, "FILE", "a configuration other than `.backout.yaml`"}});
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(list, help, arguments, streams, words, 0))
    return *stopped;
  const Result<int> code = run_verify(options, streams);
  return code ? *code : stop(streams, code.error());
}

}  // namespace backout::cli
