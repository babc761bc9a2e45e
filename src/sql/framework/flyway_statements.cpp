// Which statements Flyway runs outside a transaction by itself: it looks at the first words of
// each.
#include <algorithm>
#include <cctype>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

// The words at the start of each statement that decide whether it may run in a transaction.
// Comments, quotes and dollar quotes are stepped over.
class Statements {
 public:
  explicit Statements(std::string_view text) : text_(text) {}

  // The first words, in upper case, of the next statement; false at the end.
  bool next(std::vector<std::string>& words, Span& span) {
    words.clear();
    bool in_word = false;
    span.begin = static_cast<std::uint32_t>(text_.size());
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (skip_quiet()) {
        in_word = false;
        continue;
      }
      if (c == ';') {
        ++at_;
        if (!words.empty()) break;
        continue;
      }
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                          (in_word && c >= '0' && c <= '9');
      if (letter && words.size() <= 6) {
        if (!in_word) words.emplace_back();
        if (words.size() == 1 && !in_word) span.begin = static_cast<std::uint32_t>(at_);
        words.back() += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      }
      in_word = letter;
      ++at_;
    }
    span.end = static_cast<std::uint32_t>(at_);
    return !words.empty();
  }

 private:
  // Steps over a comment or a quoted text that begins here.
  bool skip_quiet() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("--")) return skip_to(rest.find('\n'), 1);
    if (rest.starts_with("/*")) return skip_comment();
    if (rest.front() == '\'' || rest.front() == '"') return skip_to(rest.find(rest.front(), 1), 1);
    if (rest.front() == '$') {
      std::size_t end = 1;
      while (end < rest.size() &&
             (std::isalnum(static_cast<unsigned char>(rest[end])) != 0 || rest[end] == '_'))
        ++end;
      if (end < rest.size() && rest[end] == '$') {
        const std::string_view tag = rest.substr(0, end + 1);
        return skip_to(rest.find(tag, tag.size()), tag.size());
      }
    }
    return false;
  }
  bool skip_comment() {
    std::size_t depth = 0;
    for (; at_ + 1 < text_.size(); ++at_) {
      if (text_[at_] == '/' && text_[at_ + 1] == '*') {
        ++depth;
        ++at_;
      } else if (text_[at_] == '*' && text_[at_ + 1] == '/') {
        ++at_;
        if (--depth == 0) {
          ++at_;
          return true;
        }
      }
    }
    at_ = text_.size();
    return true;
  }
  bool skip_to(std::size_t found, std::size_t length) {
    at_ = found == std::string_view::npos ? text_.size() : at_ + found + length;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is(const std::vector<std::string>& words, std::size_t at, std::string_view any_of) {
  if (at >= words.size()) return false;
  for (std::size_t begin = 0; begin < any_of.size();) {
    const std::size_t end = std::min(any_of.find('|', begin), any_of.size());
    if (words[at] == any_of.substr(begin, end - begin)) return true;
    begin = end + 1;
  }
  return false;
}

// What Flyway itself takes out of its transaction. Not REINDEX … CONCURRENTLY of a table or index,
// nor DETACH … CONCURRENTLY. (ADD VALUE only for servers below 12, which no longer have support.)
bool runs_alone(const std::vector<std::string>& words) {
  if (is(words, 0, "VACUUM")) return true;
  if (is(words, 0, "DISCARD")) return is(words, 1, "ALL");
  if (is(words, 0, "ALTER")) return is(words, 1, "SYSTEM");
  if (is(words, 0, "REINDEX"))
    return is(words, is(words, 1, "VERBOSE") ? 2 : 1, "SCHEMA|DATABASE|SYSTEM");
  if (!is(words, 0, "CREATE|DROP")) return false;
  if (is(words, 1, "DATABASE|TABLESPACE|SUBSCRIPTION")) return true;
  const std::size_t index = is(words, 1, "UNIQUE") ? 2 : 1;
  return is(words, index, "INDEX") && is(words, index + 1, "CONCURRENTLY");
}

}  // namespace

FlywayKinds flyway_kinds(std::string_view text) {
  FlywayKinds kinds;
  Statements statements(text);
  std::vector<std::string> words;
  for (Span span; statements.next(words, span);) {
    const bool had_both = kinds.alone && kinds.in_transaction;
    (runs_alone(words) ? kinds.alone : kinds.in_transaction) = true;
    if (!had_both && kinds.alone && kinds.in_transaction) kinds.place = span;
  }
  return kinds;
}

}  // namespace backout::sql::framework
