// What a run comes to: a gate must never pass what it has not looked at.
#include "core/verdict.h"

#include <gtest/gtest.h>

namespace backout {
namespace {

TEST(Verdict, Decides) {
  const std::vector<std::string> no_limits, limits = {"a statement is longer than 16 MiB"};
  const std::vector<Error> no_errors, usage = {{ErrorKind::usage, "no such revision"}},
                                      shallow = {{ErrorKind::undecided, "shallow clone"}},
                                      input = {{ErrorKind::input, "cannot read"}},
                                      internal = {{ErrorKind::internal, "out of memory"}};
  struct {
    const char* name;
    VerdictInput input;
    Decision decision;
    int exit_code;
  } const cases[] = {
      {"clean", {{}, no_limits, no_errors, 3, false}, Decision::pass, 0},
      {"warnings pass", {{0, 4, 9}, no_limits, no_errors, 3, false}, Decision::pass, 0},
      {"errors block", {{1, 0, 0}, no_limits, no_errors, 3, false}, Decision::block, 1},
      {"nothing judged", {{}, no_limits, no_errors, 0, false}, Decision::undecided, 3},
      {"nothing judged, allowed", {{}, no_limits, no_errors, 0, true}, Decision::pass, 0},
      {"limit", {{}, limits, no_errors, 3, false}, Decision::undecided, 3},
      {"limit, though empty is allowed", {{}, limits, no_errors, 0, true}, Decision::undecided, 3},
      {"shallow", {{}, no_limits, shallow, 3, false}, Decision::undecided, 3},
      {"internal", {{}, no_limits, internal, 3, false}, Decision::undecided, 3},
      {"usage", {{}, no_limits, usage, 3, false}, Decision::undecided, 2},
      {"unreadable input", {{}, no_limits, input, 3, true}, Decision::undecided, 2},
      {"block wins over limit", {{1, 0, 0}, limits, shallow, 3, false}, Decision::block, 1},
      {"block wins over usage", {{1, 0, 0}, no_limits, usage, 3, false}, Decision::block, 1},
      {"usage wins over limit", {{}, limits, usage, 3, false}, Decision::undecided, 2},
  };
  for (const auto& expected : cases) {
    const Verdict verdict = decide(expected.input);
    EXPECT_EQ(verdict.decision, expected.decision) << expected.name;
    EXPECT_EQ(verdict.exit_code, expected.exit_code) << expected.name;
    EXPECT_EQ(verdict.reasons.empty(), expected.decision == Decision::pass) << expected.name;
  }
}

TEST(Verdict, GivesEveryReason) {
  const std::vector<std::string> limits = {"file over 64 MiB"};
  const std::vector<Error> errors = {{ErrorKind::undecided, "the clone is shallow"}};
  const Verdict verdict = decide({{2, 0, 0}, limits, errors, 1, false});
  EXPECT_EQ(verdict.reasons,
            (std::vector<std::string>{"2 findings of level error", "the clone is shallow",
                                      "file over 64 MiB"}));
}

TEST(Verdict, CountsFindingsByLevel) {
  std::vector<Finding> findings(4);
  findings[0].severity = Severity::error;
  findings[1].severity = Severity::note;
  findings[2].severity = Severity::warning;
  findings[3].severity = Severity::note;
  const Counts counts = count(findings);
  EXPECT_EQ(counts.errors, 1U);
  EXPECT_EQ(counts.warnings, 1U);
  EXPECT_EQ(counts.notes, 2U);
  EXPECT_EQ(counts.total(), 4U);
}

}  // namespace
}  // namespace backout
