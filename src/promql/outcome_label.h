// Labels that tell how a request ended (`status`, `code`, `outcome`, …), and which requests a
// matcher on one lets through: good ones, those refused for the client's fault (4xx), failed ones.
#pragma once

#include <string_view>

#include "promql/selectors.h"

namespace backout::promql {

struct OutcomeLabel;
// Null when the label is none.
[[nodiscard]] const OutcomeLabel* outcome_label(std::string_view name);
// The one that is meant by `statuscode`; null when it is right, or another.
[[nodiscard]] const OutcomeLabel* misspelt_outcome_label(std::string_view name);

// Narrows `series` to what `matcher`, which is on `label`, lets through.
void apply_outcome(Series& series, const Matcher& matcher, const OutcomeLabel& label);
void restrict_to_failures(Series& series);

}  // namespace backout::promql
