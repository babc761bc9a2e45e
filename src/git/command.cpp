// posix_spawn with two pipes. The child is always reaped, whatever happens in between.
#include "git/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <thread>

extern char** environ;

namespace backout::git {
namespace {

constexpr std::size_t error_bytes = std::size_t{64} << 10;

// Both ends of a pipe; neither survives into other children.
struct Pipe {
  std::array<int, 2> end{-1, -1};

  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() { close_end(0), close_end(1); }

  bool open() { return ::pipe2(end.data(), O_CLOEXEC) == 0; }
  void close_end(std::size_t i) {
    if (end[i] >= 0) ::close(end[i]);
    end[i] = -1;
  }
};

constexpr std::pair<const char*, const char*> always[] = {
    {"GIT_OPTIONAL_LOCKS", "0"},     {"GIT_NO_LAZY_FETCH", "1"}, {"GIT_TERMINAL_PROMPT", "0"},
    {"GIT_NO_REPLACE_OBJECTS", "1"}, {"GIT_TRACE", "0"},         {"LC_ALL", "C"}};

std::vector<std::string> environment(const Program& program) {
  Variables all = program.variables;
  const auto known = [&](std::string_view name) {
    for (const auto& [key, value] : all)
      if (key == name) return true;
    return false;
  };
  for (const auto& [key, value] : always)
    if (!program.for_user && !known(key)) all.emplace_back(key, value);
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    std::string_view name = text.substr(0, text.find('='));
    bool gone = known(name);
    for (const std::string& key : program.without) gone |= key == name;
    if (!gone) result.emplace_back(text);
  }
  for (const auto& [key, value] : all) result.push_back(key + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// Reads what is there; closes the end at the end of file.
void drain(Pipe& pipe, std::string& text) {
  std::array<char, 65536> buffer;
  ssize_t count = ::read(pipe.end[0], buffer.data(), buffer.size());
  if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  if (count == 0 || (count < 0 && errno != EINTR)) pipe.close_end(0);
}

// Milliseconds for poll(); negative: for ever.
int rest_of(std::chrono::steady_clock::time_point end, bool ends) {
  if (!ends) return -1;
  const auto rest =
      std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(rest.count(), 0, 60'000));
}

Error cannot_run(const std::string& program, int code) {
  return {ErrorKind::undecided, fmt::format("cannot run `{}`: {}", program, std::strerror(code))};
}

}  // namespace

Result<CommandResult> run(const std::vector<std::string>& arguments, const Variables& variables,
                          std::size_t limit) {
  // A repository's own configuration may name a program to ask for changed files: not here.
  std::vector<std::string> words = {"git", "-c", "core.fsmonitor=false"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_program(std::move(words), variables, limit);
}

Result<CommandResult> run_program(std::vector<std::string> words, const Variables& variables,
                                  std::size_t limit, const std::string& input) {
  Program program{std::move(words), variables, {}, input, limit};
  return run_program(std::move(program));
}

Result<CommandResult> run_program(Program given) {
  const std::string program = given.words.front();
  const std::string& input = given.input;
  const std::size_t limit = given.limit;
  std::vector<std::string>& words = given.words;
  std::vector<std::string> settings = environment(given);

  Pipe output, errors;
  if (!output.open() || !errors.open()) return tl::unexpected(cannot_run(program, errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (!given.interactive) posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.end[1], 1);
  if (!given.for_user) posix_spawn_file_actions_adddup2(&actions, errors.end[1], 2);
  pid_t child = 0;
  int code = posix_spawnp(&child, program.c_str(), &actions, nullptr, pointers(words).data(),
                          pointers(settings).data());
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) return tl::unexpected(cannot_run(program, code));
  output.close_end(1);
  errors.close_end(1);

  CommandResult result;
  const bool ends = given.within.count() > 0;
  const auto end = std::chrono::steady_clock::now() + given.within;
  bool too_much = false, too_long = false;
  while (output.end[0] >= 0 || errors.end[0] >= 0) {
    std::array<pollfd, 2> ready{pollfd{output.end[0], POLLIN, 0}, pollfd{errors.end[0], POLLIN, 0}};
    if (::poll(ready.data(), ready.size(), rest_of(end, ends)) < 0 && errno != EINTR) break;
    if (ready[0].revents != 0) drain(output, result.output);
    if (ready[1].revents != 0) drain(errors, result.errors);
    if (result.errors.size() > error_bytes) result.errors.resize(error_bytes);
    too_much = result.output.size() > limit;
    too_long = ends && std::chrono::steady_clock::now() >= end;
    if (too_much || too_long) {
      ::kill(child, SIGKILL);
      break;
    }
  }
  int status = 0;
  pid_t reaped = 0;
  while (ends && !too_much && !too_long && (reaped = ::waitpid(child, &status, WNOHANG)) == 0) {
    too_long = std::chrono::steady_clock::now() >= end;  // it closed its output, and goes on
    if (too_long) ::kill(child, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  while (reaped <= 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (too_much)
    return fail(ErrorKind::undecided,
                fmt::format("`{}` prints more than {} bytes", program, limit));
  if (too_long)
    return fail(ErrorKind::undecided,
                fmt::format("`{}` has not ended within {} s", program,
                            static_cast<double>(given.within.count()) / 1000));
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  while (!result.errors.empty() && result.errors.back() == '\n') result.errors.pop_back();
  return result;
}

}  // namespace backout::git
