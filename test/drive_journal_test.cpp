// What a crash leaves behind can be read, and nothing is said that the disk does not hold.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "drive/journal.h"
#include "repo.h"

namespace backout::drive {
namespace {

namespace fs = std::filesystem;

Plan plan_of_two() {
  Plan out;
  out.command = "app pause";
  out.subject = "shop/catalog";
  out.title = "pause \"it\"\n";
  out.steps = {{"pause-auto-sync", "pause", "needs", "does", "check", "undo", {{"a", "1\n2"}}},
               {"stay-paused", "stay", "", "", "", "", {}}};
  out.connection = {{"url", "https://cd.example.com"}};
  out.pace.poll = std::chrono::milliseconds(7);
  out.warnings = {"w"};
  return out;
}

std::string only_journal(const std::string& folder, const char* below) {
  for (const auto& entry : fs::directory_iterator(folder + below))
    if (entry.path().extension() == ".jsonl") return entry.path().string();
  return {};
}

TEST(DriveJournal, PlansSurviveAsTheyWere) {
  const Plan plan = plan_of_two();
  const auto read = read_plan(json(plan, -1));
  ASSERT_TRUE(read);
  EXPECT_EQ(json(*read, 2), json(plan, 2));
  EXPECT_EQ(read->pace.poll.count(), 7);
  EXPECT_EQ(list(read->steps[0].given, "a"), (std::vector<std::string>{"1", "2"}));
  EXPECT_FALSE(read_plan("[]"));
  EXPECT_FALSE(read_plan("{\"steps\":"));
}

TEST(DriveJournal, IsForTheUserAlone) {
  const test::TemporaryDirectory directory;
  const std::string folder = directory.path() + "/state/backout";
  const auto journal = Journal::create(folder, plan_of_two());
  ASSERT_TRUE(journal) << journal.error().message;
  struct stat status {};
  ASSERT_EQ(::stat(journal->path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat((folder + "/open").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  EXPECT_TRUE(journal->operation().id.starts_with("app-pause-catalog-")) << journal->operation().id;
}

TEST(DriveJournal, TellsHowFarItCame) {
  const test::TemporaryDirectory directory;
  const std::string& folder = directory.path();
  std::string id;
  {
    auto journal = Journal::create(folder, plan_of_two());
    ASSERT_TRUE(journal);
    id = journal->operation().id;
    ASSERT_TRUE(journal->start(0));
    ASSERT_TRUE(journal->note(0, {{"saved", "{\"prune\":true}"}}));
  }
  auto open = open_operations(folder);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_FALSE(open[0].steps[0].done);
  EXPECT_EQ(fact(open[0].steps[0].memory, "saved"), "{\"prune\":true}");
  ASSERT_EQ(what_is_off(open[0]).size(), 1U);
  EXPECT_TRUE(
      what_is_off(open[0])[0].starts_with("auto-sync of `shop/catalog` may be paused since"));
  {
    auto journal = Journal::open(folder, id);
    ASSERT_TRUE(journal) << journal.error().message;
    ASSERT_TRUE(journal->done(0, {{"saved", "x"}}, "found"));
    ASSERT_TRUE(journal->stop("no answer", true));
  }
  open = open_operations(folder);
  EXPECT_TRUE(open[0].steps[0].done);
  EXPECT_EQ(open[0].steps[0].said, "found");
  EXPECT_TRUE(open[0].waiting);
  EXPECT_EQ(open[0].stopped, "no answer");
  {
    auto journal = Journal::open(folder, id);
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->undo());
    ASSERT_TRUE(journal->undone(0, "back"));
    const auto record = journal->end("undone");
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_NE(test::read_file(*record).find("- outcome: undone"), std::string::npos);
  }
  EXPECT_TRUE(open_operations(folder).empty());
  const auto ended = find_operation(folder, id);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->outcome, "undone");
  EXPECT_TRUE(what_is_off(*ended).empty());
  const auto again = Journal::open(folder, id);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("is undone since"), std::string::npos);
}

// Cut anywhere, a journal is what it was up to the last whole line, or no journal at all.
TEST(DriveJournal, IgnoresATornLine) {
  const test::TemporaryDirectory directory;
  std::string text;
  {
    auto journal = Journal::create(directory.path(), plan_of_two());
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->start(0));
    ASSERT_TRUE(journal->done(0, {{"saved", "{}"}}, "ok"));
    text = test::read_file(journal->path());
  }
  std::size_t readable = 0;
  const std::size_t first_line = text.find('\n') + 1;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto operation = read_journal(std::string_view(text).substr(0, size));
    EXPECT_EQ(operation.has_value(), size >= first_line) << size;
    if (operation) {
      ++readable;
      EXPECT_EQ(operation->steps[0].done, size == text.size()) << size;
    }
  }
  EXPECT_GT(readable, 100U);
}

