// What a value has to be: "< 0.01", ">= 0.99", "== 0", "!= 3", "0.9..1.1" (both ends are in). Only
// finite numbers can satisfy it: NaN is what a ratio is without traffic, and an infinite one was
// divided by nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace backout::verify {

struct Expectation {
  enum class Kind : std::uint8_t {
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    range,
  } kind = Kind::less;
  double bound = 0;
  double upper = 0;  // of a range
};

// usage: it is none; the message says how to write what seems to be meant.
[[nodiscard]] Result<Expectation> read_expectation(std::string_view text);
[[nodiscard]] std::string to_text(const Expectation& expectation);

[[nodiscard]] bool satisfied(const Expectation& expectation, double value);
// How far `value` is on the wrong side, below 0 on the right one: to find the worst of several.
[[nodiscard]] double excess(const Expectation& expectation, double value);

// Its bounds and numbers beside them, for questions about all numbers.
[[nodiscard]] std::vector<double> samples(const Expectation& expectation);

// "0.0123", "NaN", "+Inf": six digits at most.
[[nodiscard]] std::string show_value(double value);

}  // namespace backout::verify
