// `backout rollback` against an Argo CD that behaves as the real one.
#include "drive_fixture.h"

namespace backout::test {
namespace {

class DriveRollback : public DriveScenario {};

TEST_F(DriveRollback, KeepsAutoSyncOffUntilGitHasTheRevert) {
  const std::string before = policy();
  Ended ended = drive({"rollback", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('1')});
  EXPECT_NE(policy(), before);
  ASSERT_EQ(open().size(), 1U) << ended.out << ended.err;
  EXPECT_TRUE(open()[0].waiting);

  // Git says the bad release still.
  ended = run({"resume", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("git still says"), std::string::npos) << ended.out;
  ended = run({"resume", "--yes", "--merged"});
  EXPECT_NE(ended.out.find("git still says"), std::string::npos) << ended.out;
  EXPECT_NE(policy(), before);

  merge_revert();
  ended = run({"resume", "--yes"});
  EXPECT_NE(ended.out.find("--merged"), std::string::npos) << ended.out;
  ended = run({"resume", "--yes", "--merged"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("completed"), std::string::npos) << ended.out << ended.err;
  EXPECT_EQ(policy(), before);
  EXPECT_NE(sim::deployed(catalog()), sim::Words{sim::sha('2')});
  EXPECT_EQ(catalog().sync, "Synced");
  EXPECT_TRUE(open().empty());
}

TEST_F(DriveRollback, DryRunChangesNothing) {
  const Ended ended = run({"rollback", "catalog", "--dry-run"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("pause auto-sync"), std::string::npos) << ended.out;
  EXPECT_EQ(server.mutations(), 0);
  EXPECT_TRUE(open().empty());
}

TEST_F(DriveRollback, UndoDeploysWhatWasThereAndRestoresThePolicy) {
  const std::string before = policy();
  Ended ended = drive({"rollback", "catalog"});
  ASSERT_EQ(ended.code, 0) << ended.out << ended.err;
  ended = run({"undo", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(policy(), before);
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('2')});
  EXPECT_TRUE(open().empty());
}

}  // namespace
}  // namespace backout::test
