#include "input/revision.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

namespace backout {

struct RevisionFiles::Store {
  struct Side {
    git::Tree tree;
    std::vector<const Source*> sources;  // null: not read yet, or not readable
  };
  std::vector<Side> sides;  // base, head, then older releases
  const git::Repository* repository = nullptr;
  std::uint64_t limit = 0;
  std::map<std::pair<std::array<unsigned char, 20>, std::string>, std::unique_ptr<const Source>>
      read;
  std::vector<std::unique_ptr<const Source>> empty;  // stand for what cannot be read
  std::optional<Error> error;                        // the first of files that were asked for late
  std::mutex mutex;

  Result<const Source*> load(const git::Entry& entry) {
    if (const auto it = read.find({entry.blob.bytes, entry.path}); it != read.end())
      return it->second.get();
    TRY(git::Blob blob, git::read_blob(*repository, entry.blob, limit, entry.path));
    if (!blob.bytes) return nullptr;
    auto source = std::make_unique<const Source>(make_source(entry.path, std::move(*blob.bytes)));
    return read.emplace(std::pair{entry.blob.bytes, entry.path}, std::move(source))
        .first->second.get();
  }
  sql::Peeked peek(const Side& side, std::size_t index) {
    const git::Entry& entry = side.tree.entries[index];
    if (entry.mode == git::link_mode) return {std::nullopt, "symbolic link: not followed"};
    if (entry.mode == git::submodule_mode) return {std::nullopt, "submodule"};
    Result<git::Blob> blob = git::read_blob(*repository, entry.blob, limit, entry.path);
    if (!blob) {
      const std::lock_guard lock(mutex);
      if (!error) error = blob.error();
      return {std::nullopt, blob.error().message};
    }
    if (blob->bytes) return {std::move(blob->bytes)};
    return {std::nullopt, fmt::format("larger than `limits.file_bytes` ({} bytes)", limit), true};
  }
  const Source* ask(Side& side, std::size_t index) {
    const std::lock_guard lock(mutex);
    const git::Entry& entry = side.tree.entries[index];
    if (side.sources[index] || sql::is_sql_file(entry.path)) return side.sources[index];
    if (entry.mode == git::link_mode || entry.mode == git::submodule_mode) return nullptr;
    Result<const Source*> source = load(entry);
    if (!source && !error) error = source.error();
    side.sources[index] = source ? *source : nullptr;
    return side.sources[index];
  }
};

namespace {

sql::Files files_of(const std::shared_ptr<RevisionFiles::Store>& store, std::size_t side) {
  sql::Files files;
  for (const git::Entry& entry : store->sides[side].tree.entries) files.paths.push_back(entry.path);
  files.read = [store, side](std::size_t index) { return store->ask(store->sides[side], index); };
  files.peek = [store, side](std::size_t index) { return store->peek(store->sides[side], index); };
  return files;
}

constexpr std::size_t base_side = 0, head_side = 1, first_release = 2;

bool same_entry(const git::Entry* a, const git::Entry& b) {
  return a && a->blob == b.blob && a->mode == b.mode;
}

}  // namespace

std::optional<Error> RevisionFiles::error() const {
  const std::lock_guard lock(store->mutex);
  return store->error;
}

std::vector<const git::Tree*> RevisionFiles::trees() const {
  std::vector<const git::Tree*> out;
  for (const Store::Side& side : store->sides) out.push_back(&side.tree);
  return out;
}

Result<RevisionFiles> revision_files(const git::Repository& repository, git::Tree base,
                                     git::Tree head, const Limits& limits,
                                     std::vector<git::Tree> releases) {
  RevisionFiles out;
  out.store = std::make_shared<RevisionFiles::Store>();
  RevisionFiles::Store& store = *out.store;
  store.repository = &repository;
  store.limit = limits.file_bytes;
  store.sides.resize(first_release + releases.size());
  store.sides[base_side].tree = std::move(base);
  store.sides[head_side].tree = std::move(head);
  for (std::size_t i = 0; i < releases.size(); ++i)
    store.sides[first_release + i].tree = std::move(releases[i]);
  for (RevisionFiles::Store::Side& side : store.sides) {
    side.sources.resize(side.tree.entries.size());
    for (std::size_t i = 0; i < side.tree.entries.size(); ++i) {
      const git::Entry& entry = side.tree.entries[i];
      if (!sql::is_sql_file(entry.path)) continue;
      std::string defect;
      bool limit = false;
      if (entry.mode == git::link_mode)
        defect = "symbolic link: not followed";
      else if (entry.mode == git::submodule_mode)
        defect = "submodule: its files are in another repository";
      else {
        TRY(side.sources[i], store.load(entry));
        if (!side.sources[i]) {
          defect = fmt::format("larger than `limits.file_bytes` ({} bytes)", limits.file_bytes);
          limit = true;
        }
      }
      if (defect.empty() || &side != &store.sides[head_side]) continue;
      store.empty.push_back(std::make_unique<const Source>(Source{entry.path, {}, 0}));
      out.unreadable.push_back(
          {store.empty.back().get(), std::move(defect), limit,
           same_entry(git::find(store.sides[base_side].tree, entry.path), entry)});
    }
  }
  out.base = files_of(out.store, base_side);
  out.head = files_of(out.store, head_side);
  for (std::size_t i = first_release; i < store.sides.size(); ++i)
    out.releases.push_back(files_of(out.store, i));
  for (const git::Entry& entry : store.sides[head_side].tree.entries)
    out.head_blobs.push_back(git::hex(entry.blob));
  for (const git::Entry& entry : store.sides[base_side].tree.entries)
    out.base_blobs.push_back(git::hex(entry.blob));
  return out;
}

}  // namespace backout
