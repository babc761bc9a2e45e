#include "core/spelling.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

namespace backout {
namespace {

bool is_lower(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_joint(char c) { return c == '_' || c == '-'; }

template <std::size_t n>
bool is_one_of(std::string_view word, const std::string_view (&list)[n]) {
  const auto same = [&](std::string_view other) {
    return word.size() == other.size() && starts_with_word(word, other);
  };
  return std::any_of(std::begin(list), std::end(list), same);
}

// What may stand before a name in one with humps or underscores: accessors, builders, and the
// queries that Spring Data, Rails and Ent read from a method's name.
constexpr std::string_view before[] = {"get", "set", "is",    "has",   "with",  "by",
                                       "and", "or",  "clear", "where", "pluck", "old"};
constexpr std::string_view after[] = {
    "and",    "or",  "is",   "not", "in",     "like",    "eq",       "neq",        "gt",
    "gte",    "lt",  "lte",  "asc", "desc",   "between", "contains", "containing", "starting",
    "ending", "has", "null", "nil", "ignore", "order",   "exists",   "was",        "changed"};

bool begins_whole(std::string_view text, std::size_t begin) {
  if (begin == 0 || !is_word_byte(text[begin - 1])) return true;
  std::size_t word_end = begin;
  if (text[begin - 1] == '_') {
    while (word_end > 0 && text[word_end - 1] == '_') --word_end;
    // `_giftNote`, and Django's order__gift_note.
    if (word_end == 0 || !is_word_byte(text[word_end - 1]) || begin - word_end > 1) return true;
  } else if (!is_upper(text[begin]) || !is_lower(text[begin - 1])) {
    return false;
  }
  std::size_t word_begin = word_end;
  while (word_begin > 0 && is_lower(text[word_begin - 1])) --word_begin;
  if (word_begin > 0 && is_upper(text[word_begin - 1])) --word_begin;
  return is_one_of(text.substr(word_begin, word_end - word_begin), before);
}

bool ends_whole(std::string_view text, std::size_t end) {
  if (end == text.size() || !is_word_byte(text[end])) return true;
  if (text[end] == '_') {
    if (end + 1 == text.size() || text[end + 1] == '_' || !is_word_byte(text[end + 1])) return true;
    std::size_t word_end = end + 1;
    while (word_end < text.size() && is_lower(text[word_end])) ++word_end;
    return is_one_of(text.substr(end + 1, word_end - end - 1), after);
  }
  if (!is_upper(text[end]) || !is_lower(text[end - 1])) return false;
  std::size_t word_end = end;
  while (word_end < text.size() && is_upper(text[word_end])) ++word_end;  // `GiftNoteEQ`
  if (word_end - end == 1)
    while (word_end < text.size() && is_lower(text[word_end])) ++word_end;
  return is_one_of(text.substr(end, word_end - end), after);
}

}  // namespace

bool is_word_byte(char c) {
  return is_lower(c) || is_upper(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

char lower(char c) { return is_upper(c) ? static_cast<char>(c | 0x20) : c; }

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(),
                                                  [](char w, char t) { return w == lower(t); });
}

Spelling spelling_of(std::string_view name) {
  Spelling out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_word_byte(c) || c == '_') continue;
    const bool goes_on = i > 0 && is_word_byte(name[i - 1]) && name[i - 1] != '_' &&
                         !(is_upper(c) && is_lower(name[i - 1]));
    if (!goes_on || out.words.empty()) out.words.emplace_back();
    out.words.back() += lower(c);
  }
  for (std::size_t i = 1; i < out.words.size(); ++i)
    if (out.words[i].size() > out.words[out.longest].size()) out.longest = i;
  return out;
}

std::optional<Spelling> singular_of(const Spelling& plural) {
  if (plural.words.empty()) return std::nullopt;
  std::string word = plural.words.back();
  constexpr std::pair<std::string_view, std::string_view> irregular[] = {
      {"people", "person"},      {"children", "child"},  {"men", "man"},
      {"women", "woman"},        {"indices", "index"},   {"matrices", "matrix"},
      {"criteria", "criterion"}, {"statuses", "status"}, {"aliases", "alias"},
      {"addresses", "address"},  {"movies", "movie"},    {"mice", "mouse"},
      {"media", "medium"}};
  const auto known = std::find_if(std::begin(irregular), std::end(irregular),
                                  [&](const auto& pair) { return pair.first == word; });
  const auto ends = [&](std::string_view end) {
    return word.size() > end.size() + 1 && word.ends_with(end);
  };
  if (known != std::end(irregular))
    word = known->second;
  else if (ends("ies"))
    word.replace(word.size() - 3, 3, "y");
  else if (ends("sses") || ends("xes") || ends("ches") || ends("shes"))
    word.resize(word.size() - 2);
  else if (ends("s") && !ends("ss") && !ends("us") && !ends("is"))
    word.pop_back();
  else
    return std::nullopt;
  Spelling out = plural;
  out.words.back() = std::move(word);
  for (std::size_t i = out.longest = 0; i < out.words.size(); ++i)
    if (out.words[i].size() > out.words[out.longest].size()) out.longest = i;
  return out;
}

std::optional<Span> match_around(const Spelling& spelling, std::string_view text, std::size_t at) {
  std::size_t begin = at;
  for (std::size_t i = spelling.longest; i-- > 0;) {
    const std::string& word = spelling.words[i];
    if (begin > 0 && is_joint(text[begin - 1])) --begin;
    if (begin < word.size() || !starts_with_word(text.substr(begin - word.size()), word))
      return std::nullopt;
    begin -= word.size();
  }
  std::size_t end = at + spelling.seed().size();
  for (std::size_t i = spelling.longest + 1; i < spelling.words.size(); ++i) {
    if (end < text.size() && is_joint(text[end])) ++end;
    if (!starts_with_word(text.substr(end), spelling.words[i])) return std::nullopt;
    end += spelling.words[i].size();
  }
  if (!begins_whole(text, begin) || !ends_whole(text, end)) return std::nullopt;
  return Span{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

}  // namespace backout
