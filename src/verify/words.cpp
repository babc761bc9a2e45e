// A check's state in words, the same in every report and while it runs.
#include <fmt/format.h>

#include "argo/duration.h"
#include "verify/verify.h"

namespace backout::verify {
namespace {

std::string show(Time time) {
  return argo::show_duration(static_cast<double>(time.count()) / 1000);
}

}  // namespace

std::string in_words(Verdict verdict) {
  switch (verdict) {
    case Verdict::recovered:
      return "recovered";
    case Verdict::not_recovered:
      return "not recovered";
    case Verdict::undecided:
      return "undecided";
    case Verdict::refused:
      return "refused";
  }
  return {};
}

std::string in_words(State state) {
  switch (state) {
    case State::open:
      return "open";
    case State::recovered:
      return "recovered";
    case State::not_recovered:
      return "not recovered";
    case State::no_data:
      return "no data";
  }
  return {};
}

std::string to_text(const Sample& sample, const Expectation& expectation) {
  const bool holds = sample.breaking == 0;
  std::string out =
      fmt::format("{} is {}{}{}", show_value(sample.worst), holds ? "" : "not ",
                  expectation.kind == Expectation::Kind::range ? "in " : "", to_text(expectation));
  if (sample.series > 1)
    out += holds ? fmt::format(" (the worst of {} series)", sample.series)
                 : fmt::format(" ({} of {} series)", sample.breaking, sample.series);
  if (!holds && sample.worst != sample.worst)
    out += ": a division without traffic, or a quantile of nothing, gives it";
  for (std::size_t i = 0; i < sample.offenders.size(); ++i)
    if (sample.offenders[i] != "{}")
      out += fmt::format("{}{}", i == 0 ? ": " : ", ", sample.offenders[i]);
  if (sample.breaking > sample.offenders.size() && !sample.offenders.empty())
    out += fmt::format(" and {} more", sample.breaking - sample.offenders.size());
  return out;
}

std::string now_of(const CheckReport& check, Time now) {
  const Watch& watch = check.watch;
  const Terms& terms = watch.terms;
  if (watch.state == State::recovered)
    return fmt::format("recovered, held for {}", show(watch.held));
  if (watch.state != State::open) return in_words(watch.state);
  const std::string left =
      now < terms.within ? fmt::format("{} left", show(terms.within - now)) : "ending";
  if (!watch.last) return "asking";
  if (*watch.last == Reading::nothing) return "no data, " + left;
  if (*watch.last == Reading::no_answer)
    return fmt::format("no answer{}, {}", watch.since ? " this time" : "", left);
  if (watch.since) return fmt::format("holds for {} of {}", show(watch.held), show(terms.hold));
  return "breaks, " + left;
}

std::string reason(const CheckReport& check) {
  const Watch& watch = check.watch;
  const Terms& terms = watch.terms;
  const std::string limits =
      fmt::format("it can no longer hold for {} within {}", show(terms.hold), show(terms.within));
  const bool answered = watch.failures < watch.readings;
  const std::string silence =
      watch.last == Reading::no_answer ? check.last_error
      : watch.seen ? std::string("since then the answer has no series, or old samples alone")
                   : std::string(
                         "the answer has no series; is the name right, and is it scraped by this "
                         "server?");
  switch (watch.state) {
    case State::recovered:
      return fmt::format("it held for {}{}", show(watch.held),
                         check.last ? ": " + to_text(*check.last, check.check.expectation) : "");
    case State::not_recovered:
      if (watch.since && watch.last_data >= *watch.since)
        return fmt::format("it holds since {} after the start: too late, {}", show(*watch.since),
                           limits);
      return fmt::format("{}; {}", to_text(*check.last, check.check.expectation), limits);
    case State::no_data:
      if (!watch.seen)
        return fmt::format("{} in {}; {}", answered ? "no data" : "no answer",
                           watch.readings == 1 ? std::string("one reading")
                                               : fmt::format("{} readings", watch.readings),
                           silence);
      return fmt::format("the last data are from {} after the start; {}", show(watch.last_data),
                         silence);
    case State::open:
      return now_of(check, Time::max());
  }
  return {};
}

}  // namespace backout::verify
