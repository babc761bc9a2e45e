// An application that a command is going to change: what is read of it before a plan is made.
#pragma once

#include <string>
#include <vector>

#include "cli/drive.h"
#include "drive/argocd_plan.h"

namespace backout::cli {

struct Operand {
  argocd::Client client;
  drive::Found found;
  std::vector<drive::Operation> open;  // of ours, on this application, not at their end
};
// `words`: the application's name. Also refuses what an open operation of ours is at.
[[nodiscard]] Result<Operand> operand_of(const ArgocdOptions& options,
                                         const std::vector<std::string>& words);

// Completes the plan with how to reach the server again, and carries it out.
[[nodiscard]] int carry_out_on(Operand operand, drive::Plan plan, const drive::Pace& pace,
                               const ArgocdOptions& argocd, const DriveOptions& options,
                               const Streams& streams);

int pause_app_command(Arguments arguments, const Streams& streams);
int resume_app_command(Arguments arguments, const Streams& streams);

}  // namespace backout::cli
