// RE2, as Prometheus uses it: the whole value must match, a dot matches everything but a line end.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace backout::promql {

class Regex {
 public:
  // `error()` is empty when it compiles.
  explicit Regex(std::string_view pattern);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  [[nodiscard]] const std::string& error() const { return error_; }
  // Never when it does not compile.
  [[nodiscard]] bool matches(std::string_view value) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
  std::string error_;
};

}  // namespace backout::promql
