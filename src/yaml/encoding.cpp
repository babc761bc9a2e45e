#include "yaml/encoding.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>

namespace backout::yaml {
namespace {

// All of eight bytes are printable ASCII or line ends; wrong only towards "look closer".
bool is_plain(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t high = 0x80 * ones;
  const std::uint64_t below_space = (bytes - 0x20 * ones) & ~bytes & high;
  const std::uint64_t with_delete = (bytes + ones) & high;
  return ((below_space | with_delete | bytes) & high) == 0;
}

// Length of the UTF-8 sequence at `at`; 0: none.
std::size_t sequence(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first >= 0xC2 && first < 0xE0) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first < 0xF0) {
    if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
    return tail(1) && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first < 0xF5) {
    if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

void append_utf8(std::string& out, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      add(0xE0 | (code >> 12));
    } else {
      add(0xF0 | (code >> 18));
      add(0x80 | ((code >> 12) & 0x3F));
    }
    add(0x80 | ((code >> 6) & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

std::optional<Defect> forbidden_byte(std::string_view text, Span in) {
  text = text.substr(0, in.end);
  const auto found = [](std::size_t at, std::size_t size, std::string message) {
    const auto begin = static_cast<std::uint32_t>(at);
    return Defect{{begin, begin + static_cast<std::uint32_t>(size)}, std::move(message)};
  };
  for (std::size_t at = in.begin; at < text.size();) {
    if (at + 8 <= text.size() && is_plain(text.data() + at)) {
      at += 8;
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x80) {
      const std::size_t size = sequence(text, at);
      if (size == 0) return found(at, 1, fmt::format("byte 0x{:02X} is not UTF-8", byte));
      at += size;
    } else {
      if (byte == 0x7F || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r'))
        return found(at, 1, fmt::format("control character 0x{:02X}", byte));
      ++at;
    }
  }
  return std::nullopt;
}

std::optional<std::string> utf8_of_utf16(std::string_view bytes) {
  using std::string_view_literals::operator""sv;
  const bool little = bytes.starts_with("\xFF\xFE") && !bytes.starts_with("\xFF\xFE\0\0"sv);
  if (!little && !bytes.starts_with("\xFE\xFF")) return std::nullopt;
  const auto unit = [&](std::size_t at) {
    const auto a = static_cast<unsigned char>(bytes[at]);
    const auto b = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<std::uint32_t>(little ? b << 8 | a : a << 8 | b);
  };
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 2; at + 1 < bytes.size(); at += 2) {
    std::uint32_t code = unit(at);
    if (code >= 0xD800 && code < 0xE000) {
      const std::uint32_t low = code < 0xDC00 && at + 3 < bytes.size() ? unit(at + 2) : 0;
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      } else {
        code = 0xFFFD;
      }
    }
    append_utf8(out, code);
  }
  return out;
}

}  // namespace backout::yaml
