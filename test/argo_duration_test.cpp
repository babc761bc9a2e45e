#include <gtest/gtest.h>

#include "argo/duration.h"

namespace backout::argo {
namespace {

TEST(ArgoDuration, ReadsWhatGoReads) {
  const struct {
    const char* text;
    Seconds seconds;
  } cases[] = {
      {"0", 0},       {"300ms", 0.3},  {"90s", 90},     {"5m", 300},           {"1h30m", 5400},
      {"1.5h", 5400}, {"-2m", -120},   {"+2m", 120},    {".5s", 0.5},          {"5.s", 5},
      {"1m1m", 120},  {"10us", 10e-6}, {"10µs", 10e-6}, {"1h0m0.25s", 3600.25}};
  for (const auto& [text, seconds] : cases) {
    const auto read = parse_duration(text);
    ASSERT_TRUE(read) << text;
    EXPECT_NEAR(*read, seconds, 1e-9) << text;
  }
}

TEST(ArgoDuration, RefusesWhatGoRefuses) {
  for (const char* text : {"", "60", "1d", "5 min", "5 m", "m", ".", "1.5", "s5", "-", "1h ", "2M",
                           "1e3s", "300000000h", "NaN"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(ArgoDuration, ShowsTheTwoLargestUnits) {
  EXPECT_EQ(show_duration(0), "0s");
  EXPECT_EQ(show_duration(0.25), "250ms");
  EXPECT_EQ(show_duration(45), "45s");
  EXPECT_EQ(show_duration(60), "1m");
  EXPECT_EQ(show_duration(750), "12m 30s");
  EXPECT_EQ(show_duration(7500), "2h 5m");
  EXPECT_EQ(show_duration(100 * 3600), "4d 4h");
  EXPECT_TRUE(show_duration(1e30).starts_with("11574074074d")) << "no more than is counted";
}

}  // namespace
}  // namespace backout::argo
