// Which numbers a sample may be: the abstract domain of the interpreter. Special values and
// constants are exact; any other finite number is known by its sign alone. Operations are computed
// on examples: each class of numbers is tried with some of its members, those around the other
// operand's constants among them, and the results are put back into classes. That is exact for
// everything IEEE says about NaN, zeros and infinities.
#pragma once

#include <cstdint>
#include <vector>

namespace backout::promql {

class Values {
 public:
  enum Class : std::uint8_t {
    nan = 1,
    zero = 2,
    minus_zero = 4,
    plus_infinity = 8,
    minus_infinity = 16,
    positive = 32,  // finite, of any size
    negative = 64,
    text = 128,  // a string, not a number
  };

  Values() = default;
  Values(std::uint8_t classes)
      : classes_(classes) {}  // NOLINT: a set of classes is a set of values
  [[nodiscard]] static Values exactly(double value);
  [[nodiscard]] static Values numbers() { return Values(zero | positive | negative); }
  [[nodiscard]] static Values anything() { return Values(127); }

  void add(const Values& other);
  // `positive` or `negative` for a finite number that is not exact.
  void add_class_of(double value);

  [[nodiscard]] bool none() const { return classes_ == 0 && constants_.empty(); }
  [[nodiscard]] bool has(std::uint8_t classes) const { return (classes_ & classes) != 0; }
  [[nodiscard]] bool has_special() const { return has(nan | plus_infinity | minus_infinity); }
  // Finite numbers other than zero, in order; few.
  [[nodiscard]] const std::vector<double>& constants() const { return constants_; }
  // Classes with the constants' signs.
  [[nodiscard]] std::uint8_t signs() const;
  // The one number it can be, if that is known.
  [[nodiscard]] const double* only() const;

  friend bool operator==(const Values&, const Values&) = default;

 private:
  std::uint8_t classes_ = 0;
  std::vector<double> constants_;
};

// The results of a function of numbers.
using Unary = double (*)(double);
using Binary = double (*)(double, double);
[[nodiscard]] Values apply(Unary function, const Values& values);
[[nodiscard]] Values apply(Binary function, const Values& left, const Values& right);
// `left` and `right` are the same number each time.
[[nodiscard]] Values apply_to_same(Binary function, const Values& values);

// Which answers a comparison can give; `kept` are the left values that it can be true for.
struct Compared {
  bool can_hold = false, can_fail = false;
  Values kept;
};
using Comparison = bool (*)(double, double);
[[nodiscard]] Compared compare(Comparison comparison, const Values& left, const Values& right);
[[nodiscard]] Compared compare_same(Comparison comparison, const Values& values);

// What a sum or a mean of several of them may be.
[[nodiscard]] Values sums(const Values& values);

}  // namespace backout::promql
