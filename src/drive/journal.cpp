// A line is an object with `entry`, `at` and what the entry needs; unknown entries are passed over,
// so that an older program can read a newer one's journal.
#include "drive/journal.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/sha256.h"

namespace backout::drive {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t most_bytes = std::size_t{16} << 20;  // of a journal
constexpr std::string_view suffix = ".jsonl";

tl::unexpected<Error> cannot(std::string_view what, const std::string& path) {
  return fail(ErrorKind::undecided,
              fmt::format("cannot {} the journal `{}`: {}; without it nothing is changed, as a "
                          "crash would leave no trace of it",
                          what, path, std::strerror(errno)));
}

Instant instant_now() { return now().value_or(Instant{}); }

std::string who_and_where() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  const git::Environment environment = git::process_environment();
  std::string user = environment("USER").value_or(std::string());
  if (user.empty()) user = environment("LOGNAME").value_or(std::string());
  if (user.empty()) user = fmt::format("uid {}", ::getuid());
  return user + "@" + host.data();
}

// "rollback-catalog": what a person can type.
std::string stem(const Plan& plan) {
  std::string out = plan.command;
  for (char& c : out)
    if (c == ' ') c = '-';
  out += '-';
  const std::string_view subject = plan.subject;
  const std::size_t slash = subject.rfind('/');
  for (const char c : subject.substr(slash == std::string_view::npos ? 0 : slash + 1)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain || (out.back() != '-' && c == '-')) out += c;
    if (out.size() > 60) break;
  }
  return out;
}

Result<void> make_folders(const std::string& folder) {
  std::error_code error;
  for (const char* const below : {"", "/open", "/ended"}) {
    fs::create_directories(folder + below, error);
    if (error)
      return fail(ErrorKind::usage,
                  fmt::format("cannot make the folder `{}{}` for journals: {}; set XDG_STATE_HOME "
                              "to a folder that lasts",
                              folder, below, error.message()));
    ::chmod((folder + below).c_str(), 0700);
  }
  return {};
}

// Names are on the disk only when their folder is.
void sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::optional<std::string> read_all(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return std::nullopt;
  std::string out;
  std::array<char, 65536> buffer;
  for (ssize_t count;
       out.size() < most_bytes && (count = ::read(fd, buffer.data(), buffer.size())) > 0;)
    out.append(buffer.data(), static_cast<std::size_t>(count));
  ::close(fd);
  return out;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}
Json entry_of(std::string_view name) { return {{"entry", name}, {"at", to_text(instant_now())}}; }

std::string words(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Whose state an entry is about: the step's place, checked.
StepState* state_of(const Json& entry, Operation& out) {
  const auto found = entry.find("step");
  if (found == entry.end() || !found->is_number_unsigned()) return nullptr;
  const auto step = found->get<std::size_t>();
  return step < out.steps.size() ? &out.steps[step] : nullptr;
}

void take(const Json& entry, Operation& out) {
  const std::string name = words(entry, "entry");
  const std::optional<Instant> at = parse_instant(words(entry, "at"));
  out.stopped.clear();
  out.waiting = false;
  if (name == "undo") {
    out.undoing = true;
  } else if (name == "stop") {
    out.stopped = words(entry, "why");
    const auto waiting = entry.find("waiting");
    out.waiting = waiting != entry.end() && waiting->is_boolean() && waiting->get<bool>();
  } else if (name == "end") {
    out.outcome = words(entry, "outcome");
    out.ended = at;
  }
  StepState* const state = state_of(entry, out);
  if (!state) return;
  if (const auto memory = entry.find("memory"); memory != entry.end() && memory->is_object()) {
    state->memory.clear();
    for (const auto& [key, value] : memory->items())
      if (value.is_string()) state->memory[key] = value.get<std::string>();
  }
  if (const std::string said = words(entry, "said"); !said.empty()) state->said = said;
  if (name == "start") {
    if (!state->started) state->started = at;
  } else if (name == "done") {
    state->done = true;
    state->undone = false;
    state->ended = at;
  } else if (name == "undone") {
    state->undone = true;
    state->ended = at;
  }
}

std::string name_of(const std::string& path) { return fs::path(path).stem().string(); }

std::vector<std::string> journals_in(const std::string& folder) {
  std::vector<std::string> out;
  DIR* const entries = ::opendir(folder.c_str());
  if (!entries) return out;
  while (const dirent* const entry = ::readdir(entries)) {
    const std::string_view name = entry->d_name;
    if (name.size() > suffix.size() && name.ends_with(suffix))
      out.push_back(folder + "/" + entry->d_name);
  }
  ::closedir(entries);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<std::string> state_folder(const git::Environment& environment) {
  const std::string state = environment("XDG_STATE_HOME").value_or(std::string());
  if (state.starts_with('/')) return state + "/backout";
  const std::string home = environment("HOME").value_or(std::string());
  if (home.starts_with('/')) return home + "/.local/state/backout";
  return fail(ErrorKind::usage,
              "there is no place for the journal: neither XDG_STATE_HOME nor HOME is an absolute "
              "path; set XDG_STATE_HOME to a folder that lasts");
}

std::optional<Operation> read_journal(std::string_view lines) {
  std::optional<Operation> out;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) break;  // torn
    const Json entry = Json::parse(lines.substr(0, end), nullptr, false);
    lines.remove_prefix(end + 1);
    if (!entry.is_object()) continue;
    if (out) {
      take(entry, *out);
      continue;
    }
    if (words(entry, "entry") != "plan" || !entry.contains("plan")) return std::nullopt;
    auto plan = read_plan(dump(entry["plan"]));
    const auto at = parse_instant(words(entry, "at"));
    if (!plan || !at) return std::nullopt;
    out.emplace();
    out->by = words(entry, "by");
    out->started = *at;
    out->steps.resize(plan->steps.size());
    out->plan = std::move(*plan);
  }
  return out;
}

