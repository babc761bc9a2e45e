#include "input/render.h"

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
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "core/private_folder.h"

namespace backout {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr std::chrono::seconds most_time{20};
constexpr std::size_t most_files = 20'000;
constexpr std::uint64_t most_bytes = 64U << 20;  // of the copy
constexpr std::size_t most_error = 4096;

// Where a file lies in the copy: its absolute path below the root of it, which no `..` leaves.
fs::path place_in(const fs::path& root, std::string_view path) {
  return root / fs::absolute(path).lexically_normal().relative_path();
}

bool is_below(std::string_view path, std::string_view folder) {
  return folder == "." ||
         (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

// A chart is all in its folder. A kustomization names others, so what belongs to any comes along.
std::vector<std::size_t> wanted(argo::Renderer renderer, std::string_view folder,
                                const sql::Files& files) {
  Words folders{std::string(folder)};
  if (renderer == argo::Renderer::kustomize)
    for (const std::string& path : files.paths)
      if (argo::is_kustomization(path))
        folders.push_back(path.find('/') == std::string::npos ? "."
                                                              : path.substr(0, path.rfind('/')));
  std::sort(folders.begin(), folders.end());
  folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < files.paths.size(); ++i) {
    const std::string& path = files.paths[i];
    if ((renderer == argo::Renderer::kustomize && argo::is_manifest_name(path)) ||
        std::any_of(folders.begin(), folders.end(),
                    [&](const std::string& one) { return is_below(path, one); }))
      out.push_back(i);
  }
  return out;
}

Result<void> copy(const sql::Files& files, const std::vector<std::size_t>& indices,
                  const fs::path& root) {
  std::uint64_t bytes = 0;
  if (indices.size() > most_files)
    return fail(ErrorKind::undecided, fmt::format("more than {} files to render", most_files));
  for (const std::size_t index : indices) {
    std::optional<std::string> text;
    if (files.peek)
      text = files.peek(index).bytes;
    else if (const Source* const source = files.read(index))
      text = source->text;
    if (!text) continue;  // a link: what it leads to is not part of what is judged
    bytes += text->size();
    if (bytes > most_bytes)
      return fail(ErrorKind::undecided, fmt::format("more than {} bytes to render", most_bytes));
    const fs::path place = place_in(root, files.paths[index]);
    std::error_code error;
    fs::create_directories(place.parent_path(), error);
    std::ofstream out(place, std::ios::binary);
    if (!(out << *text))
      return fail(ErrorKind::undecided, fmt::format("cannot write `{}`", place.string()));
  }
  return {};
}

// Nothing of the user's settings, and nowhere to go: Go programs honour these proxies, git the
// empty list of protocols.
Words environment(const fs::path& home) {
  const char* const path = std::getenv("PATH");
  Words out{fmt::format("PATH={}", path ? path : "/usr/local/bin:/usr/bin:/bin"), "LC_ALL=C",
            "GIT_ALLOW_PROTOCOL=none", "GIT_TERMINAL_PROMPT=0"};
  for (const std::string_view name : {"HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
                                      "XDG_DATA_HOME", "HELM_CONFIG_HOME", "HELM_CACHE_HOME"})
    out.push_back(fmt::format("{}={}", name, home.string()));
  for (const std::string_view name : {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"})
    out.push_back(fmt::format("{}=http://127.0.0.1:9", name));
  return out;
}

std::vector<char*> pointers(Words& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

struct Ended {
  int missing = 0;  // the error number when the program could not be started
  int status = 0;
  bool late = false, long_winded = false;
  std::string output, errors;
};

struct Pipe {
  std::array<int, 2> end{-1, -1};
  Pipe() {
    if (pipe2(end.data(), O_CLOEXEC) != 0) end = {-1, -1};
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() { close_end(0), close_end(1); }
  void close_end(std::size_t i) {
    if (end[i] >= 0) close(end[i]);
    end[i] = -1;
  }
  // Reads what is there; closes at the end.
  void drain(std::string& text) {
    std::array<char, 65536> buffer{};
    const ssize_t count = read(end[0], buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) close_end(0);
  }
};

// Runs a program with all it starts as a group, which does not outlive the time.
Ended run(Words words, Words settings, std::uint64_t most_output) {
  Ended out;
  Pipe output, errors;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.end[1], 1);
  posix_spawn_file_actions_adddup2(&actions, errors.end[1], 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t child = 0;
  out.missing = posix_spawnp(&child, words[0].c_str(), &actions, &attributes,
                             pointers(words).data(), pointers(settings).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (out.missing != 0) return out;
  output.close_end(1);
  errors.close_end(1);

  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + most_time;
  while ((output.end[0] >= 0 || errors.end[0] >= 0) && !out.late && !out.long_winded) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    std::array<pollfd, 2> ready{pollfd{output.end[0], POLLIN, 0}, pollfd{errors.end[0], POLLIN, 0}};
    out.late = left <= 0;
    if (out.late ||
        (poll(ready.data(), ready.size(), static_cast<int>(left)) < 0 && errno != EINTR))
      break;
    if (ready[0].revents != 0) output.drain(out.output);
    if (ready[1].revents != 0) errors.drain(out.errors);
    out.errors.resize(std::min(out.errors.size(), most_error));
    out.long_winded = out.output.size() > most_output;
  }
  kill(-child, SIGKILL);  // nothing it started stays behind
  while (waitpid(child, &out.status, 0) < 0 && errno == EINTR) {
  }
  return out;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

}  // namespace

Result<std::string> render(argo::Renderer renderer, std::string_view folder,
                           const sql::Files& files, const Limits& limits) {
  const PrivateFolder copy_root;
  const auto undecided = [&](std::string message) {
    return fail(ErrorKind::undecided, std::move(message));
  };
  if (copy_root.path().empty()) return undecided("no private folder to render in");
  TRY_VOID(copy(files, wanted(renderer, folder, files), fs::path(copy_root.path()) / "files"));
  const std::string place = place_in(fs::path(copy_root.path()) / "files", folder).string();
  std::vector<Words> tools{{"helm", "template", place}};
  if (renderer == argo::Renderer::kustomize)
    tools = {{"kustomize", "build", place}, {"kubectl", "kustomize", place}};
  for (const Words& words : tools) {
    Ended ended = run(words, environment(copy_root.path()), limits.file_bytes);
    if (ended.missing == ENOENT) continue;
    const std::string name = words[0] + " " + words[1];
    if (ended.missing != 0)
      return undecided(fmt::format("cannot run `{}`: {}", name, std::strerror(ended.missing)));
    if (ended.late) return undecided(fmt::format("`{}` took too long", name));
    if (ended.long_winded)
      return undecided(fmt::format("`{}` prints more than `limits.file_bytes`", name));
    if (ended.status != 0)
      return undecided(fmt::format("`{}` fails: {}", name, first_line(ended.errors)));
    return std::move(ended.output);
  }
  return undecided(fmt::format("there is no `{}` on the path", tools[0][0]));
}

}  // namespace backout
