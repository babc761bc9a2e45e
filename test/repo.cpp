// Fixed identity and dates, so that equal content gives equal ids.
#include "repo.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace backout::test {

namespace fs = std::filesystem;

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (fs::canonical(fs::temp_directory_path()) / "backout-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    ADD_FAILURE() << "cannot make " << name;
    std::abort();
  }
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Ran run(const std::string& directory, const std::vector<std::string>& words,
        const Environment& environment) {
  std::vector<std::string> settings;
  if (const char* path = std::getenv("PATH"); path != nullptr && environment.count("PATH") == 0)
    settings.push_back(std::string("PATH=") + path);
  for (const auto& [name, value] : environment) settings.push_back(name + "=" + value);
  auto pointers = [](const std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (const std::string& text : strings) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
  };
  std::vector<char*> arguments = pointers(words);
  std::vector<char*> variables = pointers(settings);

  int ends[2];
  if (::pipe(ends) != 0) return {-1, "pipe"};
  pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], 1);
    ::dup2(ends[1], 2);
    ::close(ends[0]);
    ::close(ends[1]);
    if (std::freopen("/dev/null", "r", stdin) == nullptr || ::chdir(directory.c_str()) != 0)
      ::_exit(126);
    ::execvpe(arguments[0], arguments.data(), variables.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  Ran result;
  char buffer[65536];
  for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    result.output.append(buffer, static_cast<std::size_t>(count));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

void write_file(const std::string& path, std::string_view content) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  file << content;
  EXPECT_TRUE(file.flush()) << path;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

Repo::Repo(const std::vector<std::string>& options) : path_(directory_.path() + "/repo") {
  std::vector<std::string> words = {"init", "-q", "-b", "main"};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(path_);
  git_at(directory_.path(), words);
}

std::string Repo::git(const std::vector<std::string>& arguments,
                      const Environment& environment) const {
  return git_at(path_, arguments, environment);
}

std::string Repo::git_at(const std::string& at, const std::vector<std::string>& arguments,
                         const Environment& environment) const {
  Environment settings = {{"HOME", directory_.path()},
                          {"GIT_CONFIG_GLOBAL", "/dev/null"},
                          {"GIT_CONFIG_NOSYSTEM", "1"},
                          {"GIT_AUTHOR_NAME", "Author"},
                          {"GIT_AUTHOR_EMAIL", "author@example.org"},
                          {"GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z"},
                          {"GIT_COMMITTER_NAME", "Committer"},
                          {"GIT_COMMITTER_EMAIL", "committer@example.org"},
                          {"GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z"},
                          {"GIT_EDITOR", "true"},
                          {"LC_ALL", "C"}};
  for (const auto& [name, value] : environment) settings[name] = value;
  std::vector<std::string> words = {
      "git", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "protocol.file.allow=always"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  Ran ran = run(at, words, settings);
  std::string command;
  for (const std::string& word : arguments) command += " " + word;
  EXPECT_EQ(ran.status, 0) << "git" << command << "\n" << ran.output;
  if (!ran.output.empty() && ran.output.back() == '\n') ran.output.pop_back();
  return ran.output;
}

void Repo::write(const std::string& path, std::string_view content) const {
  write_file(path_ + "/" + path, content);
}

std::string Repo::commit(const std::string& message) const {
  git({"add", "-A"});
  git({"commit", "-q", "--allow-empty", "-m", message});
  return git({"rev-parse", "HEAD"});
}

std::string Repo::commit_file(const std::string& path, std::string_view content) const {
  write(path, content);
  return commit("change " + path);
}

git::Environment variables(const Environment& values) {
  return [values](const char* name) -> std::optional<std::string> {
    auto at = values.find(name);
    return at != values.end() ? std::optional<std::string>(at->second) : std::nullopt;
  };
}

}  // namespace backout::test
