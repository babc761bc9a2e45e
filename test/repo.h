// Temporary git repositories for tests: real ones, made by running `git` without any of the
// developer's own configuration. Deleted with the object.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "git/repository.h"

namespace backout::test {

// A directory of its own, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// What a command printed on both streams, and how it ended.
struct Ran {
  int status = 0;
  std::string output;
};

using Environment = std::map<std::string, std::string>;

// Runs a program without a shell, with only PATH and `environment` set.
Ran run(const std::string& directory, const std::vector<std::string>& words,
        const Environment& environment = {});

void write_file(const std::string& path, std::string_view content);  // makes the folders on the way
std::string read_file(const std::string& path);

class Repo {
 public:
  // Makes `PATH/repo` with the branch `main` and no commit; `options` go to `git init`.
  explicit Repo(const std::vector<std::string>& options = {});

  const std::string& path() const { return path_; }
  const std::string& root() const {
    return directory_.path();
  }  // for clones and worktrees beside it

  // Runs git in `path()` or in `at`; a failure fails the test. Returns the output without the last
  // newline.
  std::string git(const std::vector<std::string>& arguments,
                  const Environment& environment = {}) const;
  std::string git_at(const std::string& at, const std::vector<std::string>& arguments,
                     const Environment& environment = {}) const;

  void write(const std::string& path, std::string_view content) const;  // in the worktree
  std::string commit(const std::string& message) const;  // stages everything; returns the id
  std::string commit_file(const std::string& path, std::string_view content) const;

 private:
  TemporaryDirectory directory_;
  std::string path_;
};

// The environment variables of a test, in the form `git::open` takes.
git::Environment variables(const Environment& values);

}  // namespace backout::test
