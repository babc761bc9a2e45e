// The functions of PromQL with their signatures, and the words with a meaning of their own.
// Facts: promql/parser/functions.go of Prometheus 2.42, and of 3.x for what came later.
#pragma once

#include <cstdint>
#include <string_view>

#include "promql/ast.h"

namespace backout::promql {

// What decides a function's answer, as far as the interpreter tells them apart.
enum class Behaviour : std::uint8_t {
  number,           // computed from each value alone (promql/instant.h)
  date,             // hour() …: of the time, or of each value
  keep,             // passes its vector on: sort
  relabel,          // label_replace, label_join
  histogram_value,  // of native histograms alone: nothing for classic ones
  histogram_quantile,
  absent,
  scalar,
  vector,
  time,
  pi,
  timestamp,
  clamp,
  slope,       // over two samples at least: rate …
  prediction,  // predict_linear
  steps,       // counts changes: changes, resets
  over,        // avg_over_time …, over one sample at least
  absent_over_time,
};

struct Function {
  std::string_view name;
  std::string_view arguments;  // a letter each: v vector, m matrix, s scalar, t string
  int optional;                // so many of the last may be left out; -1: the last may be repeated
  Type result;
  Behaviour behaviour;
  enum class Since : std::uint8_t { both, only2, only3 } since = Since::both;
};

// Null when this version has none of that name.
[[nodiscard]] const Function* find_function(std::string_view name, bool version3);
// The most similar name, for a message; empty when none is near.
[[nodiscard]] std::string_view nearest_function(std::string_view name, bool version3);

// What functions and count_values accept as the name of a label they write.
[[nodiscard]] bool is_label_name(std::string_view text, bool version3);

// Lower-case operator of an aggregation ("sum"), empty when `word` is none.
[[nodiscard]] std::string_view aggregation_named(std::string_view word, bool version3);
// 't', 's', or '\0' when it takes none.
[[nodiscard]] char aggregation_parameter(std::string_view name);

}  // namespace backout::promql
