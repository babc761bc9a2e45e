#include "git/pack.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace backout::git {
namespace {

constexpr std::size_t id_bytes = 20;
constexpr std::size_t index_header = 8, fanout_bytes = 256 * 4;
constexpr std::string_view index_magic{"\377tOc\0\0\0\2", 8};
constexpr std::string_view pack_magic{"PACK\0\0\0\2", 8};

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// A delta's own numbers: seven bits a byte, the lowest first. False: it ends too early.
bool read_size(std::string_view& bytes, std::uint64_t& size) {
  size = 0;
  for (unsigned shift = 0; shift < 63; shift += 7) {
    if (bytes.empty()) return false;
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    size |= std::uint64_t{byte & 127U} << shift;
    if (byte < 128) return true;
  }
  return false;
}

// The directories that hold objects: the repository's, then what its alternates file names.
void add_directories(const std::string& objects, int depth, std::vector<std::string>& out) {
  if (std::find(out.begin(), out.end(), objects) != out.end() || depth > 5) return;
  out.push_back(objects);
  std::ifstream alternates(objects + "/info/alternates");
  for (std::string line; std::getline(alternates, line);)
    if (!line.empty() && line.front() != '#')
      add_directories((std::filesystem::path(objects) / line).lexically_normal().string(),
                      depth + 1, out);
}

}  // namespace

Mapped::Mapped(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  struct stat status {};
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
    const auto size = static_cast<std::size_t>(status.st_size);
    void* const place = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (place != MAP_FAILED) bytes_ = {static_cast<const char*>(place), size};
  }
  ::close(file);
}

Mapped::Mapped(Mapped&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

Mapped::~Mapped() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

std::optional<Pack> Pack::open(const std::string& path) {
  Mapped index(path + ".idx"), pack(path + ".pack");
  const std::string_view table = index.bytes(), objects = pack.bytes();
  if (!table.starts_with(index_magic) || table.size() < index_header + fanout_bytes ||
      !objects.starts_with(pack_magic) || objects.size() < 12 + id_bytes)
    return std::nullopt;
  const std::uint32_t count = big_endian(table, index_header + 255 * 4);
  // Names, checksums and offsets of all objects, and two hashes at the end.
  if ((table.size() - index_header - fanout_bytes) / (id_bytes + 8) < count) return std::nullopt;
  return Pack(std::move(index), std::move(pack), count);
}

std::uint32_t Pack::fanout(std::size_t first_byte) const {
  return std::min(count_, big_endian(index_.bytes(), index_header + first_byte * 4));
}

std::optional<std::uint64_t> Pack::find(const Oid& id) const {
  const std::string_view table = index_.bytes();
  const char* const names = table.data() + index_header + fanout_bytes;
  std::uint32_t low = id.bytes[0] == 0 ? 0 : fanout(id.bytes[0] - 1U), high = fanout(id.bytes[0]);
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const int order = std::memcmp(id.bytes.data(), names + middle * id_bytes, id_bytes);
    if (order < 0) {
      high = middle;
    } else if (order > 0) {
      low = middle + 1;
    } else {
      const std::size_t offsets = index_header + fanout_bytes + count_ * (id_bytes + 4);
      const std::uint32_t offset = big_endian(table, offsets + middle * std::size_t{4});
      if (offset < 1U << 31) return offset;
      // Packs over 2 GiB: an index into a table of eight bytes each.
      const std::size_t large = offsets + count_ * std::size_t{4} + (offset & ~(1U << 31)) * 8ULL;
      if (large + 8 > table.size()) return std::nullopt;
      return std::uint64_t{big_endian(table, large)} << 32 | big_endian(table, large + 4);
    }
  }
  return std::nullopt;
}

