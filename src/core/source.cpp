// Texts and places in them. Lines are looked up by bisection in a table of line starts, made once
// per source that has something to report.
#include "core/source.h"

#include <algorithm>
#include <cstring>

namespace backout {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text) {
  starts_.push_back(0);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  for (const char* at = begin; at != end;) {
    const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    if (newline == nullptr) break;
    at = static_cast<const char*>(newline) + 1;
    starts_.push_back(static_cast<std::uint32_t>(at - begin));
  }
}

Position LineIndex::position(std::uint32_t offset) const {
  const auto size = static_cast<std::uint32_t>(text_.size());
  offset = std::min(offset, size);
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const std::uint32_t line = static_cast<std::uint32_t>(after - starts_.begin());
  return {line, offset - *(after - 1) + 1};
}

std::string_view LineIndex::line(std::uint32_t number) const {
  if (number == 0 || number > starts_.size()) return {};
  const std::size_t begin = starts_[number - 1];
  std::size_t end = number < starts_.size() ? starts_[number] - 1 : text_.size();
  if (end > begin && text_[end - 1] == '\r') --end;
  return text_.substr(begin, end - begin);
}

std::uint32_t LineIndex::line_count() const { return static_cast<std::uint32_t>(starts_.size()); }

Source make_source(std::string path, std::string bytes) {
  Source source{std::move(path), std::move(bytes), 0};
  if (source.text.starts_with(utf8_mark)) {
    source.bom_bytes = static_cast<std::uint32_t>(utf8_mark.size());
    source.text.erase(0, utf8_mark.size());
  }
  return source;
}

std::string_view text_defect(std::string_view bytes) {
  using std::string_view_literals::operator""sv;
  if (bytes.starts_with("\xFF\xFE\0\0"sv) || bytes.starts_with("\0\0\xFE\xFF"sv))
    return "is UTF-32, not UTF-8";
  if (bytes.starts_with("\xFF\xFE"sv) || bytes.starts_with("\xFE\xFF"sv))
    return "is UTF-16, not UTF-8";
  const std::size_t first = bytes.find('\0');
  if (first == std::string_view::npos) return {};

  // Latin text in UTF-16 without a mark has a NUL in nearly every other byte, all on one parity.
  const std::string_view sample = bytes.substr(0, std::min<std::size_t>(bytes.size(), 4096));
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (sample[i] == '\0') ++(i % 2 == 0 ? even : odd);
  }
  const std::size_t pairs = sample.size() / 2;
  if (pairs > 0 && std::min(even, odd) == 0 && std::max(even, odd) * 2 > pairs) {
    return "is UTF-16 without a byte-order mark, not UTF-8";
  }
  return "contains NUL bytes";
}

}  // namespace backout
