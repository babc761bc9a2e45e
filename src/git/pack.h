// Packs, read by ourselves and mapped into memory: libgit2 takes a lock and a copy for each object,
// and zlib takes twice the time of libdeflate. Only for reading tens of thousands of blobs;
// whatever is odd here is left to libgit2. Format: gitformat-pack(5), index version 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/object.h"
#include "git/repository.h"

struct libdeflate_decompressor;

namespace backout::git {

// A file mapped for reading; empty when that was not possible.
class Mapped {
 public:
  explicit Mapped(const std::string& path);
  Mapped(Mapped&& other) noexcept;
  Mapped& operator=(Mapped&&) = delete;
  ~Mapped();
  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

// What stands before an object's compressed bytes.
struct PackedHeader {
  enum class Kind : std::uint8_t { blob, other, delta } kind = Kind::other;
  std::uint64_t size = 0;  // inflated; of a delta: of the delta
  std::uint64_t base = 0;  // offset of what a delta starts from
  std::uint64_t data = 0;  // offset of the compressed bytes
};

class Pack {
 public:
  // `path` without ".idx" and ".pack". Absent: not there, damaged, or of another version.
  static std::optional<Pack> open(const std::string& path);

  std::optional<std::uint64_t> find(const Oid& id) const;  // the object's offset
  // Absent: malformed, or a delta whose base is not in this pack.
  std::optional<PackedHeader> header(std::uint64_t offset) const;
  std::string_view compressed(const PackedHeader& header) const {
    return pack_.bytes().substr(header.data);
  }

 private:
  Pack(Mapped index, Mapped pack, std::uint32_t count)
      : index_(std::move(index)), pack_(std::move(pack)), count_(count) {}
  std::uint32_t fanout(std::size_t first_byte) const;
  Mapped index_, pack_;
  std::uint32_t count_;
};

// All that can be opened, of the repository and its alternates.
[[nodiscard]] std::vector<Pack> open_packs(const Repository& repository);

// One a thread.
class Inflater {
 public:
  Inflater();
  // Exactly `size` bytes into `out`; false: damaged.
  bool inflate(std::string_view compressed, std::uint64_t size, std::string& out);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* decompressor) const;
  };
  std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
};

// What a delta makes of its base, into `out`; false: malformed, or larger than `limit`.
bool apply_delta(std::string_view base, std::string_view delta, std::uint64_t limit,
                 std::string& out);

}  // namespace backout::git
