#include "input/old_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>
#include <utility>

#include "git/blob.h"
#include "git/blobs.h"

namespace backout {
namespace {

enum class State : unsigned char { searched, left_out, unsearched };

// One file, in all releases that have it with the same bytes.
struct Item {
  const git::Entry* entry = nullptr;
  std::vector<std::size_t> releases{};
  State state = State::searched;
  std::string defect{};  // why it is unsearched
  OldCodeSearch::File found{};
};

// The files of all releases, by path; what has the same path and bytes once.
std::vector<Item> merge(std::span<const ReleaseTree> releases) {
  std::vector<Item> items;
  std::vector<std::size_t> at(releases.size());
  const auto entry = [&](std::size_t r) {
    const std::vector<git::Entry>& all = releases[r].tree->entries;
    return at[r] < all.size() ? &all[at[r]] : nullptr;
  };
  for (;;) {
    const git::Entry* first = nullptr;
    for (std::size_t r = 0; r < releases.size(); ++r)
      if (const git::Entry* const one = entry(r); one && (!first || one->path < first->path))
        first = one;
    if (!first) return items;
    const std::size_t begin = items.size();
    for (std::size_t r = 0; r < releases.size(); ++r) {
      const git::Entry* const one = entry(r);
      if (!one || one->path != first->path) continue;
      const auto known = std::find_if(
          items.begin() + static_cast<std::ptrdiff_t>(begin), items.end(), [&](const Item& item) {
            return item.entry->blob == one->blob && item.entry->mode == one->mode;
          });
      if (known != items.end())
        known->releases.push_back(r);
      else
        items.push_back({one, {r}});
      ++at[r];
    }
  }
}

// A link is as good as what it leads to, which is searched in its own place.
bool leads_inside(const git::Tree& tree, std::string_view path, std::string_view target) {
  if (target.starts_with('/')) return false;
  std::vector<std::string_view> parts;
  const auto walk = [&](std::string_view way) {
    for (std::size_t begin = 0; begin <= way.size();) {
      const std::size_t end = std::min(way.find('/', begin), way.size());
      const std::string_view part = way.substr(begin, end - begin);
      begin = end + 1;
      if (part.empty() || part == ".") continue;
      if (part != "..")
        parts.push_back(part);
      else if (parts.empty())
        return false;
      else
        parts.pop_back();
    }
    return true;
  };
  const std::size_t folder = path.rfind('/');
  if (folder != std::string_view::npos && !walk(path.substr(0, folder))) return false;
  if (!walk(target)) return false;
  std::string place;
  for (const std::string_view part : parts) place.append(place.empty() ? "" : "/").append(part);
  const auto first = std::lower_bound(
      tree.entries.begin(), tree.entries.end(), place,
      [](const git::Entry& entry, const std::string& wanted) { return entry.path < wanted; });
  if (place.empty() || first == tree.entries.end()) return place.empty();
  return first->path == place || git::find(tree, place) ||
         std::any_of(first, tree.entries.end(), [&, below = place + '/'](const git::Entry& entry) {
           return entry.path.starts_with(below);
         });
}

void unsearched(Item& item, std::string defect) {
  item.state = State::unsearched;
  item.defect = std::move(defect);
}

Result<void> look_at_link(const git::Repository& repository, const ReleaseTree& release,
                          Item& item) {
  constexpr std::uint64_t longest_target = 4096;
  TRY(const git::Blob blob,
      git::read_blob(repository, item.entry->blob, longest_target, item.entry->path));
  item.state = State::left_out;
  if (!blob.bytes || !leads_inside(*release.tree, item.entry->path, *blob.bytes))
    unsearched(item, "is a link that leads out of the repository");
  return {};
}

void search(const OldCodeSearch& search, std::string_view text, Item& item) {
  if (text.starts_with("version https://git-lfs.github.com/spec/"))
    return unsearched(item, "lies in LFS storage, not in git");
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return unsearched(item, "is in UTF-16");
  if (classify_text(text) != FileClass::code)
    item.state = State::left_out;
  else
    item.found = search.file(item.entry->path, text);
}

}  // namespace

Result<std::vector<ReleaseEvidence>> search_releases(const git::Repository& repository,
                                                     std::span<const ReleaseTree> releases,
                                                     std::span<const ObjectRef> objects,
                                                     const OldCodeOptions& options,
                                                     std::span<const ObjectRef> controls) {
  std::vector<Item> items = merge(releases);
  std::vector<std::size_t> wanted;  // indices of items
  for (std::size_t i = 0; i < items.size(); ++i) {
    Item& item = items[i];
    if (classify(item.entry->path, options.scope) != FileClass::code) {
      item.state = State::left_out;
    } else if (item.entry->mode == git::submodule_mode) {
      unsearched(item, "is a submodule: its files are in another repository");
    } else if (item.entry->mode == git::link_mode) {
      TRY_VOID(look_at_link(repository, releases[item.releases.front()], item));
    } else {
      wanted.push_back(i);
    }
  }
  // Copies of one file lie in several places: `first_of` tells where the items of a blob begin.
  const auto blob_of = [&](std::size_t i) -> const git::Oid& { return items[i].entry->blob; };
  std::sort(wanted.begin(), wanted.end(), [&](std::size_t a, std::size_t b) {
    const int order = std::memcmp(blob_of(a).bytes.data(), blob_of(b).bytes.data(), 20);
    return order != 0 ? order < 0 : a < b;
  });
  std::vector<git::Oid> blobs;
  std::vector<std::size_t> first_of;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (i == 0 || blob_of(wanted[i]) != blob_of(wanted[i - 1])) {
      blobs.push_back(blob_of(wanted[i]));
      first_of.push_back(i);
    }
  first_of.push_back(wanted.size());
  const OldCodeSearch searcher(objects, controls);
  const auto use = [&](std::size_t index, std::optional<std::string_view> bytes) {
    for (std::size_t i = first_of[index]; i < first_of[index + 1]; ++i) {
      Item& item = items[wanted[i]];
      if (bytes)
        search(searcher, *bytes, item);
      else
        unsearched(item, fmt::format("is larger than {} bytes", options.file_bytes));
    }
  };
  TRY_VOID(git::read_blobs(repository, blobs, options.file_bytes, options.threads, use));

  std::vector<ReleaseEvidence> out(releases.size());
  for (std::size_t r = 0; r < releases.size(); ++r) {
    out[r].release = releases[r].name;
    out[r].objects.resize(objects.size());
    if (!controls.empty()) out[r].controls = 0;
  }
  for (const Item& item : items)
    for (const std::size_t r : item.releases) {
      ReleaseEvidence& release = out[r];
      release.files += item.state == State::searched;
      const bool program = item.state == State::searched && is_program(item.entry->path);
      release.programs += program;
      if (release.controls) *release.controls += program && item.found.control;
      release.left_out += item.state == State::left_out;
      if (item.state == State::unsearched)
        release.unsearched.push_back(fmt::format("`{}` {}", item.entry->path, item.defect));
      for (const OldCodeSearch::Found& found : item.found.found)
        add(release.objects[found.object], found.evidence);
    }
  return out;
}

}  // namespace backout
