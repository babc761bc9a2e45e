#include "core/fingerprint.h"

#include <fmt/format.h>

#include <unordered_map>

namespace backout {
namespace {

class Hash {
 public:
  void add(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3U; }
  void add(std::string_view text) {
    for (const char c : text) add(static_cast<unsigned char>(c));
    add(static_cast<unsigned char>(0));
  }
  void add(std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      add(static_cast<unsigned char>(number >> shift));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325U;
};

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// End of the blanks and comments that begin at `at`. Comments of PostgreSQL nest.
std::size_t skip_space(std::string_view sql, std::size_t at) {
  while (at < sql.size()) {
    if (is_blank(sql[at])) {
      ++at;
    } else if (sql.substr(at).starts_with("--")) {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (sql.substr(at).starts_with("/*")) {
      std::size_t depth = 0;
      do {
        const std::string_view rest = sql.substr(at);
        if (rest.starts_with("/*")) {
          ++depth;
          at += 2;
        } else if (rest.starts_with("*/")) {
          --depth;
          at += 2;
        } else {
          ++at;
        }
      } while (depth > 0 && at < sql.size());
    } else {
      break;
    }
  }
  return std::min(at, sql.size());
}

// Behind the quoted text that begins at `at`. In E'…' a backslash quotes too; a doubled quote ends
// one text and begins the next, which is the same to us.
std::size_t behind_quoted(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  const bool escapes =
      quote == '\'' && at > 0 && lower(sql[at - 1]) == 'e' && (at == 1 || !is_word(sql[at - 2]));
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (escapes && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == quote) {
      return i + 1;
    }
  }
  return sql.size();
}

}  // namespace

std::uint64_t statement_hash(std::string_view statement) {
  Hash hash;
  char last = ' ';
  for (std::size_t at = 0; at < statement.size();) {
    const std::size_t next = skip_space(statement, at);
    if (next == statement.size()) break;
    if (next > at && is_word(last) && is_word(statement[next]))
      hash.add(static_cast<unsigned char>(' '));
    at = next;
    const char quote = statement[at];
    if (quote == '\'' || quote == '"') {
      const std::size_t end = behind_quoted(statement, at);
      for (; at < end; ++at) hash.add(static_cast<unsigned char>(statement[at]));
      last = quote;
    } else {
      last = statement[at++];
      hash.add(static_cast<unsigned char>(lower(last)));
    }
  }
  return hash.value();
}

void set_fingerprints(std::vector<Finding>& findings) {
  struct Key {
    const Source* source;
    Span span;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<const void*>{}(key.source) ^
             ((std::uint64_t{key.span.begin} << 32U) | key.span.end) * 0x9e3779b97f4a7c15U;
    }
  };
  std::unordered_map<Key, std::uint64_t, KeyHash>
      statements;  // a statement with a thousand findings is read once
  std::unordered_map<std::uint64_t, std::uint64_t> seen;
  for (Finding& finding : findings) {
    Hash hash;
    hash.add(finding.rule);
    hash.add(finding.object.kind);
    hash.add(finding.object.name);
    if (const Source* source = finding.location.source) {
      const Span span = finding.statement == Span{} ? finding.location.span : finding.statement;
      if (span == Span{}) {  // about the file as a whole: its name is all there is
        hash.add(std::string_view(source->path).substr(source->path.rfind('/') + 1));
      } else {
        const auto [known, added] = statements.try_emplace({source, span}, 0);
        if (added)
          known->second = statement_hash(
              std::string_view(source->text).substr(span.begin, span.end - span.begin));
        hash.add(known->second);
      }
    }
    hash.add(seen[hash.value()]++);
    finding.fingerprint = fmt::format("{:016x}", hash.value());
  }
}

}  // namespace backout
