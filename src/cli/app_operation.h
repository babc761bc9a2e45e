// An application that a command is going to change: what is read of it, and of what surrounds it,
// before a plan is made.
#pragma once

#include <string>
#include <vector>

#include "argocd/hazard.h"
#include "cli/drive.h"
#include "cli/prometheus_options.h"
#include "drive/argocd_plan.h"

namespace backout::cli {

struct Operand {
  argocd::Client client;
  drive::Found found;
  std::vector<drive::Operation> open;  // of ours, on this application, not at their end
};
// `words`: the application's name.
[[nodiscard]] Result<Operand> operand_of(const ArgocdOptions& options,
                                         const std::vector<std::string>& words);

// A pause of ours that only waits for `backout app resume`.
[[nodiscard]] bool waits_for_app_resume(const drive::Operation& operation);

// Looks for what fights the purpose: refusals and warnings of `operand.found`. Also refuses what an
// open operation is at, ours or somebody's.
void look_around(Operand& operand, const argocd::Question& question);

// Completes the plan with how to reach the servers again, and carries it out. `prometheus`: null
// when the plan asks it nothing.
[[nodiscard]] int carry_out_on(Operand operand, drive::Plan plan, const drive::Pace& pace,
                               const ArgocdOptions& argocd, const PrometheusOptions* prometheus,
                               const DriveOptions& options, const Streams& streams);

int pause_app_command(Arguments arguments, const Streams& streams);
int resume_app_command(Arguments arguments, const Streams& streams);

}  // namespace backout::cli