std::optional<PackedHeader> Pack::header(std::uint64_t offset) const {
  const std::string_view bytes = pack_.bytes();
  if (offset < 12 || offset >= bytes.size()) return std::nullopt;
  std::size_t at = offset;
  const auto next = [&]() -> unsigned {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at++]) : 0U;
  };
  unsigned byte = next();
  const unsigned type = byte >> 4 & 7;
  PackedHeader out;
  out.size = byte & 15;
  for (unsigned shift = 4; byte >= 128 && shift < 60; shift += 7) {
    byte = next();
    out.size |= std::uint64_t{byte & 127U} << shift;
  }
  if (type == 6) {  // a delta, its base so many bytes before it
    byte = next();
    std::uint64_t distance = byte & 127U;
    while (byte >= 128 && distance < 1ULL << 56) {
      byte = next();
      distance = (distance + 1) << 7 | (byte & 127U);
    }
    if (distance == 0 || distance > offset) return std::nullopt;
    out.kind = PackedHeader::Kind::delta;
    out.base = offset - distance;
  } else if (type == 7) {  // a delta, its base by name
    Oid base;
    if (bytes.size() - at < id_bytes) return std::nullopt;
    std::memcpy(base.bytes.data(), bytes.data() + at, id_bytes);
    at += id_bytes;
    const auto found = find(base);
    if (!found) return std::nullopt;
    out.kind = PackedHeader::Kind::delta;
    out.base = *found;
  } else if (type == 3) {
    out.kind = PackedHeader::Kind::blob;
  }
  if (at >= bytes.size()) return std::nullopt;
  out.data = at;
  return out;
}

std::vector<Pack> open_packs(const Repository& repository) {
  std::vector<std::string> directories;
  add_directories(repository.common_dir + "objects", 0, directories);
  std::vector<Pack> packs;
  for (const std::string& directory : directories) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory + "/pack", error))
      if (entry.path().extension() == ".idx")
        if (auto pack =
                Pack::open(std::filesystem::path(entry.path()).replace_extension().string()))
          packs.push_back(*std::move(pack));
  }
  return packs;
}

void Inflater::Free::operator()(libdeflate_decompressor* decompressor) const {
  libdeflate_free_decompressor(decompressor);
}

Inflater::Inflater() : decompressor_(libdeflate_alloc_decompressor()) {}

bool Inflater::inflate(std::string_view compressed, std::uint64_t size, std::string& out) {
  out.resize(size);
  std::size_t used = 0;
  return decompressor_ && libdeflate_zlib_decompress_ex(decompressor_.get(), compressed.data(),
                                                        compressed.size(), out.data(), out.size(),
                                                        &used, nullptr) == LIBDEFLATE_SUCCESS;
}

bool apply_delta(std::string_view base, std::string_view delta, std::uint64_t limit,
                 std::string& out) {
  std::uint64_t before = 0, after = 0;
  if (!read_size(delta, before) || !read_size(delta, after) || before != base.size() ||
      after > limit)
    return false;
  out.clear();
  out.reserve(after);
  const auto next = [&]() -> std::size_t {
    if (delta.empty()) return 0;
    const auto byte = static_cast<unsigned char>(delta.front());
    delta.remove_prefix(1);
    return byte;
  };
  while (!delta.empty()) {
    const std::size_t code = next();
    if (code == 0) return false;
    if (code < 128) {  // the next bytes as they are
      if (code > delta.size() || code > after - out.size()) return false;
      out.append(delta.substr(0, code));
      delta.remove_prefix(code);
      continue;
    }
    std::size_t offset = 0, size = 0;
    for (unsigned i = 0; i < 4; ++i)
      if (code & 1U << i) offset |= next() << 8 * i;
    for (unsigned i = 0; i < 3; ++i)
      if (code & 16U << i) size |= next() << 8 * i;
    if (size == 0) size = 0x10000;
    if (offset > base.size() || size > base.size() - offset || size > after - out.size())
      return false;
    out.append(base.substr(offset, size));
  }
  return out.size() == after;
}

}  // namespace backout::git
