// The conditions of a metric and what they make of a measurement, as the analysis controller of
// Argo Rollouts does it (utils/evaluate). Parse once, measure as often as you like, on any threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "expr/engine.h"
#include "expr/tree.h"
#include "expr/value.h"

namespace backout::expr {

struct Condition {
  std::string text;  // as the controller holds it; empty: there is none
  Engine engine{};
  std::optional<Tree> tree;  // none when it is empty or does not parse
  std::optional<Problem> problem;
};
[[nodiscard]] Condition read_condition(std::string_view text, Engine engine);

enum class Phase : std::uint8_t { successful, failed, inconclusive, error };
[[nodiscard]] std::string_view to_string(Phase phase);  // "Successful"

struct Measurement {
  Phase phase = Phase::error;
  std::optional<bool> success, failure;  // what each condition gave
  // Phase error: why, and which condition raised it. `Stage::limit`: we could not find out, the
  // controller might say otherwise.
  std::optional<Problem> problem;
  bool of_failure_condition = false;
};

// Both of one engine. `result` has the Go type that the provider gives (expr/result_value.h).
[[nodiscard]] Measurement evaluate(const Condition& success, const Condition& failure,
                                   const Value& result);

}  // namespace backout::expr
