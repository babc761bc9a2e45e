// A file's bytes and places in them. Inside the program a place is a half-open range of byte
// offsets; lines and columns exist in reports alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace backout {

struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

// Immutable after loading and never moved while findings refer to it. `text` is what parsers see: a
// UTF-8 byte-order mark is removed (`bom_bytes` says how many bytes, so that reported offsets are
// those of the file).
struct Source {
  std::string
      path;  // relative to the repository or as the user named it; raw bytes, forward slashes
  std::string text;
  std::uint32_t bom_bytes = 0;
};

struct Location {
  const Source* source = nullptr;
  Span span;
};

struct Position {
  std::uint32_t line;    // from 1
  std::uint32_t column;  // from 1, in bytes
};

// Offset → line and column for one source; built once per source that has findings.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);
  [[nodiscard]] Position position(std::uint32_t offset) const;
  // The bytes of a line (from 1) without its line end.
  [[nodiscard]] std::string_view line(std::uint32_t number) const;
  [[nodiscard]] std::uint32_t line_count() const;

 private:
  std::string_view text_;
  std::vector<std::uint32_t> starts_;
};

// Takes a file's bytes: strips a UTF-8 byte-order mark. What makes a text unreadable for us
// (UTF-16, NUL bytes) is reported by `text_defect`, as words for a message, empty when there is
// none.
[[nodiscard]] Source make_source(std::string path, std::string bytes);
[[nodiscard]] std::string_view text_defect(std::string_view bytes);

}  // namespace backout
