#include "program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "json_schema.h"
#include "report/report.h"

namespace backout::test {
namespace {

constexpr rlim_t most_cpu_seconds =
    rlim_t{60} * slowdown;  // far above every test's own bound: no run hangs forever

// A file without a name, which never fills up as a pipe does.
int file_with(std::string_view text) {
  const int fd = ::memfd_create("stream", 0);
  EXPECT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::lseek(fd, 0, SEEK_SET);
  return fd;
}

std::string taken(int fd) {
  std::string text(static_cast<std::size_t>(::lseek(fd, 0, SEEK_END)), '\0');
  EXPECT_EQ(::pread(fd, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  ::close(fd);
  return text;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (std::string& text : strings) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Ended backout(const std::string& directory, const std::vector<std::string>& words,
              const Setting& setting) {
  Environment environment = {{"PATH", std::getenv("PATH")},
                             {"HOME", directory},
                             {"GIT_CONFIG_GLOBAL", "/dev/null"},
                             {"GIT_CONFIG_NOSYSTEM", "1"}};
  for (const auto& [name, value] : setting.environment) environment[name] = value;
  std::vector<std::string> all = {setting.program.empty() ? BACKOUT_PROGRAM : setting.program};
  std::vector<std::string> settings;
  all.insert(all.end(), words.begin(), words.end());
  for (const auto& [name, value] : environment) settings.push_back(name + "=" + value);
  const std::vector<char*> arguments = pointers(all), variables = pointers(settings);

  const int in = file_with(setting.input), out = file_with({}), err = file_with({});
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit cpu{most_cpu_seconds, most_cpu_seconds};
    ::setrlimit(RLIMIT_CPU, &cpu);
    ::dup2(in, 0);
    ::dup2(out, 1);
    ::dup2(setting.merged ? out : err, 2);
    if (::chdir(directory.c_str()) == 0) ::execve(arguments[0], arguments.data(), variables.data());
    ::_exit(127);
  }
  if (setting.started) setting.started(child);
  int status = 0;
  rusage used{};
  ::wait4(child, &status, 0, &used);
  Ended ended;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  ended.seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
  ended.peak_bytes = static_cast<std::size_t>(used.ru_maxrss) << 10;
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ::close(in);
  ended.out = taken(out);
  ended.err = taken(err);
  return ended;
}

nlohmann::json report(const std::string& directory, std::vector<std::string> words,
                      const Setting& setting, Ended* ended_out) {
  static const nlohmann::json schema = nlohmann::json::parse(report::report_schema());
  words.insert(std::find(words.begin(), words.end(), "--"), {"--format", "json"});
  const Ended ended = backout(directory, words, setting);
  if (ended_out) *ended_out = ended;
  nlohmann::json out = nlohmann::json::parse(ended.out, nullptr, false);
  if (out.is_discarded()) {
    ADD_FAILURE() << "no report, exit " << ended.code << "\n" << ended.out << ended.err;
    return nullptr;
  }
  EXPECT_EQ(schema_violations(schema, out), std::vector<std::string>());
  EXPECT_EQ(out["verdict"]["exit_code"], ended.code);
  EXPECT_EQ(ended.err, "");
  return out;
}

std::string gist(const nlohmann::json& report) {
  if (!report.is_object()) return "no report";
  std::string out = report["verdict"]["decision"];
  for (const nlohmann::json& finding : report["findings"]) {
    out += ' ' + finding["rule"].get<std::string>();
    const nlohmann::json& location = finding["location"];
    if (location.is_null()) continue;
    out += '@' + location["path"].get<std::string>();
    if (location.contains("start") && location["start"].is_object())
      out += ':' + std::to_string(location["start"]["line"].get<int>());
  }
  return out;
}

}  // namespace backout::test
