// One pass over the bytes; each read is checked, the first surprise ends it.
#include "git/index_file.h"

#include <fmt/format.h>

#include <cstring>
#include <vector>

namespace backout::git {
namespace {

// Reads from the front; `ok` stays false once something is missing.
struct Reader {
  std::string_view rest;
  bool ok = true;

  std::string_view take(std::size_t size) {
    if (size > rest.size()) {
      ok = false;
      size = rest.size();
    }
    std::string_view taken = rest.substr(0, size);
    rest.remove_prefix(size);
    return taken;
  }

  std::uint32_t number(std::size_t size) {  // big-endian
    std::uint32_t value = 0;
    for (char byte : take(size)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }

  // Up to the delimiter, which is taken too.
  std::string_view until(char delimiter) {
    std::size_t size = rest.find(delimiter);
    if (size == std::string_view::npos) {
      ok = false;
      return {};
    }
    std::string_view taken = take(size);
    take(1);
    return taken;
  }

  // The numbers of version 4 and of pack offsets: 7 bits a byte, plus one for each further byte.
  std::size_t offset() {
    std::size_t value = 0;
    for (int i = 0; ok && i < 8; ++i) {
      std::uint32_t byte = number(1);
      value = (i == 0 ? 0 : (value + 1) << 7) + (byte & 127);
      if ((byte & 128) == 0) return value;
    }
    ok = false;
    return 0;
  }

  Oid oid() {
    Oid result;
    std::string_view bytes = take(result.bytes.size());
    std::memcpy(result.bytes.data(), bytes.data(), bytes.size());
    return result;
  }
};

constexpr std::uint32_t extended_flag = 0x4000;
constexpr std::uint32_t stage_mask = 0x3000;
constexpr std::uint32_t intent_to_add_flag = 0x2000;  // of the extended flags

// The directories git knows the tree of, depth first: name NUL, number of entries (-1: not valid)
// SP number of subdirectories LF, and the id of a valid one.
bool read_cached_trees(Reader reader, std::unordered_map<std::string, Oid>& directories) {
  struct Level {
    std::size_t path_size;
    unsigned left;
  };
  std::vector<Level> levels;
  std::string path;
  do {
    std::string_view name = reader.until('\0');
    bool valid = !reader.rest.starts_with('-');
    reader.until(' ');
    unsigned children = 0;
    for (char digit : reader.until('\n')) {
      if (digit < '0' || digit > '9' || children > 10'000'000) return false;
      children = children * 10 + static_cast<unsigned>(digit - '0');
    }
    if (!levels.empty()) {
      path.resize(levels.back().path_size);
      if (!path.empty()) path += '/';
      path += name;
      --levels.back().left;
    }
    if (valid) directories.insert_or_assign(path, reader.oid());
    if (!reader.ok || levels.size() > 4096) return false;
    levels.push_back({path.size(), children});
    while (!levels.empty() && levels.back().left == 0) levels.pop_back();
  } while (!levels.empty());
  return true;
}

// One file after the other, sorted by path. A false result: not readable here.
Result<bool> read_entries(Reader& reader, std::uint32_t version, std::uint32_t count, Tree& files) {
  files.entries.reserve(count);
  std::string path;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::size_t before = reader.rest.size();
    reader.take(24);  // times, device, inode
    std::uint32_t mode = reader.number(4);
    reader.take(12);  // owner, size
    Oid blob = reader.oid();
    std::uint32_t flags = reader.number(2);
    std::uint32_t extended = (flags & extended_flag) != 0 ? reader.number(2) : 0;
    std::size_t kept = 0;
    if (version == 4) {
      std::size_t cut = reader.offset();
      if (cut > path.size()) return false;
      kept = path.size() - cut;
    }
    std::string_view rest = reader.until('\0');
    if (version < 4)  // padded with up to eight NULs to a multiple of eight
      if (std::size_t size = before - reader.rest.size(); size % 8 != 0) reader.take(8 - size % 8);
    if (!reader.ok) return false;
    bool ordered = path.compare(kept, std::string::npos, rest) < 0;
    path.resize(kept);
    path += rest;
    if ((flags & stage_mask) != 0) return tl::unexpected(conflict_error(path));
    if (!ordered || mode == 0) return false;
    if ((extended & intent_to_add_flag) == 0) files.entries.push_back({path, mode, blob});
  }
  return true;
}

}  // namespace

Error conflict_error(std::string_view path) {
  return {ErrorKind::undecided,
          fmt::format("`{}` has an unresolved conflict in the index; resolve it and `git add` it",
                      path)};
}

Result<std::optional<IndexFile>> parse_index(std::string_view bytes) {
  const std::optional<IndexFile> unreadable;
  if (bytes.size() < 32) return unreadable;
  Reader reader{bytes.substr(0, bytes.size() - 20)};  // the checksum at the end is not looked at
  if (reader.take(4) != "DIRC") return unreadable;
  std::uint32_t version = reader.number(4);
  std::uint32_t count = reader.number(4);
  if (version < 2 || version > 4 || count > bytes.size() / 63) return unreadable;
  IndexFile index;
  TRY(bool readable, read_entries(reader, version, count, index.files));
  while (readable && !reader.rest.empty()) {
    std::string_view name = reader.take(4);
    std::string_view content = reader.take(reader.number(4));
    // Those not in capitals change the meaning of the rest: `link` (split), `sdir` (sparse).
    readable = reader.ok && name[0] >= 'A' && name[0] <= 'Z';
    if (readable && name == "TREE")
      readable = read_cached_trees(Reader{content}, index.directories);
  }
  if (!readable) return unreadable;
  return index;
}

}  // namespace backout::git
