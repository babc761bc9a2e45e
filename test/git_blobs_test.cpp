// Many blobs at once: packed, loose, deltas of each other, in alternates; damaged ones are told.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

#include "git/blobs.h"
#include "git/pack.h"
#include "git/revision.h"
#include "git/tree.h"
#include "repo.h"

namespace backout::git {
namespace {

namespace fs = std::filesystem;
using test::Repo;

Repository opened(const std::string& path) {
  auto repository = open(path, test::variables({}));
  if (!repository) {
    ADD_FAILURE() << repository.error().message;
    std::abort();
  }
  return std::move(*repository);
}

std::vector<Oid> blobs_of(const Repository& repository, const std::string& revision) {
  std::vector<Oid> out;
  const auto commit = resolve(repository, revision);
  const auto tree = commit ? list(repository, commit->tree) : Result<Tree>(Tree{});
  for (const Entry& entry : tree->entries) out.push_back(entry.blob);
  return out;
}

// What each blob holds, by its id; absent: over the limit.
using Texts = std::map<std::string, std::optional<std::string>>;
Texts texts(const Repository& repository, const std::vector<Oid>& blobs, std::uint64_t limit) {
  Texts out;
  std::mutex mutex;
  const auto done = read_blobs(
      repository, blobs, limit, 3, [&](std::size_t index, std::optional<std::string_view> bytes) {
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(out.emplace(hex(blobs[index]),
                                bytes ? std::optional<std::string>(*bytes) : std::nullopt)
                        .second);
      });
  EXPECT_TRUE(done) << done.error().message;
  return out;
}

// Versions of a few long files, so that a pack holds chains of deltas.
void fill(const Repo& repo) {
  std::string text;
  for (int line = 0; line < 400; ++line) text += "line " + std::to_string(line * 7919) + "\n";
  for (int version = 0; version < 12; ++version) {
    for (int file = 0; file < 5; ++file)
      repo.write("v" + std::to_string(version) + "/f" + std::to_string(file),
                 text.substr(0, text.size() - static_cast<std::size_t>(file) * 100) + "version " +
                     std::to_string(version) + "\n" + std::to_string(file));
  }
  repo.write("empty", "");
  repo.write("binary", std::string("\0\1\2", 3));
}

TEST(GitBlobs, ReadsWhatGitReads) {
  Repo repo;
  fill(repo);
  repo.commit("loose");
  const auto expect_all = [&](const std::string& path) {
    const Repository repository = opened(path);
    const std::vector<Oid> blobs = blobs_of(repository, "HEAD");
    ASSERT_EQ(blobs.size(), 62U);
    const Texts found = texts(repository, blobs, 1 << 20);
    EXPECT_EQ(found.size(), blobs.size());
    for (const auto& [id, text] : found)
      EXPECT_EQ(*text, test::run(path, {"git", "cat-file", "blob", id}).output) << id;
  };
  expect_all(repo.path());
  repo.git({"repack", "-q", "-adf", "--depth=50", "--window=50"});
  repo.git({"prune-packed"});
  EXPECT_EQ(open_packs(opened(repo.path())).size(), 1U);
  expect_all(repo.path());
  repo.git_at(repo.root(), {"clone", "-q", "--shared", repo.path(), repo.root() + "/shared"});
  EXPECT_EQ(open_packs(opened(repo.root() + "/shared")).size(), 1U);
  expect_all(repo.root() + "/shared");
  // Deltas that name their base by its id, and no index of a version we know.
  repo.git({"-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-adf", "--window=50"});
  expect_all(repo.path());
  repo.git({"-c", "pack.indexVersion=1", "repack", "-q", "-adf"});
  EXPECT_EQ(open_packs(opened(repo.path())).size(), 0U);
  expect_all(repo.path());
}

TEST(GitBlobs, LimitAndMissing) {
  Repo repo;
  repo.write("small", "x");
  repo.write("large", std::string(1000, 'x'));
  repo.commit("two");
  for (const bool packed : {false, true}) {
    if (packed) repo.git({"gc", "-q", "--prune=now"});
    const Repository repository = opened(repo.path());
    std::vector<Oid> blobs = blobs_of(repository, "HEAD");
    Texts found = texts(repository, blobs, 10);
    EXPECT_FALSE(found[hex(blobs[0])]);
    EXPECT_EQ(found[hex(blobs[1])], "x");
    blobs.push_back(*parse_oid(std::string(40, 'a')));
    const auto done = read_blobs(repository, blobs, 10, 1, [](std::size_t, auto) {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::undecided);
  }
}

// Bytes flipped, packs cut: an error or the right text, never a crash.
TEST(GitBlobs, DamagedPacks) {
  Repo repo;
  fill(repo);
  repo.commit("all");
  repo.git({"gc", "-q", "--prune=now"});
  const Repository whole = opened(repo.path());
  const std::vector<Oid> blobs = blobs_of(whole, "HEAD");
  const Texts expected = texts(whole, blobs, 1 << 20);
  for (const auto& entry : fs::directory_iterator(repo.path() + "/.git/objects/pack")) {
    const std::string path = entry.path();
    if (!path.ends_with(".pack")) continue;
    fs::permissions(path, fs::perms::owner_all);
    const std::string good = test::read_file(path);
    for (std::size_t i = 0; i < 60; ++i) {
      std::string bad = good;
      const std::size_t at = i * 7919 % good.size();
      if (i % 6 == 0)
        bad.resize(std::max<std::size_t>(at, 64));
      else
        bad[at] = static_cast<char>(bad[at] ^ (1 << i % 8));
      test::write_file(path, bad);
      const Repository repository = opened(repo.path());
      std::mutex mutex;
      (void)read_blobs(repository, blobs, 1 << 20, 2,
                       [&](std::size_t index, std::optional<std::string_view> bytes) {
                         const std::lock_guard lock(mutex);
                         if (bytes) {
                           EXPECT_EQ(*bytes, *expected.at(hex(blobs[index]))) << path << " " << at;
                         }
                       });
    }
    test::write_file(path, good);
  }
}

TEST(GitBlobs, DeltasAreChecked) {
  const std::string base = "0123456789";
  const auto apply = [&](std::string_view delta, std::uint64_t limit = 100) {
    std::string out;
    return apply_delta(base, delta, limit, out) ? out : "refused";
  };
  using namespace std::string_view_literals;
  EXPECT_EQ(apply("\x0a\x05\x90\x03\x02xy"sv), "012xy");
  EXPECT_EQ(apply("\x0a\x03\x91\x07\x03"sv), "789");
  EXPECT_EQ(apply("\x0a\x05\x90\x03\x02xy"sv, 4), "refused");  // over the limit
  EXPECT_EQ(apply("\x0b\x03\x90\x03"sv), "refused");           // another base
  EXPECT_EQ(apply("\x0a\x03\x91\x08\x03"sv), "refused");       // past the base's end
  EXPECT_EQ(apply("\x0a\x03\x05xy"sv), "refused");             // past the delta's end
  EXPECT_EQ(apply("\x0a\x02\x90\x03"sv), "refused");           // past the result's end
  EXPECT_EQ(apply("\x0a\x04\x90\x03"sv), "refused");           // too short
  EXPECT_EQ(apply("\x0a\x03\x00"sv), "refused");               // reserved
  EXPECT_EQ(apply(""sv), "refused");
}

}  // namespace
}  // namespace backout::git
