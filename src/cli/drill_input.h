// What a drill is told: its options, or on a terminal a stop-watch and questions.
#pragma once

#include <string>
#include <string_view>

#include "cli/cli.h"
#include "core/result.h"
#include "runbook/drill.h"

namespace backout::cli {

struct DrillOptions {
  std::string task, scenario, started, detected, decided, mitigated, data_loss, worked, notes,
      resolved_by, region, config;
  bool list = false, dry_run = false;
};

// Fills in times, loss, verdict and notes of `drill`, whose task is known; asks for what no option
// says when there is somebody to ask, after `greeting`. usage: an option is missing or wrong.
// undecided: whoever was asked gave up.
[[nodiscard]] Result<void> measure(const DrillOptions& options, const Streams& streams,
                                   std::string_view greeting, runbook::Drill& drill);

}  // namespace backout::cli
