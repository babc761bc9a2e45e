// The process is killed (SIGKILL) before and after every request and every line of the journal.
// Whatever the point: `resume` ends as the plan says, `undo` as it was, and auto-sync is never
// lost.
#include <fmt/format.h>

#include <atomic>
#include <csignal>

#include "drive/journal.h"
#include "drive_fixture.h"

namespace backout::test {
namespace {

// Where a run dies.
struct Death {
  enum class At : std::uint8_t { request, journal } at = At::request;
  When when = When::before;
  int number = 1;
};
std::string in_words(const Death& death) {
  return fmt::format("killed {} {} {}", death.when == When::before ? "before" : "after",
                     death.at == Death::At::request ? "request" : "journal line", death.number);
}

// One Argo CD and one person, whose runs may die.
class Scene {
 public:
  Scene() = default;

  // False: it came to its end before.
  bool dies(Words words, const Death& death) {
    words.emplace_back("--yes");
    Setting setting = base();
    setting.program = BACKOUT_MORTAL;
    std::atomic<int> process{0};
    std::atomic<int> request{0};
    setting.started = [&](int id) { process = id; };
    if (death.at == Death::At::journal) {
      setting.environment[death.when == When::before ? "MORTAL_BEFORE" : "MORTAL_AFTER"] =
          std::to_string(death.number);
    } else {
      server_.set_hook([&](const HttpRequest&, When when) {
        if (when == When::before) ++request;
        if (when != death.when || request != death.number) return true;
        while (process == 0) {
        }
        ::kill(process, SIGKILL);
        return false;
      });
    }
    const Ended ended = backout(directory_.path(), words, setting);
    server_.set_hook({});
    return ended.code == 128 + SIGKILL;
  }
  Ended run(Words words) {
    words.emplace_back("--yes");
    return backout(directory_.path(), words, base());
  }
  bool is_open() const { return !drive::open_operations(state_ + "/backout").empty(); }
  bool is_paused() const { return !sim::same_json(policy(), policy_before_); }

  void expect_as_before() {
    EXPECT_EQ(policy(), policy_before_);
    EXPECT_EQ(sim::deployed(server_.world().app("catalog")), sim::Words{sim::sha('2')});
    EXPECT_FALSE(is_open());
  }
  // Rolled back, and waiting for the merge.
  void expect_waiting(const Ended& ended) {
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_EQ(sim::deployed(server_.world().app("catalog")), sim::Words{sim::sha('1')});
    EXPECT_TRUE(is_paused());
    EXPECT_TRUE(is_open());
  }
  void expect_completed(const Ended& ended) {
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_NE(sim::deployed(server_.world().app("catalog")), sim::Words{sim::sha('2')});
    EXPECT_EQ(policy(), policy_before_);
    EXPECT_FALSE(is_open());
  }
  void merge() { merge_revert_in(server_); }

 private:
  Setting base() const { return drive_setting(server_, state_); }
  std::string policy() const { return policy_in(server_); }

  TemporaryDirectory directory_;
  ArgocdServer server_;
  const std::string state_ = directory_.path() + "/state";
  const std::string policy_before_ = policy();
};

const Words rollback = with_quick_times({"rollback", "catalog"});
const Words resume = {"resume", "--merged"};
const Words undo = {"undo"};

// Every point at which `words` can die after `before`, until it no longer does.
template <class Check>
int each_death(const std::function<void(Scene&)>& before, const Words& words, const Check& check) {
  int points = 0;
  for (const Death::At at : {Death::At::request, Death::At::journal})
    for (const When when : {When::before, When::after})
      for (int number = 1; number < 500; ++number) {
        const Death death{at, when, number};
        SCOPED_TRACE(in_words(death));
        Scene scene;
        before(scene);
        if (testing::Test::HasFailure() || !scene.dies(words, death)) break;
        ++points;
        check(scene);
        if (testing::Test::HasFailure()) return points;
      }
  testing::Test::RecordProperty("kill_points", points);
  return points;
}

void nothing_before(Scene&) {}
void until_the_merge(Scene& scene) {
  scene.expect_waiting(scene.run(rollback));
  scene.merge();
}

// As somebody does who finds a dead terminal: go on if there is something to go on with.
void go_on(Scene& scene) {
  if (!scene.is_open()) {
    EXPECT_FALSE(scene.is_paused()) << "auto-sync is off, and no journal knows";
    scene.expect_waiting(scene.run(rollback));
  } else {
    scene.expect_waiting(scene.run({"resume"}));
  }
  scene.merge();
  scene.expect_completed(scene.run(resume));
}
void go_back(Scene& scene) {
  if (scene.is_open()) {
    const Ended ended = scene.run(undo);
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  }
  scene.expect_as_before();
}

TEST(DriveCrashRollback, ResumesToThePlannedState) {
  EXPECT_GT(each_death(nothing_before, rollback, go_on), 40);
}
TEST(DriveCrashRollbackUndone, GoesBackToTheInitialState) {
  EXPECT_GT(each_death(nothing_before, rollback, go_back), 40);
}
TEST(DriveCrashResume, ResumesToThePlannedState) {
  const auto finish = [](Scene& scene) {
    if (!scene.is_open()) return scene.expect_completed({});
    scene.expect_completed(scene.run(resume));
  };
  EXPECT_GT(each_death(until_the_merge, resume, finish), 15);
}
TEST(DriveCrashUndo, IsUndoneWhenAskedAgain) {
  const auto before = [](Scene& scene) { scene.expect_waiting(scene.run(rollback)); };
  EXPECT_GT(each_death(before, undo, go_back), 20);
}

}  // namespace
}  // namespace backout::test