TEST(DriveJournal, WritesOnBehindATornLine) {
  const test::TemporaryDirectory directory;
  std::string id;
  {
    auto journal = Journal::create(directory.path(), plan_of_two());
    ASSERT_TRUE(journal);
    id = journal->operation().id;
  }
  std::ofstream(only_journal(directory.path(), "/open"), std::ios::app) << "{\"entry\":\"sta";
  {
    auto journal = Journal::open(directory.path(), id);
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->start(1));
  }
  const auto operation = find_operation(directory.path(), id);
  ASSERT_TRUE(operation);
  EXPECT_TRUE(operation->steps[1].started.has_value());
}

TEST(DriveJournal, IsWorkedOnByOneProcess) {
  const test::TemporaryDirectory directory;
  const auto journal = Journal::create(directory.path(), plan_of_two());
  ASSERT_TRUE(journal);
  const auto second = Journal::open(directory.path(), journal->operation().id);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another process works on operation"), std::string::npos);
}

TEST(DriveJournal, FilesAwayWhatWasKilledAtItsEnd) {
  const test::TemporaryDirectory directory;
  std::string id;
  {
    auto journal = Journal::create(directory.path(), plan_of_two());
    ASSERT_TRUE(journal);
    id = journal->operation().id;
  }
  std::ofstream(only_journal(directory.path(), "/open"), std::ios::app)
      << R"({"entry":"end","at":"2026-03-01T10:00:00Z","outcome":"completed"})" << '\n';
  EXPECT_TRUE(open_operations(directory.path()).empty());
  EXPECT_FALSE(Journal::open(directory.path(), id));
  EXPECT_EQ(only_journal(directory.path(), "/open"), "");
  EXPECT_NE(only_journal(directory.path(), "/ended"), "");
}

TEST(DriveJournal, NamesWhatIsBroken) {
  const test::TemporaryDirectory directory;
  test::write_file(directory.path() + "/open/rollback-x-0000.jsonl", "{}\n");
  std::vector<std::string> broken;
  EXPECT_TRUE(open_operations(directory.path(), &broken).empty());
  EXPECT_EQ(broken.size(), 1U);
  EXPECT_FALSE(Journal::open(directory.path(), "rollback-x-0000"));
  EXPECT_FALSE(Journal::open(directory.path(), "../open/rollback-x-0000"));
}

// A folder that cannot be.
TEST(DriveJournal, SaysWhenItCannotBeWritten) {
  const auto unwritable = Journal::create("/dev/null/x", plan_of_two());
  ASSERT_FALSE(unwritable);
  EXPECT_NE(unwritable.error().message.find("set XDG_STATE_HOME"), std::string::npos);
}

TEST(DriveJournal, NeedsAPlaceThatLasts) {
  EXPECT_EQ(*state_folder(test::variables({{"XDG_STATE_HOME", "/s"}, {"HOME", "/h"}})),
            "/s/backout");
  EXPECT_EQ(*state_folder(test::variables({{"HOME", "/h"}})), "/h/.local/state/backout");
  EXPECT_FALSE(state_folder(test::variables({{"XDG_STATE_HOME", "relative"}})));
  EXPECT_FALSE(state_folder(test::variables({})));
}

}  // namespace
}  // namespace backout::drive
