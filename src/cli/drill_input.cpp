#include "cli/drill_input.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "argo/duration.h"
#include "core/clock.h"

namespace backout::cli {
namespace {

tl::unexpected<Error> usage(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

// ---- a terminal

bool is_asked(const DrillOptions& options, const Streams& streams) {
  return options.detected.empty() && options.decided.empty() && options.mitigated.empty() &&
         ::isatty(streams.in) == 1 && ::isatty(streams.err) == 1;
}

void say(const Streams& streams, std::string_view text) {
  (void)finish({streams.in, streams.err, streams.err, nullptr}, text, 0);
}

// A line that somebody typed; undecided at the end of the input.
Result<std::string> answer(const Streams& streams, std::string_view question) {
  say(streams, question);
  std::string line;
  for (char c = 0;;) {
    const ssize_t got = ::read(streams.in, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(ErrorKind::undecided, "the drill was given up; nothing was written");
    if (c == '\n') return line;
    if (line.size() < 1000) line += c;
  }
}

Result<void> run_stop_watch(const Streams& streams, runbook::Drill& drill) {
  using Clock = std::chrono::steady_clock;  // nobody sets it while we count
  TRY_VOID(answer(streams, "Make it fail, then press Enter: the clock starts. "));
  TRY(drill.started, now());
  const auto begin = Clock::now();
  const auto stop_at = [&](std::string_view question) -> Result<Instant> {
    TRY_VOID(answer(streams, question));
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    say(streams, fmt::format("    {} since the start\n",
                             runbook::show(std::chrono::duration_cast<runbook::Length>(took))));
    return drill.started + took;
  };
  TRY(drill.detected, stop_at("detect:   Enter when an alert or a person noticed. "));
  TRY(drill.decided, stop_at("decide:   Enter when the way back was chosen. "));
  TRY(drill.mitigated, stop_at("mitigate: Enter when users were served again, verified. "));
  return {};
}

// ---- options

// A time, or how long since `start`.
Result<Instant> time_of(std::string_view option, const std::string& text,
                        std::optional<Instant> start) {
  if (const auto instant = parse_instant(text)) return *instant;
  const auto seconds = argo::parse_duration(text);
  if (seconds && *seconds >= 0 && *seconds < 1e8 && start)
    return *start + std::chrono::microseconds(static_cast<std::int64_t>(*seconds * 1e6));
  return usage(fmt::format("`{}` cannot be `{}`; write a time such as {}{}", option, text,
                           instant_examples,
                           start ? ", or a duration since the start such as `4m30s`" : ""));
}

Result<void> take_times(const DrillOptions& options, runbook::Drill& drill) {
  for (const auto& [name, value] :
       {std::pair<std::string_view, const std::string&>{"--detected", options.detected},
        {"--decided", options.decided},
        {"--mitigated", options.mitigated}})
    if (value.empty())
      return usage(
          fmt::format("`{}` is missing: without a terminal the times come from options "
                      "(`backout drill --help`)",
                      name));
  TRY(const Instant present, now());
  if (!options.started.empty()) {
    TRY(drill.started, time_of("--started", options.started, std::nullopt));
  } else if (const auto instant = parse_instant(options.detected)) {
    drill.started = *instant;
  } else {
    if (!argo::parse_duration(options.mitigated))
      return usage("`--started` is missing: durations count from it");
    TRY(const Instant end, time_of("--mitigated", options.mitigated, present));
    drill.started = present - (end - present);
  }
  TRY(drill.detected, time_of("--detected", options.detected, drill.started));
  TRY(drill.decided, time_of("--decided", options.decided, drill.started));
  TRY(drill.mitigated, time_of("--mitigated", options.mitigated, drill.started));
  if (drill.detected < drill.started) return usage("`--detected` is earlier than the start");
  if (drill.decided < drill.detected) return usage("`--decided` is earlier than `--detected`");
  if (drill.mitigated < drill.decided) return usage("`--mitigated` is earlier than `--decided`");
  if (drill.mitigated > present)
    return usage(fmt::format("`--mitigated` is {}, which lies ahead: it is {} now",
                             to_text(drill.mitigated), to_text(present)));
  return {};
}

Result<std::optional<runbook::Length>> data_loss_of(const std::string& text) {
  if (text == "none" || text == "0") return runbook::Length{};
  const auto seconds = argo::parse_duration(text);
  if (!seconds || *seconds < 0 || *seconds > 1e9)
    return usage(
        fmt::format("`--data-loss` cannot be `{}`; write how long a stretch of writes was "
                    "lost, such as `90s`, or `none`",
                    text));
  return runbook::Length(static_cast<std::int64_t>(*seconds));
}

Result<bool> yes_or_no(const std::string& text) {
  if (text == "yes" || text == "y") return true;
  if (text == "no" || text == "n") return false;
  return usage(fmt::format("`--worked` cannot be `{}`; known are yes and no", text));
}

// What was not measured: verdict, loss, words.
Result<void> take_facts(const DrillOptions& options, const Streams& streams, bool asked,
                        runbook::Drill& drill) {
  std::string worked = options.worked, loss = options.data_loss;
  drill.notes = options.notes;
  const bool data = drill.task.starts_with("data-");
  while (asked && !yes_or_no(worked)) {
    TRY(worked, answer(streams, "Did the runbook work, as it is written? (yes/no) "));
  }
  if (worked.empty()) return usage("`--worked yes` or `--worked no` is missing");
  TRY(drill.worked, yes_or_no(worked));
  while (asked && data && !data_loss_of(loss)) {
    TRY(loss, answer(streams, "How long a stretch of writes was lost? (90s, none) "));
  }
  if (data && loss.empty())
    return usage("`--data-loss` is missing: how long a stretch of writes was lost, or `none`");
  if (!loss.empty()) {
    TRY(drill.data_loss, data_loss_of(loss));
  }
  if (asked && drill.notes.empty()) {
    TRY(drill.notes, answer(streams, "Notes (what to change in the runbook): "));
  }
  return {};
}

}  // namespace

Result<void> measure(const DrillOptions& options, const Streams& streams, std::string_view greeting,
                     runbook::Drill& drill) {
  const bool asked = is_asked(options, streams);
  if (asked) {
    say(streams, greeting);
    TRY_VOID(run_stop_watch(streams, drill));
  } else {
    TRY_VOID(take_times(options, drill));
  }
  return take_facts(options, streams, asked, drill);
}

}  // namespace backout::cli
