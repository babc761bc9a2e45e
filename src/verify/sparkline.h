// A row of values as a line of small bars, for a report: the largest value of each stretch, from 0
// or the smallest one up.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace backout::verify {

// At most `cells` characters. None among the values: a gap, drawn as a blank; NaN and infinite ones
// as `?`. `low`: the smallest of each stretch counts, for values that should be large.
[[nodiscard]] std::string sparkline(const std::vector<std::optional<double>>& values,
                                    std::size_t cells, bool ascii, bool low);

}  // namespace backout::verify