// The plan is written beside its place and moved there, so that no journal begins with half of one.
Result<Journal> Journal::create(const std::string& folder, const Plan& plan) {
  TRY_VOID(make_folders(folder));
  Json entry = entry_of("plan");
  entry["by"] = who_and_where();
  entry["version"] = 1;
  entry["plan"] = Json::parse(json(plan, -1), nullptr, false);
  const std::string line = dump(entry) + "\n";

  Journal out;
  out.folder_ = folder;
  std::string draft = folder + "/open/draft-XXXXXX";
  out.fd_ = ::mkostemp(draft.data(), O_CLOEXEC | O_APPEND);  // mode 0600
  if (out.fd_ < 0) return cannot("create", draft);
  if (::flock(out.fd_, LOCK_EX | LOCK_NB) != 0 || !write_all(out.fd_, line) ||
      ::fsync(out.fd_) != 0) {
    const auto error = cannot("write", draft);
    ::unlink(draft.c_str());
    return error;
  }
  const std::string digest =
      sha256(fmt::format("{}{}{}", line, ::getpid(), fs::path(draft).filename().string()));
  for (std::size_t digits = 4; digits <= digest.size(); ++digits) {
    const std::string id = fmt::format("{}-{}", stem(plan), digest.substr(0, digits));
    out.path_ = fmt::format("{}/open/{}{}", folder, id, suffix);
    std::error_code ignored;
    if (fs::exists(fmt::format("{}/ended/{}{}", folder, id, suffix), ignored)) continue;
    if (::link(draft.c_str(), out.path_.c_str()) == 0) break;
    if (errno == EEXIST) continue;
    const auto error = cannot("name", out.path_);
    ::unlink(draft.c_str());
    return error;
  }
  ::unlink(draft.c_str());
  sync_folder(folder + "/open");
  out.operation_ = *read_journal(line);
  out.operation_.id = name_of(out.path_);
  return out;
}

