#include "git/blobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "git/blob.h"
#include "git/pack.h"

namespace backout::git {
namespace {

constexpr std::uint32_t none = ~std::uint32_t{0};
// Objects above this are left to libgit2: what is inflated on the way to a blob is bounded too.
constexpr std::uint64_t object_limit = 64ULL << 20;

// An object of a pack: a wanted blob, or one that a wanted one is a delta of.
struct Node {
  std::uint64_t offset = 0;
  PackedHeader header{};
  std::uint32_t wanted = none;  // index into the blobs asked for
  std::uint32_t first_child = none, next_sibling = none;
};

// The families of one pack.
struct Forest {
  const Pack* pack = nullptr;
  std::vector<Node> nodes{};
  std::vector<std::uint32_t> roots{};  // in the order of the file
  bool large = false;                  // some object is above the limit

  // Follows deltas to what they start from, also to what nobody asked for. What cannot be read here
  // hangs on no root and is never reached.
  void link() {
    std::sort(nodes.begin(), nodes.end(),
              [](const Node& a, const Node& b) { return a.offset < b.offset; });
    const std::size_t wanted = nodes.size();
    std::unordered_map<std::uint64_t, std::uint32_t> others;
    const auto node_at = [&](std::uint64_t offset) {
      const auto end = nodes.begin() + static_cast<std::ptrdiff_t>(wanted);
      const auto found =
          std::lower_bound(nodes.begin(), end, offset,
                           [](const Node& node, std::uint64_t at) { return node.offset < at; });
      if (found != end && found->offset == offset)
        return static_cast<std::uint32_t>(found - nodes.begin());
      const auto [it, added] = others.try_emplace(offset, static_cast<std::uint32_t>(nodes.size()));
      if (added) nodes.push_back({.offset = offset});
      return it->second;
    };
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {  // grows
      const auto header = pack->header(nodes[i].offset);
      if (!header) continue;
      if (header->size > object_limit) {
        large = true;
        continue;
      }
      nodes[i].header = *header;
      if (header->kind == PackedHeader::Kind::blob) roots.push_back(i);
      if (header->kind != PackedHeader::Kind::delta) continue;
      const std::uint32_t base = node_at(header->base);
      nodes[i].next_sibling = std::exchange(nodes[base].first_child, i);
    }
    std::sort(roots.begin(), roots.end(), [this](std::uint32_t a, std::uint32_t b) {
      return nodes[a].offset < nodes[b].offset;
    });
  }
};

class Reader {
 public:
  Reader(std::uint64_t limit, const UseBlob& use, std::vector<char>& done)
      : limit_(limit), use_(use), done_(done) {}

  // A family, depth first. A text is kept while children wait for it.
  void read(const Forest& forest, std::uint32_t root) {
    stack_.clear();
    std::string text = spare();
    const Node& start = forest.nodes[root];
    if (!inflater_.inflate(forest.pack->compressed(start.header), start.header.size, text)) return;
    push(start, std::move(text));
    while (!stack_.empty()) {
      if (stack_.back().child == none) {
        spares_.push_back(std::move(stack_.back().text));
        stack_.pop_back();
        continue;
      }
      const Node& node = forest.nodes[stack_.back().child];
      stack_.back().child = node.next_sibling;
      std::string next = spare();
      const bool whole =
          inflater_.inflate(forest.pack->compressed(node.header), node.header.size, delta_) &&
          apply_delta(stack_.back().text, delta_, object_limit, next);
      if (stack_.back().child == none) {  // its last child: no need to keep it
        spares_.push_back(std::move(stack_.back().text));
        stack_.pop_back();
      }
      if (whole) push(node, std::move(next));
    }
  }

 private:
  struct Level {
    std::string text;
    std::uint32_t child;
  };
  void push(const Node& node, std::string text) {
    if (node.wanted != none) {
      done_[node.wanted] = 1;
      use_(node.wanted,
           text.size() > limit_ ? std::nullopt : std::optional<std::string_view>(text));
    }
    stack_.push_back({std::move(text), node.first_child});
  }
  std::string spare() {
    if (spares_.empty()) return {};
    std::string text = std::move(spares_.back());
    spares_.pop_back();
    return text;
  }

  std::uint64_t limit_;
  const UseBlob& use_;
  std::vector<char>& done_;
  Inflater inflater_;
  std::vector<Level> stack_;
  std::vector<std::string> spares_;  // memory to use again
  std::string delta_;
};

std::vector<Forest> forests(const std::vector<Pack>& packs, std::span<const Oid> blobs) {
  std::vector<Forest> out;
  for (const Pack& pack : packs) out.push_back({&pack});
  for (std::uint32_t i = 0; i < blobs.size(); ++i)
    for (Forest& forest : out)
      if (const auto offset = forest.pack->find(blobs[i])) {
        forest.nodes.push_back({.offset = *offset, .wanted = i});
        break;
      }
  for (Forest& forest : out) forest.link();
  return out;
}

}  // namespace

Result<void> read_blobs(const Repository& repository, std::span<const Oid> blobs,
                        std::uint64_t limit, unsigned threads, const UseBlob& use) {
  const std::vector<Pack> packs = open_packs(repository);
  const std::vector<Forest> families = forests(packs, blobs);
  std::vector<std::pair<const Forest*, std::uint32_t>> roots;
  for (const Forest& forest : families)
    for (const std::uint32_t root : forest.roots) roots.emplace_back(&forest, root);

  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<char> done(blobs.size());
  std::atomic<std::size_t> next = 0;
  parallel_for(threads, threads, [&](std::size_t) {
    Reader reader(limit, use, done);
    for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < roots.size();)
      reader.read(*roots[i].first, roots[i].second);
  });

  // Packed and not read: libgit2 must not see it, which dies of packs that are cut.
  for (const Forest& forest : families)
    for (const Node& node : forest.nodes)
      if (node.wanted != none && !done[node.wanted] && !forest.large)
        return fail(ErrorKind::undecided,
                    fmt::format("cannot read blob {}: its pack is damaged; try `git fsck`",
                                short_hex(blobs[node.wanted])));

  // Loose objects, large ones, and those of packs that are not ours to read.
  std::vector<std::uint32_t> rest;
  for (std::uint32_t i = 0; i < blobs.size(); ++i)
    if (!done[i]) rest.push_back(i);
  std::optional<Error> error;
  std::mutex mutex;
  parallel_for(rest.size(), threads, [&](std::size_t i) {
    const Result<Blob> blob = read_blob(repository, blobs[rest[i]], limit, hex(blobs[rest[i]]));
    if (!blob) {
      const std::lock_guard lock(mutex);
      if (!error) error = blob.error();
    } else {
      use(rest[i], blob->bytes ? std::optional<std::string_view>(*blob->bytes) : std::nullopt);
    }
  });
  if (error) return tl::unexpected(*std::move(error));
  return {};
}

}  // namespace backout::git
