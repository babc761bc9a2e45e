// Go's regular expressions are RE2's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace backout::expr {

class Pattern {
 public:
  explicit Pattern(std::string_view text);
  [[nodiscard]] std::string error() const;  // empty: none
  // Somewhere in `text`; not to be asked of a pattern with an error.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  std::shared_ptr<const re2::RE2> pattern_;
};

}  // namespace backout::expr