Result<Journal> Journal::open(const std::string& folder, const std::string& id) {
  TRY(const Operation known, find_operation(folder, id));
  Journal out;
  out.folder_ = folder;
  out.path_ = fmt::format("{}/open/{}{}", folder, known.id, suffix);
  out.fd_ = ::open(out.path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
  if (out.fd_ < 0 && !known.outcome.empty())
    return fail(ErrorKind::usage,
                fmt::format("operation `{}` is {} since {}", known.id, known.outcome,
                            known.ended ? to_text(*known.ended) : "some time"));
  if (out.fd_ < 0) return cannot("open", out.path_);
  if (::flock(out.fd_, LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorKind::usage, fmt::format("another process works on operation `{}` right now; "
                                              "let it finish, or end it first",
                                              known.id));
  // Read again: until the lock was ours another process may have gone on, or ended it.
  const auto text = read_all(out.path_);
  auto operation = text ? read_journal(*text) : std::nullopt;
  if (!operation) return cannot("read", out.path_);
  // A torn line must not run into the next one.
  if (!text->ends_with('\n') && !write_all(out.fd_, "\n")) return cannot("write", out.path_);
  out.operation_ = std::move(*operation);
  out.operation_.id = known.id;
  if (!out.operation_.outcome.empty()) {  // killed before it was moved
    TRY_VOID(out.file_away());
    return fail(ErrorKind::usage,
                fmt::format("operation `{}` is {}", known.id, out.operation_.outcome));
  }
  return out;
}

Journal::Journal(Journal&& other) noexcept
    : folder_(std::move(other.folder_)),
      path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      operation_(std::move(other.operation_)) {}

Journal::~Journal() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> Journal::append(const std::string& line) {
  if (!write_all(fd_, line) || ::fsync(fd_) != 0) return cannot("write", path_);
  take(Json::parse(line, nullptr, false), operation_);
  return {};
}

Result<void> Journal::start(std::size_t step) {
  Json entry = entry_of("start");
  entry["step"] = step;
  return append(dump(entry) + "\n");
}
Result<void> Journal::note(std::size_t step, const Facts& memory) {
  Json entry = entry_of("note");
  entry["step"] = step;
  entry["memory"] = memory;
  return append(dump(entry) + "\n");
}
Result<void> Journal::done(std::size_t step, const Facts& memory, const std::string& said) {
  Json entry = entry_of("done");
  entry["step"] = step;
  entry["memory"] = memory;
  entry["said"] = said;
  return append(dump(entry) + "\n");
}
Result<void> Journal::undone(std::size_t step, const std::string& said) {
  Json entry = entry_of("undone");
  entry["step"] = step;
  entry["said"] = said;
  return append(dump(entry) + "\n");
}
Result<void> Journal::undo() { return append(dump(entry_of("undo")) + "\n"); }
Result<void> Journal::stop(const std::string& why, bool waiting) {
  Json entry = entry_of("stop");
  entry["why"] = why;
  entry["waiting"] = waiting;
  return append(dump(entry) + "\n");
}

Result<std::string> Journal::end(const std::string& outcome) {
  Json entry = entry_of("end");
  entry["outcome"] = outcome;
  TRY_VOID(append(dump(entry) + "\n"));
  return file_away();
}

Result<std::string> Journal::file_away() {
  const std::string ended = fmt::format("{}/ended/{}", folder_, operation_.id);
  const std::string path = ended + ".md";
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  const bool written = fd >= 0 && write_all(fd, record(operation_)) && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (::rename(path_.c_str(), (ended + std::string(suffix)).c_str()) != 0)
    return cannot("move", path_);
  sync_folder(folder_ + "/ended");
  sync_folder(folder_ + "/open");
  return written ? path : std::string();
}

std::vector<Operation> open_operations(const std::string& folder,
                                       std::vector<std::string>* broken) {
  std::vector<Operation> out;
  for (const std::string& path : journals_in(folder + "/open")) {
    const auto text = read_all(path);
    auto operation = text ? read_journal(*text) : std::nullopt;
    if (!operation) {
      if (broken) broken->push_back(path);
    } else if (operation->outcome.empty()) {  // else killed before it was moved
      operation->id = name_of(path);
      out.push_back(std::move(*operation));
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Operation& a, const Operation& b) { return a.started < b.started; });
  return out;
}

Result<Operation> find_operation(const std::string& folder, const std::string& id) {
  for (const char* const below : {"/open", "/ended"})
    for (const std::string& path : journals_in(folder + below)) {
      if (name_of(path) != id) continue;
      const auto text = read_all(path);
      auto operation = text ? read_journal(*text) : std::nullopt;
      if (!operation)
        return fail(ErrorKind::undecided, fmt::format("`{}` is no journal that can be read", path));
      operation->id = id;
      return std::move(*operation);
    }
  std::vector<std::string> known;
  for (const Operation& one : open_operations(folder)) known.push_back("`" + one.id + "`");
  return fail(ErrorKind::usage,
              fmt::format("there is no operation `{}`; open are: {}", id,
                          known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
}

}  // namespace backout::drive
