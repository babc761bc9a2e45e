// `backout --version` is what a bug report begins with: release, commit, grammar.
#include "core/version.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace backout {
namespace {

TEST(Version, ProgramNamesReleaseCommitAndGrammar) {
  std::FILE* pipe = popen(BACKOUT_PROGRAM " --version", "r");
  ASSERT_NE(pipe, nullptr);
  std::string output(200, '\0');
  output.resize(std::fread(output.data(), 1, output.size(), pipe));
  EXPECT_EQ(pclose(pipe), 0);
  EXPECT_EQ(output, fmt::format("backout {} ({}), PostgreSQL {} grammar\n", version(), commit(),
                                grammar()));
}

}  // namespace
}  // namespace backout
