// When a query has recovered, told as a row of readings; no clock and no server.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "verify/watch.h"

namespace backout::verify {
namespace {

// One letter a reading, each asked when the one before wanted it: `+` holds, `-` breaks, `.` no
// series, `!` no answer. The last letter repeats. A number before a letter: so many seconds late.
struct Told {
  std::string end;   // "recovered at 60"
  std::string said;  // the readings that were made
  Watch watch;
};
Told tell(Terms terms, std::string_view letters) {
  Told out;
  out.watch.terms = terms;
  Time now{0};
  for (std::size_t i = 0, made = 0; out.watch.state == State::open && made < 500; ++made) {
    int late = 0;
    while (letters[i] >= '0' && letters[i] <= '9') late = late * 10 + (letters[i++] - '0');
    const char letter = letters[i];
    if (i + 1 < letters.size()) ++i;
    now = out.watch.next + std::chrono::seconds(late);
    out.said += letter;
    take(out.watch, now, now,
         letter == '+'   ? Reading::holds
         : letter == '-' ? Reading::breaks
         : letter == '.' ? Reading::nothing
                         : Reading::no_answer);
  }
  constexpr const char* states[] = {"open", "recovered", "not recovered", "no data"};
  out.end = fmt::format("{} at {}", states[static_cast<std::size_t>(out.watch.state)],
                        std::chrono::floor<std::chrono::seconds>(now).count());
  return out;
}

constexpr Time s{1000};

TEST(VerifyWatch, EndsAsItShould) {
  const Terms terms{60 * s, 300 * s, 15 * s};
  struct {
    const char *letters, *end;
    std::size_t gaps;
  } const cases[] = {
      {"+", "recovered at 60", 0},
      {"--+", "recovered at 90", 0},
      {"++-+", "recovered at 105", 0},
      // Not once more than `within` allows; the last one that may begin is at 240.
      {"-", "not recovered at 240", 0},
      {"----------------+", "recovered at 300", 0},
      {"-----------------+", "not recovered at 240", 0},
      // A stretch that begins in time and breaks too late for another one.
      {"--------------+++-+", "not recovered at 255", 0},
      // Nothing at all.
      {".", "no data at 240", 0},
      {"!", "no data at 240", 0},
      {"!.", "no data at 240", 0},
      // No series is a gap at once; one missed answer is none, two are.
      {"++.+", "recovered at 105", 1},
      {"++!+", "recovered at 60", 0},
      {"++!!+", "recovered at 120", 1},
      {"+!+!+", "recovered at 60", 0},
      {"++.!+", "recovered at 120", 1},
      // The answer that would complete it does not come: the next one does.
      {"++++!+", "recovered at 75", 0},
      {"++++!!+", "recovered at 150", 1},
      // Blind at the end: what was seen before decides nothing.
      {"-------.", "no data at 240", 0},
      {"-!", "no data at 240", 0},
      {"++!", "no data at 240", 1},
      // One reading without an answer does not hide what was seen just before.
      {"----------------!", "not recovered at 240", 0},
      {"---------------.", "not recovered at 240", 0},
      {"----------!", "no data at 240", 0},
      // The machine slept.
      {"++600+", "not recovered at 630", 1},
      {"+30+", "recovered at 105", 1},
      {"+20+", "recovered at 60", 0},
  };
  for (const auto& one : cases) {
    const Told told = tell(terms, one.letters);
    EXPECT_EQ(told.end, one.end) << one.letters << " made " << told.said;
    EXPECT_EQ(told.watch.gaps, one.gaps) << one.letters;
  }
}

TEST(VerifyWatch, TimesAtTheEdges) {
  EXPECT_EQ(tell({0 * s, 60 * s, 15 * s}, "+").end, "recovered at 0");
  EXPECT_EQ(tell({0 * s, 60 * s, 15 * s}, "-").end, "not recovered at 60");
  EXPECT_EQ(tell({0 * s, 60 * s, 15 * s}, "----+").end, "recovered at 60");
  // All of the time it has.
  EXPECT_EQ(tell({60 * s, 60 * s, 15 * s}, "+").end, "recovered at 60");
  EXPECT_EQ(tell({60 * s, 60 * s, 15 * s}, "-").end, "not recovered at 0");
  EXPECT_EQ(tell({60 * s, 60 * s, 15 * s}, "+++-").end, "not recovered at 45");
  // The interval is longer than both: asked when it decides.
  EXPECT_EQ(tell({10 * s, 30 * s, 60 * s}, "+").end, "recovered at 10");
  EXPECT_EQ(tell({10 * s, 30 * s, 60 * s}, "-+").end, "recovered at 30");
  EXPECT_EQ(tell({10 * s, 30 * s, 60 * s}, "-").end, "not recovered at 20");
}

TEST(VerifyWatch, SlowAnswersAreNoGaps) {
  Watch watch;
  watch.terms = {60 * s, 300 * s, 1 * s};
  for (Time now{0}; watch.state == State::open; now = watch.next)
    take(watch, now, now + 9 * s, Reading::holds);
  EXPECT_EQ(watch.state, State::recovered);
  EXPECT_EQ(watch.gaps, 0U);
}

TEST(VerifyWatch, ABreakReopensWhatHadRecovered) {
  Watch watch;
  watch.terms = {30 * s, 120 * s, 15 * s};
  const auto then = [&](Reading reading) {
    const Time now = watch.next;
    take(watch, now, now, reading);
    return watch.state;
  };
  (void)then(Reading::holds), (void)then(Reading::holds);
  ASSERT_EQ(then(Reading::holds), State::recovered);
  // One missed answer is bridged, as everywhere.
  EXPECT_EQ(then(Reading::no_answer), State::recovered);
  EXPECT_EQ(then(Reading::breaks), State::open);
  EXPECT_TRUE(watch.reopened);
  EXPECT_EQ(then(Reading::breaks), State::open);
  EXPECT_EQ(then(Reading::breaks), State::not_recovered);
}

TEST(VerifyWatch, SilenceReopensWhatHadRecovered) {
  const auto after = [](std::vector<Reading> readings) {
    Watch watch;
    watch.terms = {30 * s, 120 * s, 15 * s};
    readings.insert(readings.begin(), 3, Reading::holds);
    for (const Reading each : readings) take(watch, watch.next, watch.next, each);
    return watch;
  };
  using R = Reading;
  EXPECT_EQ(after({R::nothing}).state, State::open);
  EXPECT_TRUE(after({R::nothing}).reopened);
  EXPECT_EQ(after({R::no_answer}).state, State::recovered);
  EXPECT_EQ(after({R::no_answer, R::holds}).gaps, 0U);
  EXPECT_EQ(after({R::no_answer, R::no_answer, R::holds}).state, State::open);
  EXPECT_EQ(after({R::no_answer, R::no_answer, R::holds}).gaps, 1U);
  EXPECT_EQ(after({R::no_answer, R::no_answer, R::no_answer}).state, State::open);
  EXPECT_EQ(after({R::nothing, R::holds, R::holds}).state, State::open);
  EXPECT_EQ(after({R::nothing, R::holds, R::holds, R::holds}).state, State::recovered);
  // Too late for another stretch: nothing broke, it is just not known.
  EXPECT_EQ(after({R::holds, R::holds, R::holds, R::holds, R::nothing}).state, State::no_data);
  EXPECT_EQ(after({R::holds, R::holds, R::holds, R::holds, R::breaks}).state, State::not_recovered);
}

}  // namespace
}  // namespace backout::verify
