#include "expr/pattern.h"

#include <re2/re2.h>

namespace backout::expr {

Pattern::Pattern(std::string_view text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  pattern_ = std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
}

std::string Pattern::error() const { return pattern_->ok() ? std::string() : pattern_->error(); }

bool Pattern::matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern_);
}

}  // namespace backout::expr
