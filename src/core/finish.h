// The last steps before a report: order, and what follows from the text around a finding.
#pragma once

#include <vector>

#include "core/finding.h"

namespace backout {

// By path, place, rule and message; exact repetitions go.
void sort_findings(std::vector<Finding>& findings);

}  // namespace backout
