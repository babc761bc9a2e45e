#include "input/disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "argo/sniff.h"
#include "core/parallel.h"

namespace backout {
namespace {

namespace fs = std::filesystem;

struct Bytes {
  std::string text;
  std::string defect;  // why it could not be read; empty: it was
  bool limit = false;  // too large
};

Bytes read_file(const std::string& path, std::uint64_t limit) {
  const int file = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0)
    return {.text = {},
            .defect = errno == ELOOP ? "symbolic link: not followed" : std::strerror(errno)};
  Bytes out;
  struct stat status {};
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    out.defect = "not a regular file";
  } else if (static_cast<std::uint64_t>(status.st_size) > limit) {
    out.defect = fmt::format("larger than `limits.file_bytes` ({} bytes)", limit);
    out.limit = true;
  } else {
    out.text.resize(static_cast<std::size_t>(status.st_size));
    std::size_t have = 0;
    while (have < out.text.size()) {
      const ssize_t got = read(file, out.text.data() + have, out.text.size() - have);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) out.defect = std::strerror(errno);
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    out.text.resize(have);
  }
  close(file);
  return out;
}

// "a//b/../c/" is "a/c".
std::string plain(const std::string& name) {
  std::string out = fs::path(name).lexically_normal().string();
  while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

// All files below a folder; links to folders are not entered.
Result<void> list(const std::string& folder, bool recursive, std::vector<std::string>& paths) {
  std::error_code error;
  const std::string prefix = folder == "." ? std::string() : folder == "/" ? folder : folder + "/";
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code type_error;  // the type comes with the listing, without a call for each file
    if (it->is_symlink(type_error) || !it->is_directory(type_error))
      paths.push_back(prefix + name);
    else if (recursive && name != ".git")
      TRY_VOID(list(prefix + name, true, paths));
  }
  if (error)
    return fail(ErrorKind::input, fmt::format("cannot list `{}`: {}", folder, error.message()));
  return {};
}

}  // namespace

struct DiskFiles::Store {
  struct Slot {
    std::unique_ptr<const Source> source;  // null: not read yet, or not readable
    std::string defect;
    bool limit = false;
    bool loaded = false;
    bool early = false;  // before anybody asks
  };
  std::uint64_t limit = 0;
  std::vector<std::string> paths;
  std::vector<Slot> slots;
  std::vector<std::unique_ptr<const Source>> empty;  // stand for what cannot be read
  std::mutex mutex;                                  // of the slots that are read when asked for

  void load(std::size_t index) {
    Slot& slot = slots[index];
    Bytes bytes = read_file(paths[index], limit);
    slot.loaded = true;
    slot.defect = std::move(bytes.defect);
    slot.limit = bytes.limit;
    if (slot.defect.empty())
      slot.source =
          std::make_unique<const Source>(make_source(paths[index], std::move(bytes.text)));
  }
  // What is surely wanted is read beforehand, on all threads.
  static bool is_eager(std::string_view path) {
    return sql::is_sql_file(path) && sql::other_dialect(path).empty();
  }
  [[nodiscard]] sql::Peeked peek(std::size_t index) const {
    return read_regular_file(paths[index], limit);
  }
  const Source* read(std::size_t index) {
    if (!slots[index].early) {
      const std::lock_guard lock(mutex);
      if (!slots[index].loaded) load(index);
    }
    return slots[index].source.get();
  }
};

sql::Peeked read_regular_file(const std::string& path, std::uint64_t limit) {
  Bytes bytes = read_file(path, limit);
  if (!bytes.defect.empty()) return {std::nullopt, std::move(bytes.defect), bytes.limit};
  return {std::move(bytes.text)};
}

Result<DiskFiles> disk_files(const std::vector<std::string>& names, const Limits& limits,
                             unsigned threads) {
  DiskFiles out;
  out.store = std::make_shared<DiskFiles::Store>();
  std::vector<std::string>& paths = out.store->paths;
  std::vector<std::string> files;  // that are named: read whatever they are called
  for (const std::string& given : names) {
    const std::string name = plain(given);
    std::error_code error;
    fs::file_status status = fs::symlink_status(name, error);
    // A folder that is named is meant, also through a link.
    if (fs::is_directory(name, error)) status.type(fs::file_type::directory);
    if (status.type() == fs::file_type::not_found || status.type() == fs::file_type::none)
      return fail(ErrorKind::input, fmt::format("`{}` does not exist", given));
    out.named.push_back(name == "." ? "" : name);  // no prefix: paths start without "./"
    if (status.type() == fs::file_type::directory) {
      TRY_VOID(list(name, true, paths));
    } else {
      const std::string folder = fs::path(name).parent_path().string();
      TRY_VOID(list(folder.empty() ? "." : folder, false, paths));
      paths.push_back(name);
      files.push_back(name);
    }
  }
  std::sort(files.begin(), files.end());
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());

  DiskFiles::Store& store = *out.store;
  store.limit = limits.file_bytes;
  store.slots.resize(paths.size());
  std::vector<std::size_t> sql;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const bool is_named = std::binary_search(files.begin(), files.end(), paths[i]);
    store.slots[i].early = is_named || DiskFiles::Store::is_eager(paths[i]);
    if (store.slots[i].early) sql.push_back(i);
  }
  parallel_for(sql.size(), threads, [&](std::size_t i) { store.load(sql[i]); });
  for (const std::size_t i : sql) {
    const std::string& defect = store.slots[i].defect;
    if (defect.empty()) continue;
    store.empty.push_back(std::make_unique<const Source>(Source{paths[i], {}, 0}));
    out.unreadable.push_back({store.empty.back().get(), defect, store.slots[i].limit});
  }
  out.files.paths = paths;
  out.files.read = [held = out.store](std::size_t index) { return held->read(index); };
  out.files.peek = [held = out.store](std::size_t index) { return held->peek(index); };
  return out;
}

Result<DiskFiles> text_file(std::string bytes, const Limits& limits) {
  if (bytes.size() > limits.file_bytes)
    return fail(ErrorKind::undecided,
                fmt::format("standard input is larger than `limits.file_bytes` ({} bytes)",
                            limits.file_bytes));
  DiskFiles out;
  out.store = std::make_shared<DiskFiles::Store>();
  out.files.read = [held = out.store](std::size_t index) {
    return held->slots[index].source.get();
  };
  if (bytes.find_first_not_of(" \t\r\n") == std::string::npos) return out;  // nothing to judge
  const bool manifest = argo::interest_of_bytes(bytes) != argo::Interest::none;
  out.store->paths = out.files.paths = {"-"};
  if (!manifest) out.named = {"-"};  // what is named is taken for SQL, whatever it is called
  out.store->slots.resize(1);
  out.store->slots[0] = {
      std::make_unique<const Source>(make_source("-", std::move(bytes))), {}, false, true, true};
  return out;
}

}  // namespace backout
