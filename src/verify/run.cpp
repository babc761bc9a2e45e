// Asks, waits, asks again. One round asks all queries that are due, side by side.
#include <fmt/format.h>

#include <algorithm>

#include "argo/duration.h"
#include "core/parallel.h"
#include "verify/fresh.h"
#include "verify/screen.h"
#include "verify/verify.h"

namespace backout::verify {
namespace {

constexpr std::size_t most_events = 200, most_remarks = 20, most_offenders = 3;
constexpr unsigned most_threads = 8;
constexpr Time longest_sleep{1000};
constexpr Time usual_age{90'000};  // of a sample, with intervals of scraping up to a minute

double seconds(Time time) { return static_cast<double>(time.count()) / 1000; }

void remark(CheckReport& check, const std::string& text) {
  auto& all = check.remarks;
  if (all.size() < most_remarks && std::find(all.begin(), all.end(), text) == all.end())
    all.push_back(text);
}

// Refuses what proves nothing, before anything is asked.
std::optional<Error> screen_all(const Request& request, Report& report) {
  for (CheckReport& one : report.checks) {
    const Check& check = one.check;
    const auto in_check = [&](const std::string& text) {
      return check.name.empty() || check.name == check.query
                 ? text
                 : fmt::format("`{}`: {}", check.name, text);
    };
    if (const auto valid = validate(check); !valid)
      return Error{valid.error().kind, in_check(valid.error().message)};
    const auto screening = screen(check.query, check.expectation);
    if (!screening) return Error{ErrorKind::usage, in_check(screening.error().message)};
    if (!screening->unread.empty()) {
      if (!request.allow_empty_pass)
        return Error{ErrorKind::usage,
                     in_check(screening->unread + "; `--allow-empty-pass` sends it nevertheless")};
      report.overridden.push_back(
          in_check("whether it passes without data is not known: " + screening->unread));
      continue;
    }
    for (const std::string& warning : screening->warnings) remark(one, warning);
    if (screening->passes.empty()) continue;
    std::string what;
    for (const std::string& each : screening->passes) what += (what.empty() ? "" : "; ") + each;
    if (request.allow_empty_pass) {
      report.overridden.push_back(in_check("it passes without data: " + what));
      continue;
    }
    return Error{ErrorKind::usage,
                 in_check(fmt::format("the query would recover without a measurement ({}); {}; "
                                      "`--allow-empty-pass` takes it as it is",
                                      what, screening->advice))};
  }
  return std::nullopt;
}

Sample sample_of(const prometheus::Answer& answer, const Expectation& expectation) {
  Sample out;
  out.series = answer.series.size();
  std::vector<const prometheus::Series*> breaking;
  const prometheus::Series* worst = nullptr;
  for (const prometheus::Series& each : answer.series) {
    if (!worst || excess(expectation, each.value) > excess(expectation, worst->value))
      worst = &each;
    if (!satisfied(expectation, each.value)) breaking.push_back(&each);
  }
  out.worst = worst->value;
  out.breaking = breaking.size();
  const std::size_t shown = std::min(breaking.size(), most_offenders);
  std::partial_sort(breaking.begin(), breaking.begin() + static_cast<std::ptrdiff_t>(shown),
                    breaking.end(), [&](const auto* a, const auto* b) {
                      return excess(expectation, a->value) > excess(expectation, b->value);
                    });
  for (std::size_t i = 0; i < shown; ++i) out.offenders.push_back(breaking[i]->labels);
  return out;
}

// What changed between two readings, in words; empty: nothing.
std::string change(const Watch& before, const CheckReport& after) {
  const Watch& now = after.watch;
  const Expectation& expectation = after.check.expectation;
  if (now.state != before.state) {
    if (now.state != State::open) return fmt::format("{}: {}", in_words(now.state), reason(after));
    if (now.last == Reading::breaks) return "breaks again: " + to_text(*after.last, expectation);
    if (now.last == Reading::nothing)
      return "no data again: the answer has no series; the time begins anew";
    if (now.last == Reading::no_answer) return after.last_error + "; the time begins anew";
  }
  const bool gap = now.gaps != before.gaps;
  if (now.last == before.last && !gap) return {};
  const std::string anew = gap ? "; the time begins anew" : "";
  switch (*now.last) {
    case Reading::holds:
      if (now.state == State::recovered) return {};
      return fmt::format("holds: {}{}", to_text(*after.last, expectation),
                         gap ? ", after a gap; the time begins anew" : "");
    case Reading::breaks:
      return "breaks: " + to_text(*after.last, expectation);
    case Reading::nothing:
      return "no data: the answer has no series" + anew;
    case Reading::no_answer:
      return after.last_error + anew;
  }
  return {};
}

// A query, its connection, and what is asked besides.
struct Line {
  prometheus::Session session{};
  std::vector<std::string> selectors;
};

void note(CheckReport& check, Time at, std::string text) {
  if (!text.empty() && check.events.size() < most_events)
    check.events.push_back({at, std::move(text)});
}

// Why a recovery is none: old samples made it, or may have. Empty: it is one.
std::string staleness(const Freshness& found) {
  if (found.fresh) return {};
  if (!found.unknown.empty())
    return "whether anything new is measured is not known: " + found.unknown;
  return found.age ? fmt::format("the newest sample is {} old: nothing new was measured",
                                 argo::show_duration(seconds(*found.age)))
                   : std::string("the series have ended: the values are what is left of them");
}

struct Round {
  const prometheus::Client& client;
  bool trusts_old;  // samples
  Time asked, answered;
};

void take(CheckReport& check, Line& line, const Round& round,
          const Result<prometheus::Answer>& answer) {
  const Watch before = check.watch;
  Reading reading = Reading::no_answer;
  Point point{round.asked, std::nullopt};
  if (answer) {
    for (const std::string& each : answer->remarks) remark(check, "the server: " + each);
    reading = Reading::nothing;
    if (!answer->series.empty()) {
      check.last = sample_of(*answer, check.check.expectation);
      reading = check.last->breaking == 0 ? Reading::holds : Reading::breaks;
      point.value = check.last->worst;
    }
  } else {
    check.last_error = answer.error().message;
  }
  check.values.push_back(point);
  verify::take(check.watch, round.asked, round.answered, reading);
  if (check.watch.state == State::recovered && before.state != State::recovered) {
    const Freshness found = ask_freshness(round.client, line.session, line.selectors,
                                          std::max(check.watch.held, usual_age));
    const std::string stale = staleness(found);
    if (!stale.empty() && !round.trusts_old) {
      if (!found.unknown.empty()) {
        check.last_error = stale;
        withhold(check.watch, round.asked, round.answered);
        return note(check, round.asked, stale);
      }
      distrust(check.watch, round.asked, round.answered, found.age);
      return note(check, round.asked, fmt::format("no data: {}; the time begins anew", stale));
    }
    if (!stale.empty()) remark(check, stale);
  }
  note(check, round.asked, change(before, check));
}

bool is_over(const Report& report) {
  bool all = true;
  for (const CheckReport& check : report.checks) {
    const State state = check.watch.state;
    if (state == State::not_recovered || state == State::no_data) return true;
    // One that missed its last answer is asked again: all hold at the same time.
    all = all && state == State::recovered && check.watch.last == Reading::holds;
  }
  return all;
}

// One round. False: there is nothing more to be had.
bool ask_all(Report& report, std::vector<Line>& lines, const prometheus::Client& client,
             bool trusts_old, const Pace& pace, Time start) {
  const Time asked = pace.now() - start;
  std::vector<std::size_t> due;
  for (std::size_t i = 0; i < report.checks.size(); ++i)
    if (report.checks[i].watch.next <= asked) due.push_back(i);
  std::vector<Result<prometheus::Answer>> answers(due.size());
  parallel_for(due.size(), most_threads, [&](std::size_t i) {
    answers[i] = query(client, lines[due[i]].session, report.checks[due[i]].check.query);
  });
  if (pace.interrupted()) {
    report.interrupted = true;
    return false;
  }
  const Time answered = pace.now() - start;
  for (std::size_t i = 0; i < due.size(); ++i) {
    CheckReport& check = report.checks[due[i]];
    const bool final = !answers[i] && answers[i].error().kind != ErrorKind::undecided;
    // Later the same may pass: a token is renewed, a proxy restarts.
    if (final && check.watch.readings == check.watch.failures) {
      report.refused = answers[i].error();
      return false;
    }
    take(check, lines[due[i]], {client, trusts_old, asked, answered}, answers[i]);
  }
  return !is_over(report);
}

}  // namespace

Time usual_interval(Time hold) { return std::clamp(hold / 8, Time(1000), Time(15'000)); }

Result<void> validate(const Check& check) {
  const Terms& terms = check.terms;
  const auto show = [](Time time) { return argo::show_duration(seconds(time)); };
  if (terms.hold > terms.within)
    return fail(ErrorKind::usage,
                fmt::format("it must hold for {}, which is longer than the {} it may take",
                            show(terms.hold), show(terms.within)));
  if (terms.interval <= Time(0) || terms.within <= Time(0) || terms.hold < Time(0))
    return fail(ErrorKind::usage, "the times must be longer than nothing");
  if (static_cast<std::size_t>(terms.within / terms.interval) > most_readings)
    return fail(ErrorKind::usage,
                fmt::format("that is one question each {} for {}: more than {}; ask less often",
                            show(terms.interval), show(terms.within), most_readings));
  return {};
}

Result<Request> of_service(const ServiceConfig& service, std::optional<Time> interval) {
  Request out;
  out.service = service.name;
  for (const RecoveryConfig& entry : service.recovery) {
    auto expectation = read_expectation(entry.expect);
    if (!expectation)
      return fail(ErrorKind::usage,
                  fmt::format("`services.{}.recovery`, entry `{}`: {}", service.name, entry.name,
                              expectation.error().message));
    Check check{entry.name, entry.query, *expectation, {}};
    check.terms.hold = std::chrono::seconds(entry.for_seconds);
    check.terms.within = std::chrono::seconds(entry.within_seconds);
    check.terms.interval = interval.value_or(usual_interval(check.terms.hold));
    out.checks.push_back(std::move(check));
  }
  if (out.checks.empty())
    return fail(ErrorKind::usage,
                fmt::format("service `{0}` has no `recovery`: add entries with `query` and "
                            "`expect` to `services.{0}.recovery`, or give `--query` and `--expect`",
                            service.name));
  return out;
}

Verdict verdict(const Report& report) {
  if (report.refused) return Verdict::refused;
  bool all = !report.checks.empty();
  for (const CheckReport& check : report.checks) {
    if (check.watch.state == State::not_recovered) return Verdict::not_recovered;
    all = all && check.watch.state == State::recovered;
  }
  return all && !report.interrupted ? Verdict::recovered : Verdict::undecided;
}

int exit_code(const Report& report) {
  constexpr int codes[] = {0, 1, 3, 2};
  return codes[static_cast<std::size_t>(verdict(report))];
}

Report run(const Request& request, const prometheus::Client& given, const Pace& pace,
           const std::function<void(const Report&)>& progress) {
  Report report;
  report.service = request.service;
  report.server = http::origin(given.settings.url);
  report.began = pace.began;
  for (const Check& check : request.checks) {
    report.checks.push_back({check, {}, {}, {}, {}, {}, {}});
    report.checks.back().watch.terms = check.terms;
  }
  report.refused = screen_all(request, report);
  if (report.refused || report.checks.empty()) return report;

  prometheus::Client client = given;
  client.cancelled = pace.interrupted;
  std::vector<Line> lines(report.checks.size());
  for (std::size_t i = 0; i < lines.size(); ++i)
    lines[i].selectors = selectors_of(report.checks[i].check.query);
  const Time start = pace.now();
  progress(report);
  while (ask_all(report, lines, client, request.allow_empty_pass, pace, start)) {
    Time next = report.checks.front().watch.next;
    for (const CheckReport& check : report.checks) next = std::min(next, check.watch.next);
    do {
      report.took = pace.now() - start;
      progress(report);
      const Time rest = next - (pace.now() - start);
      if (rest > Time(0) && !pace.sleep(std::min(rest, longest_sleep))) report.interrupted = true;
    } while (!report.interrupted && pace.now() - start < next);
    if (report.interrupted) break;
  }
  report.took = pace.now() - start;
  progress(report);
  return report;
}

}  // namespace backout::verify
