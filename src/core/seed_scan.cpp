#include "core/seed_scan.h"

#include <bit>
#include <utility>

namespace backout {

SeedScan::SeedScan(std::vector<std::string> words) : words_(std::move(words)) {
  constexpr std::size_t longest_step = 6, most_samples = none;
  first_.fill(none);
  std::size_t shortest = 16;
  for (const std::string& word : words_) shortest = std::min(shortest, word.size());
  const std::size_t letters = std::min<std::size_t>(shortest, 3);
  step_ = std::min(longest_step, shortest - letters + 1);
  for (std::size_t i = 0; i < letters; ++i)
    mask_ |= 0xffU << 8 * (std::endian::native == std::endian::little ? i : 3 - i);
  for (std::size_t word = 0; word < words_.size(); ++word)
    for (std::size_t offset = 0; offset < step_ && samples_.size() < most_samples; ++offset) {
      std::uint16_t& first = first_[slot_of(letters_at(words_[word], offset))];
      samples_.push_back(
          {static_cast<std::uint16_t>(word), static_cast<std::uint16_t>(offset), first});
      first = static_cast<std::uint16_t>(samples_.size() - 1);
    }
}

bool SeedScan::is_at(std::string_view word, std::string_view text, std::size_t at) {
  if (word.size() > text.size() - at) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = text[at + i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c) != word[i]) return false;
  }
  return true;
}

}  // namespace backout
