// old_code REPOSITORY KIND NAME REVISION…: searches the releases for one object, prints what it
// found and how long that took, trees listed and all.
#include "input/old_code.h"

#include <fmt/core.h>

#include <chrono>
#include <deque>

#include "git/revision.h"

namespace {

using namespace backout;

Result<void> run(const std::string& path, const ObjectRef& object,
                 const std::vector<std::string>& revisions) {
  TRY(const git::Repository repository, git::open(path, git::process_environment()));
  std::deque<git::Tree> trees;
  std::vector<ReleaseTree> releases;
  for (const std::string& revision : revisions) {
    TRY(const git::Commit commit, git::resolve(repository, revision));
    TRY(git::Tree tree, git::list(repository, commit.tree));
    releases.push_back({revision, &trees.emplace_back(std::move(tree))});
  }
  TRY(const std::vector<ReleaseEvidence> found,
      search_releases(repository, releases, {&object, 1}, {}));
  for (const ReleaseEvidence& release : found) {
    const ObjectEvidence& evidence = release.objects[0];
    fmt::print("{}: {} files searched, {} left out, {} not readable; {} uses, {} weak, {} open\n",
               release.release, release.files, release.left_out, release.unsearched.size(),
               evidence.strong.count, evidence.weak.count, evidence.open.count);
    for (const Usages* usages : {&evidence.strong, &evidence.weak, &evidence.open})
      for (std::size_t i = 0; i < usages->shown.size() && i < 3; ++i) {
        const Usage& usage = usages->shown[i];
        fmt::print("  {}:{}: {} ({}{}{})\n", usage.path, usage.line, usage.text,
                   to_string(usage.how), usage.mapper.empty() ? "" : ", ", usage.mapper);
      }
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr, "usage: old_code REPOSITORY KIND NAME REVISION…\n");
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  if (const auto done = run(argv[1], {argv[2], argv[3]}, {argv + 4, argv + argc}); !done) {
    fmt::print(stderr, "{}\n", done.error().message);
    return 3;
  }
  fmt::print("{:.3f} s\n",
             std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}
