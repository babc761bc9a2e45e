#include "promql/regex.h"

#include <re2/re2.h>

#include <cstdint>

namespace backout::promql {

struct Regex::Compiled {
  explicit Compiled(const re2::StringPiece& pattern);
  re2::RE2 re;
};

namespace {

// The one escape that RE2 knows and Go does not: a single byte.
bool has_byte_escape(std::string_view pattern) {
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '\\') continue;
    if (pattern[i + 1] == 'C') return true;
    ++i;
  }
  return false;
}

re2::RE2::Options options() {
  re2::RE2::Options out;
  out.set_log_errors(false);
  out.set_max_mem(std::int64_t{8} << 20);
  return out;
}

}  // namespace

Regex::Compiled::Compiled(const re2::StringPiece& pattern) : re(pattern, options()) {}

Regex::Regex(std::string_view pattern) {
  const re2::StringPiece piece(pattern.data(), pattern.size());
  compiled_ = std::make_unique<Compiled>(piece);
  if (has_byte_escape(pattern)) {
    error_ = "invalid escape sequence: \\C";
  } else if (!compiled_->re.ok()) {
    error_ = compiled_->re.error();
  }
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

bool Regex::matches(std::string_view value) const {
  return error_.empty() &&
         re2::RE2::FullMatch(re2::StringPiece(value.data(), value.size()), compiled_->re);
}

}  // namespace backout::promql
