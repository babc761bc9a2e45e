// Times as people and tools write them, and those that must not be guessed at.
#include "core/clock.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace backout {
namespace {

TEST(Clock, ReadsTimesThatSayTheirOffset) {
  for (const auto& [text, utc] : {
           std::pair<std::string_view, std::string_view>{"2026-03-01T10:15:00Z",
                                                         "2026-03-01T10:15:00Z"},
           {"2026-03-01t10:15:00z", "2026-03-01T10:15:00Z"},
           {"2026-03-01 12:15:00+02:00", "2026-03-01T10:15:00Z"},
           {"2026-02-28T20:45:30-03:30", "2026-03-01T00:15:30Z"},
           {"2024-02-29T23:59:59.25Z", "2024-02-29T23:59:59.25Z"},
           {"2026-03-01T10:15:00.1234567Z", "2026-03-01T10:15:00.123456Z"},
           {"2026-03-01 10:15 UTC", "2026-03-01T10:15:00Z"},
           {"2026-03-01T10:15:00UTC", "2026-03-01T10:15:00Z"},
       }) {
    const auto instant = parse_instant(text);
    ASSERT_TRUE(instant) << text;
    EXPECT_EQ(to_text(*instant), utc) << text;
  }
}

TEST(Clock, GuessesNothing) {
  for (const std::string_view text :
       {"", "2026-03-01", "2026-03-01T10:15:00", "2026-03-01 10:15", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T10:60:00Z",
        "2026-03-01T10:15:00.Z", "2026-03-01T10:15:00+0200", "2026-03-01T10:15:00+02",
        "2026-03-01T10:15:00ZZ", "2026-03-01T10:15:00Z ", "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+01:00", "10:15", "yesterday", "2026-3-1T10:15:00Z",
        "2026-03-01T10:15:00 CET"})
    EXPECT_FALSE(parse_instant(text)) << text;
  for (const std::string_view text : {"", "2026-3-1", "2026-02-30", "2026-03-01 ", "26-03-01"})
    EXPECT_FALSE(parse_date(text)) << text;
  EXPECT_EQ(to_text(*parse_date("2024-02-29")), "2024-02-29");
}

TEST(Clock, TheEnvironmentSetsIt) {
  for (const auto& [value, utc] : {std::pair<const char*, std::string_view>{
                                       "2026-03-01T12:00:00+01:00", "2026-03-01T11:00:00Z"},
                                   {"2026-03-01", "2026-03-01T00:00:00Z"}}) {
    ::setenv("BACKOUT_NOW", value, 1);
    const auto instant = now();
    ASSERT_TRUE(instant) << value;
    EXPECT_EQ(to_text(*instant), utc);
  }
  ::setenv("BACKOUT_NOW", "soon", 1);
  ASSERT_FALSE(now());
  EXPECT_EQ(now().error().kind, ErrorKind::usage);
  ::unsetenv("BACKOUT_NOW");
  EXPECT_GT(*now(), *parse_instant("2024-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace backout
