// Reads raw tree objects ("mode SP name NUL id", sorted) instead of libgit2's parsed ones: half the
// time on large repositories, and a hostile tree (unsorted, shared a billion times over, nested
// without end) stops with an error in bounded time and memory.
#include "git/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "git/libgit2.h"

namespace backout::git {
namespace {

constexpr std::uint32_t type_bits = 0170000;
constexpr std::uint32_t directory_type = 0040000;
constexpr int depth_limit = 1000;  // git's own tools stop at 2048 since 2.45

struct Item {
  std::string_view name;
  std::uint32_t mode = 0;
  Oid oid;

  bool is_directory() const { return (mode & type_bits) == directory_type; }
};

// git's order within a tree: a directory sorts as if its name ended in a slash. That makes the
// depth-first walk come out in the order of the bytes of whole paths.
int compare(const Item& a, const Item& b) {
  std::size_t common = std::min(a.name.size(), b.name.size());
  if (int order = a.name.substr(0, common).compare(b.name.substr(0, common))) return order;
  auto next = [common](const Item& item) -> int {
    if (common < item.name.size()) return static_cast<unsigned char>(item.name[common]);
    return item.is_directory() ? '/' : 0;
  };
  return next(a) - next(b);
}

// The items of one tree, in order. A default one is the empty tree.
class Cursor {
 public:
  // Returns what went wrong, nothing when all is well.
  std::string read(const Repository& repository, const Oid& oid) {
    git_oid id = to_libgit2(oid);
    if (git_odb_read(object_.out(), repository.objects.get(), &id) != 0) return last_error();
    if (git_odb_object_type(object_.get()) != GIT_OBJECT_TREE) return "it is not a tree";
    rest_ = std::string_view(static_cast<const char*>(git_odb_object_data(object_.get())),
                             git_odb_object_size(object_.get()));
    next();
    return {};
  }

  const Item* item() const { return has_item_ ? &item_ : nullptr; }
  bool malformed() const { return malformed_; }

  void next() {
    Item previous = item_;
    bool had_item = std::exchange(has_item_, false);
    if (rest_.empty()) return;
    malformed_ = true;
    std::uint32_t mode = 0;
    std::size_t at = 0;
    for (; at < rest_.size() && rest_[at] >= '0' && rest_[at] <= '7' && at < 7; ++at)
      mode = mode * 8 + static_cast<std::uint32_t>(rest_[at] - '0');
    if (mode == 0 || at == rest_.size() || rest_[at] != ' ') return;
    std::size_t end = rest_.find('\0', ++at);
    if (end == std::string_view::npos || rest_.size() - end - 1 < item_.oid.bytes.size()) return;
    item_.name = rest_.substr(at, end - at);
    item_.mode = mode;
    std::memcpy(item_.oid.bytes.data(), rest_.data() + end + 1, item_.oid.bytes.size());
    rest_.remove_prefix(end + 1 + item_.oid.bytes.size());
    if (item_.name.empty() || item_.name == "." || item_.name == ".." ||
        item_.name.find('/') != std::string_view::npos)
      return;
    if (had_item && compare(previous, item_) >= 0) return;
    malformed_ = false;
    has_item_ = true;
  }

 private:
  Handle<git_odb_object> object_;
  std::string_view rest_;
  Item item_;
  bool has_item_ = false;
  bool malformed_ = false;
};

// Walks two trees side by side, either of them possibly absent, and hands each file and directory
// that is not the same on both sides to `visit(path, before, after)`; an absent side is null. A
// directory is entered when the visitor returns true.
template <class Visit>
class Walk {
 public:
  Walk(const Repository& repository, std::size_t limit, Visit visit)
      : repository_(repository), limit_(limit), left_(limit), visit_(std::move(visit)) {}

  Result<void> run(const Oid* before, const Oid* after, int depth = 0) {
    if (depth > depth_limit)
      return fail(
          ErrorKind::undecided,
          fmt::format("a directory lies more than {} levels deep in the commit", depth_limit));
    Cursor old_items, new_items;
    TRY_VOID(read(old_items, before));
    TRY_VOID(read(new_items, after));
    while (old_items.item() != nullptr || new_items.item() != nullptr) {
      const Item* a = old_items.item();
      const Item* b = new_items.item();
      int order = a == nullptr ? 1 : b == nullptr ? -1 : compare(*a, *b);
      if (order < 0) b = nullptr;
      if (order > 0) a = nullptr;
      TRY_VOID(step(a, b, depth));
      if (a != nullptr) old_items.next();
      if (b != nullptr) new_items.next();
    }
    if (old_items.malformed()) return malformed(*before);
    if (new_items.malformed()) return malformed(*after);
    return {};
  }

