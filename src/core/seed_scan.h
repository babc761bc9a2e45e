// Many short words in one pass over a text, in any case. Only every n-th place is looked at, n such
// that one of them falls into each word with three letters to spare; those three tell whether a
// word may lie around them. Neither the number of words nor what was read before counts, so the
// processor looks at several places at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace backout {

class SeedScan {
 public:
  // Words of at least two bytes in lower case, none twice.
  explicit SeedScan(std::vector<std::string> words);

  // Calls `hit(word, at)` for each place where word number `word` begins, words that overlap in any
  // order.
  template <class Hit>
  void scan(std::string_view text, const Hit& hit) const {
    if (words_.empty()) return;
    const auto look = [&](std::size_t at, std::uint32_t letters) {
      for (std::uint16_t i = first_[slot_of(letters)]; i != none; i = samples_[i].next) {
        const Sample& sample = samples_[i];
        if (at >= sample.offset && is_at(words_[sample.word], text, at - sample.offset))
          hit(std::size_t{sample.word}, at - sample.offset);
      }
    };
    std::size_t at = 0;
    for (const std::size_t step = step_; at + 4 <= text.size(); at += step) {
      std::uint32_t letters;
      std::memcpy(&letters, text.data() + at, 4);
      look(at, letters);
    }
    for (; at < text.size(); at += step_) look(at, letters_at(text, at));
  }

 private:
  static constexpr std::uint16_t none = 0xffff;
  struct Sample {  // letters of a word, from `offset` of it
    std::uint16_t word, offset, next;
  };

  static std::uint32_t letters_at(std::string_view text, std::size_t at) {
    std::uint32_t letters = 0;
    std::memcpy(&letters, text.data() + at, std::min<std::size_t>(text.size() - at, 4));
    return letters;
  }
  // Bit 5 makes small letters of capitals; what else it makes equal is told apart by `is_at`.
  std::size_t slot_of(std::uint32_t letters) const {
    return ((letters & mask_) | (0x20202020U & mask_)) * 0x9E3779B1U >> 20;
  }
  static bool is_at(std::string_view word, std::string_view text, std::size_t at);

  std::vector<std::string> words_;
  std::size_t step_ = 1;
  std::uint32_t mask_ = 0;
  std::vector<Sample> samples_;
  std::array<std::uint16_t, 4096> first_{};
};

}  // namespace backout
