// Has one query recovered? A state machine over readings at points in time, without clock and
// server. The expectation must hold for `hold` without a break, and this must be complete `within`
// the start; as soon as that cannot be reached any more, it is over. Between two readings nothing
// is known, so readings that are too far apart do not make one stretch: one missed reading is
// bridged, more are a gap, after which the stretch begins anew.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace backout::verify {

using Time = std::chrono::milliseconds;  // since the start, of a clock that nobody sets

struct Terms {
  Time hold{120'000}, within{600'000}, interval{15'000};
};

enum class Reading : std::uint8_t {
  holds,
  breaks,
  nothing,    // the server knows no such series
  no_answer,  // the server could not be asked
};

enum class State : std::uint8_t {
  open,           // more readings are needed
  recovered,      // opened again by a reading that breaks or has no series, and by silence
  not_recovered,  // data that break the expectation, or hold it too late
  no_data,        // nothing was seen, or nothing any more
};

struct Watch {
  Terms terms;
  State state = State::open;
  std::optional<Time> since;  // the stretch that holds began
  Time held{0};               // its length so far, once complete its final one
  Time next{0};               // when to ask again
  std::optional<Reading> last;
  std::size_t readings = 0, gaps = 0, failures = 0;  // failures: no answer
  bool seen = false;                                 // data, ever
  bool reopened = false;                             // no longer held after it had recovered
  bool held_last = false;                            // the last data did

  // The last reading that held ended, the last one with data was asked.
  Time held_until{0}, last_data{0};
};

// `asked`, `answered`: when the reading began and ended. Later ones only.
void take(Watch& watch, Time asked, Time answered, Reading reading);

// What was recovered just now is not, as the stretch was made of old samples; it begins anew.
// `age`: of the newest one; none: there is none any more.
void distrust(Watch& watch, Time asked, Time answered, std::optional<Time> age);

// What was recovered just now may not be: whether the samples are old could not be asked. The
// stretch stands, and the next reading may complete it.
void withhold(Watch& watch, Time asked, Time answered);

}  // namespace backout::verify
