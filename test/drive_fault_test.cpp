// What networks, servers and disks do in the middle of a rollback: it ends as planned, or says
// where it stands, and `resume` goes on from there.
#include <fmt/format.h>

#include <atomic>
#include <csignal>

#include "drive/journal.h"
#include "drive_fixture.h"

namespace backout::test {
namespace {

using Kind = Fault::Kind;

// One fault at every request in turn. Whatever it does, `resume` (again and again, as a person
// would) comes to the planned state, with one rollback alone.
void expect_survived(Kind kind, int times = 1) {
  for (int number = 1; number < 100; ++number) {
    SCOPED_TRACE(number);
    TemporaryDirectory directory;
    ArgocdServer server;
    const std::string before = policy_in(server);
    Fault fault;
    fault.kind = kind;
    fault.request = number;
    fault.times = times;
    fault.status = 500;
    fault.delay_ms = 40;
    server.add_fault(fault);
    const Setting setting = drive_setting(server, directory.path());
    const auto run = [&](Words words) {
      words.emplace_back("--yes");
      return backout(directory.path(), words, setting);
    };
    Ended ended = run(with_quick_times({"rollback", "catalog"}));
    const bool reached = server.requests() >= number;
    const auto is_open = [&] {
      return !drive::open_operations(directory.path() + "/backout").empty();
    };
    if (ended.code != 0) {
      EXPECT_NE(ended.err + ended.out, "");
      ended = is_open() ? run({"resume"}) : run(with_quick_times({"rollback", "catalog"}));
    }
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    const sim::World world = server.world();
    EXPECT_EQ(sim::deployed(world.app("catalog")), sim::Words{sim::sha('1')});
    EXPECT_EQ(world.app("catalog").history.size(), 3U) << "more than one rollback";
    merge_revert_in(server);
    for (int i = 0; i < 3 && is_open(); ++i) ended = run({"resume", "--merged"});
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_FALSE(is_open());
    EXPECT_TRUE(sim::same_json(policy_in(server), before)) << policy_in(server);
    if (testing::Test::HasFailure() || !reached) return;
  }
}

TEST(DriveFaultResetBefore, IsSurvived) { expect_survived(Kind::reset_before); }
TEST(DriveFaultResetAfter, IsSurvived) { expect_survived(Kind::reset_after); }
TEST(DriveFaultHalfReply, IsSurvived) { expect_survived(Kind::half_reply); }
TEST(DriveFaultServerError, IsSurvived) { expect_survived(Kind::status); }
TEST(DriveFaultSlow, IsSurvived) { expect_survived(Kind::slow); }
TEST(DriveFaultWebPage, IsSurvived) { expect_survived(Kind::html); }

class DriveFault : public DriveScenario {};

TEST_F(DriveFault, AnExpiredTokenLeavesAnOperationThatCanGoOn) {
  server.set_hook([&](const HttpRequest& request, When when) {
    if (when == When::after && request.path.ends_with("/rollback"))
      server.change([](sim::World& world) { world.tokens.front().valid_requests = 0; });
    return true;
  });
  Ended ended = drive({"rollback", "catalog"});
  EXPECT_EQ(ended.code, 2) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("ARGOCD_AUTH_TOKEN"), std::string::npos) << ended.out;
  ASSERT_EQ(open().size(), 1U);
  EXPECT_FALSE(drive::what_is_off(open()[0]).empty());
  server.set_hook({});
  server.change([](sim::World& world) { world.tokens.front().valid_requests = -1; });
  ended = run({"resume", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('1')});
  EXPECT_EQ(catalog().history.size(), 3U);
}

TEST_F(DriveFault, NobodyThere) {
  Setting setting = drive_setting(server, directory.path() + "/state");
  setting.environment["ARGOCD_SERVER"] = "127.0.0.1:" + std::to_string(unused_port());
  const Ended ended = backout(directory.path(), {"rollback", "catalog", "--yes"}, setting);
  EXPECT_EQ(ended.code, 3) << ended.out << ended.err;
  EXPECT_TRUE(drive::open_operations(directory.path() + "/state/backout").empty());
}

// A file that may not grow stands for a full disk: nothing is changed that is not noted before.
TEST_F(DriveFault, AFullDiskStopsItBeforeAnythingIsUnnoted) {
  const std::string before = policy();
  bool changed_something = false;
  for (int blocks = 0; blocks < 40; ++blocks) {
    SCOPED_TRACE(blocks);
    const std::string state = fmt::format("{}/state-{}", directory.path(), blocks);
    Setting setting = drive_setting(server, state);
    setting.program = "/bin/sh";
    std::string words;
    for (const std::string& word : with_quick_times({"rollback", "catalog", "--to", "0", "--yes"}))
      words += " " + word;
    const int mutations = server.mutations();
    // Blocks of 512 bytes; the signal is ignored, so that write() fails as on a full disk. What it
    // prints goes through a pipe, for which the limit does not hold.
    const Ended ended = backout(
        directory.path(),
        {"-c", fmt::format("(trap '' XFSZ; ulimit -f {}; '{}'{}; echo \"exit $?\") 2>&1 | cat",
                           blocks, BACKOUT_PROGRAM, words)},
        setting);
    if (ended.out.find("exit 0") != std::string::npos) break;
    EXPECT_NE(ended.out.find("exit 3"), std::string::npos) << ended.out;
    EXPECT_NE(ended.out.find("the journal `"), std::string::npos) << ended.out;
    if (server.mutations() == mutations) continue;
    // The disk has room again.
    changed_something = true;
    const Ended undone = backout(directory.path(), {"undo", "--yes"}, drive_setting(server, state));
    EXPECT_EQ(undone.code, 0) << undone.out << undone.err;
    EXPECT_EQ(policy(), before);
    EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('2')});
  }
  EXPECT_TRUE(changed_something);
}

// Ctrl-C ends it at the next place where that is safe.
TEST_F(DriveFault, CtrlCLeavesAnOperationThatCanGoOn) {
  std::atomic<int> process{0};
  server.set_hook([&](const HttpRequest& request, When when) {
    if (when == When::after && request.path.ends_with("/rollback")) ::kill(process, SIGINT);
    return true;
  });
  Setting setting = drive_setting(server, directory.path() + "/state-ana");
  setting.started = [&](int id) { process = id; };
  Ended ended =
      backout(directory.path(), with_quick_times({"rollback", "catalog", "--yes"}), setting);
  EXPECT_EQ(ended.code, 3) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("by you"), std::string::npos) << ended.out;
  ASSERT_EQ(open().size(), 1U);
  server.set_hook({});
  ended = run({"resume", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(catalog().history.size(), 3U);
}

// The clock of this machine says nothing about the order of things.
TEST_F(DriveFault, AClockThatJumps) {
  Setting setting = drive_setting(server, directory.path() + "/state");
  for (const char* const now : {"1971-01-01", "2099-01-01", "2026-11-21T10:00:00Z"}) {
    SCOPED_TRACE(now);
    setting.environment["BACKOUT_NOW"] = now;
    Words words = with_quick_times({"rollback", "catalog", "--to", "0", "--yes"});
    Ended ended = backout(directory.path(), words, setting);
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    setting.environment["BACKOUT_NOW"] = "1980-06-01";
    ended = backout(directory.path(), {"undo", "--yes"}, setting);
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('2')});
  }
}

}  // namespace
}  // namespace backout::test
