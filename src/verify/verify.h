// Proof that a service has recovered: queries asked of Prometheus again and again until each has
// held its expectation long enough, or cannot any more. The rule for one query is verify/watch.h;
// what a query may not be, so that missing data are no recovery, is verify/screen.h.
//
//   TRY(const Request request, of_service(service, {}));
//   const Interrupts interrupts;                              // core/interrupt.h: Ctrl-C ends it
//   const Pace pace = real_pace(began);
//   const Report report = run(request, client, pace, [&](const Report& so_far) { … });
//   exit_code(report), text(report, …), markdown(report, …)
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/config.h"
#include "core/result.h"
#include "prometheus/client.h"
#include "verify/expectation.h"
#include "verify/watch.h"

namespace backout::verify {

struct Check {
  std::string name, query;
  Expectation expectation;
  Terms terms;
};
struct Request {
  std::string service;  // for the report; may be empty
  std::vector<Check> checks;
  bool allow_empty_pass = false;  // also queries that would recover without data
};
inline constexpr std::size_t most_readings = 100'000;  // of one check: within / interval

// The entries of `recovery`. usage: there are none, or one makes no sense. `interval`: none chooses
// one from the time that must hold, 15 s at most.
[[nodiscard]] Result<Request> of_service(const ServiceConfig& service,
                                         std::optional<Time> interval);
[[nodiscard]] Time usual_interval(Time hold);
// usage: the times contradict each other.
[[nodiscard]] Result<void> validate(const Check& check);

// Time, so that tests and callers can have their own.
struct Pace {
  Instant began;                      // what a clock on the wall says at the start
  std::function<Time()> now;          // of a clock that nobody sets and that runs on in sleep
  std::function<bool(Time)> sleep;    // false: interrupted, there will be no more readings
  std::function<bool()> interrupted;  // asked by several threads while servers are slow
};

// The machine's clock, and core/interrupt.h.
[[nodiscard]] Pace real_pace(Instant began);

// All that one answer said.
struct Sample {
  double worst = 0;  // of the series
  std::size_t series = 0, breaking = 0;
  std::vector<std::string> offenders;  // labels of the first that break, the worst first
};
struct Point {
  Time at;
  std::optional<double> value;  // the worst; none: no data, no answer
};
struct Event {
  Time at;
  std::string text;
};

struct CheckReport {
  Check check;
  Watch watch;
  std::optional<Sample> last;        // of the last answer with data
  std::vector<Point> values;         // all readings
  std::vector<Event> events;         // changes, the first 200
  std::string last_error;            // why there was no answer the last time
  std::vector<std::string> remarks;  // warnings of the screening and of the server, each once
};
struct Report {
  std::string service, server;  // server: its origin
  Instant began;
  Time took{0};
  std::vector<CheckReport> checks;
  bool interrupted = false;
  std::vector<std::string> overridden;  // what `allow_empty_pass` let through
  std::optional<Error> refused;         // nothing was watched, or not on: kind usage or input
};

enum class Verdict : std::uint8_t { recovered, not_recovered, undecided, refused };
[[nodiscard]] Verdict verdict(const Report& report);
[[nodiscard]] int exit_code(const Report& report);  // 0, 1, 3, 2

// `progress` is called at the start, after each round of readings and about once a second between
// them; not when the request is refused.
[[nodiscard]] Report run(const Request& request, const prometheus::Client& client, const Pace& pace,
                         const std::function<void(const Report&)>& progress);

// ---- in words (verify/words.cpp); nothing of it is escaped

[[nodiscard]] std::string in_words(Verdict verdict);                   // "not recovered"
[[nodiscard]] std::string in_words(State state);                       // "no data"
[[nodiscard]] std::string now_of(const CheckReport& check, Time now);  // "holds for 45s of 2m"
[[nodiscard]] std::string reason(const CheckReport& check);            // why it ended so
[[nodiscard]] std::string to_text(const Sample& sample, const Expectation& expectation);

// ---- reports; all text is escaped

struct TextOptions {
  bool color = false;
  bool ascii = false;
  std::size_t width = 0;  // 0: nothing is cut
};
[[nodiscard]] std::string text(const Report& report, const TextOptions& options);
[[nodiscard]] std::string markdown(const Report& report, bool ascii);
[[nodiscard]] std::string json(const Report& report);

}  // namespace backout::verify
