#include "verify/watch.h"

#include <algorithm>

namespace backout::verify {
namespace {

// From the end of one reading to the beginning of another that still continues it: one was missed,
// and none is quite on time.
Time longest_pause(const Terms& terms) { return terms.interval * 5 / 2; }

void end_stretch(Watch& watch, bool by_gap) {
  if (watch.since && by_gap) ++watch.gaps;
  watch.since.reset();
  watch.held = Time(0);
}

// When the stretch can be complete at the earliest, if the next reading is at `next`.
Time earliest(const Watch& watch, Time next) {
  return watch.since ? std::max(*watch.since + watch.terms.hold, next) : next + watch.terms.hold;
}

void plan(Watch& watch, Time asked, Time answered) {
  const Terms& terms = watch.terms;
  // Nobody wakes up quite on time.
  const Time deadline = terms.within, slack = std::min(terms.interval / 4, Time(500));
  Time next = std::max(asked + terms.interval, answered);
  // The moments that decide: the stretch is complete, the last one that could begin one, the end.
  for (const Time wanted :
       {watch.since ? *watch.since + terms.hold : deadline - terms.hold, deadline})
    if (asked < wanted && answered <= wanted) next = std::min(next, wanted);
  watch.next = next;
  if (watch.state == State::recovered) return;
  if (asked < deadline && earliest(watch, next) <= deadline + slack) return;
  // Data that held and then ended do not say that it is broken.
  const bool silent = watch.last == Reading::nothing || watch.last == Reading::no_answer;
  const bool knows =
      watch.seen && asked - watch.last_data <= longest_pause(terms) && !(silent && watch.held_last);
  watch.state = knows ? State::not_recovered : State::no_data;
}

}  // namespace

void take(Watch& watch, Time asked, Time answered, Reading reading) {
  if (watch.state == State::not_recovered || watch.state == State::no_data) return;
  watch.last = reading;
  ++watch.readings;
  const bool has_data = reading == Reading::holds || reading == Reading::breaks;
  if (has_data) {
    watch.seen = true;
    watch.last_data = asked;
    watch.held_last = reading == Reading::holds;
  }
  const bool too_far = asked - watch.held_until > longest_pause(watch.terms);
  if (watch.state == State::recovered) {
    const bool bridged = reading == Reading::holds || reading == Reading::no_answer;
    if (bridged && !too_far) {
      if (reading == Reading::no_answer) ++watch.failures;
      if (reading == Reading::holds) watch.held_until = answered;
      return plan(watch, asked, answered);
    }
    watch.state = State::open;
    watch.reopened = true;
  }
  switch (reading) {
    case Reading::holds:
      if (watch.since && too_far) end_stretch(watch, true);
      if (!watch.since) watch.since = asked;
      watch.held_until = answered;
      watch.held = asked - *watch.since;
      if (watch.held >= watch.terms.hold) watch.state = State::recovered;
      break;
    case Reading::breaks:
      end_stretch(watch, false);
      break;
    case Reading::nothing:
      end_stretch(watch, true);
      break;
    case Reading::no_answer:
      ++watch.failures;
      if (too_far) end_stretch(watch, true);
      break;
  }
  plan(watch, asked, answered);
}

void distrust(Watch& watch, Time asked, Time answered, std::optional<Time> age) {
  watch.state = State::open;
  watch.last = Reading::nothing;
  watch.last_data = std::max(asked - age.value_or(asked), Time(0));
  end_stretch(watch, true);
  plan(watch, asked, answered);
}

void withhold(Watch& watch, Time asked, Time answered) {
  watch.state = State::open;
  watch.last = Reading::no_answer;
  ++watch.failures;
  plan(watch, asked, answered);
}

}  // namespace backout::verify