 private:
  Result<void> step(const Item* a, const Item* b, int depth) {
    if (a != nullptr && b != nullptr && a->mode == b->mode && a->oid == b->oid) return {};
    const Item& one = a != nullptr ? *a : *b;
    std::size_t size = path_.size();
    path_ += one.name;
    std::size_t cost = sizeof(Entry) + path_.size();
    if (cost > left_)
      return fail(
          ErrorKind::undecided,
          fmt::format("the commit names so many files that their list exceeds {} bytes", limit_));
    left_ -= cost;
    if (visit_(path_, a, b)) {
      path_ += '/';
      TRY_VOID(run(a != nullptr ? &a->oid : nullptr, b != nullptr ? &b->oid : nullptr, depth + 1));
    }
    path_.resize(size);
    return {};
  }

  Result<void> read(Cursor& items, const Oid* tree) const {
    if (tree == nullptr) return {};
    std::string problem = items.read(repository_, *tree);
    if (problem.empty()) return {};
    std::string remedy =
        repository_.partial
            ? "; the clone is partial: fetch the rest with `git fetch --refetch --no-filter`"
            : "; try `git fsck`";
    return fail(ErrorKind::undecided,
                fmt::format("cannot read the tree {} of {}: {}{}", short_hex(*tree),
                            path_.empty() ? "the root" : "`" + path_ + "`", problem, remedy));
  }

  Result<void> malformed(const Oid& oid) const {
    return fail(ErrorKind::undecided,
                fmt::format("the tree {} of `{}` is malformed; `git fsck` tells more",
                            short_hex(oid), path_));
  }

  const Repository& repository_;
  std::size_t limit_;
  std::size_t left_;
  Visit visit_;
  std::string path_;
};

Delta make_delta(std::string path, std::uint32_t old_mode, const Oid& old_blob,
                 std::uint32_t new_mode, const Oid& new_blob) {
  Status status = old_mode == 0                                      ? Status::added
                  : new_mode == 0                                    ? Status::deleted
                  : (old_mode & type_bits) != (new_mode & type_bits) ? Status::type_changed
                                                                     : Status::modified;
  return {std::move(path), status, old_mode, new_mode, old_blob, new_blob};
}

// Appends the files below the directory `path` ("" for all): a contiguous run, as paths are sorted.
void copy_files(const Tree& from, const std::string& path, std::vector<Entry>& to) {
  auto less = [](const Entry& entry, const std::string& bound) { return entry.path < bound; };
  auto first = from.entries.begin();
  auto last = from.entries.end();
  if (!path.empty()) {
    first = std::lower_bound(first, last, path + '/', less);
    last = std::lower_bound(first, last, path + static_cast<char>('/' + 1), less);
  }
  to.insert(to.end(), first, last);
}

}  // namespace

Result<Tree> list(const Repository& repository, const Oid& tree, std::size_t limit,
                  const Known* known) {
  Tree result;
  auto at_hand = [&](const std::string& path, const Oid& oid) {
    if (known == nullptr) return false;
    auto at = known->directories.find(path);
    if (at == known->directories.end() || at->second != oid) return false;
    copy_files(known->files, path, result.entries);
    return true;
  };
  if (at_hand("", tree)) return result;
  Walk walk(repository, limit, [&](const std::string& path, const Item*, const Item* item) {
    if (item->is_directory()) return !at_hand(path, item->oid);
    result.entries.push_back({path, item->mode, item->oid});
    return false;
  });
  TRY_VOID(walk.run(nullptr, &tree));
  return result;
}

Result<std::vector<Delta>> diff(const Repository& repository, const Oid& before, const Oid& after,
                                std::size_t limit) {
  std::vector<Delta> result;
  if (before == after) return result;
  Walk walk(repository, limit, [&](const std::string& path, const Item* a, const Item* b) {
    if ((a != nullptr ? a : b)->is_directory()) return true;
    result.push_back(make_delta(path, a != nullptr ? a->mode : 0, a != nullptr ? a->oid : Oid{},
                                b != nullptr ? b->mode : 0, b != nullptr ? b->oid : Oid{}));
    return false;
  });
  TRY_VOID(walk.run(&before, &after));
  return result;
}

std::vector<Delta> diff(const Tree& before, const Tree& after) {
  std::vector<Delta> result;
  auto a = before.entries.begin();
  auto b = after.entries.begin();
  while (a != before.entries.end() || b != after.entries.end()) {
    int order = a == before.entries.end()  ? 1
                : b == after.entries.end() ? -1
                                           : a->path.compare(b->path);
    if (order < 0) {
      result.push_back(make_delta(a->path, a->mode, a->blob, 0, {}));
    } else if (order > 0) {
      result.push_back(make_delta(b->path, 0, {}, b->mode, b->blob));
    } else if (a->mode != b->mode || a->blob != b->blob) {
      result.push_back(make_delta(b->path, a->mode, a->blob, b->mode, b->blob));
    }
    if (order <= 0) ++a;
    if (order >= 0) ++b;
  }
  return result;
}

const Entry* find(const Tree& tree, std::string_view path) {
  auto at = std::lower_bound(
      tree.entries.begin(), tree.entries.end(), path,
      [](const Entry& entry, std::string_view wanted) { return entry.path < wanted; });
  return at != tree.entries.end() && at->path == path ? &*at : nullptr;
}

}  // namespace backout::git
