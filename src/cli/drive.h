// What the commands that change something share: the plan is shown, confirmed, carried out with a
// journal, and its end is told.
#pragma once

#include <string>

#include "cli/argocd_options.h"
#include "cli/options.h"
#include "drive/journal.h"
#include "drive/plan.h"
#include "drive/run.h"
#include "drive/world.h"

namespace backout::cli {

struct DriveOptions {
  bool dry_run = false, yes = false;
  std::string format = "text", color = "auto", record;
  std::string timeout = "10m", health_timeout = "15m", healthy_for = "30s", watch = "15s",
              poll = "2s", merge_wait = "0s";
};
void declare(OptionList& list, DriveOptions& options);
// For commands that only go on with an operation: no plan of theirs to choose times for.
void declare_output(OptionList& list, DriveOptions& options);
// usage: a time that an option does not take.
[[nodiscard]] Result<drive::Pace> validate(const DriveOptions& options);

inline constexpr std::string_view drive_exit_codes =
    "exit codes\n"
    "  0  done; or done as far as it can go, and it waits for somebody (a merge)\n"
    "  1  refused, failed, or undone by somebody else\n"
    "  2  wrong usage, or the server says no: no such application, no right, no valid token\n"
    "  3  not known how it ended: no answer, out of time, stopped by you";

// How to reach the same server and application again, without secrets.
[[nodiscard]] drive::Facts connection_of(const ArgocdOptions& options,
                                         const argocd::Settings& settings,
                                         const argocd::AppName& app);
// `given` again (headers, other files) on top of what was noted. usage: it leads to another server.
[[nodiscard]] Result<argocd::Client> reconnect(const drive::Facts& connection, ArgocdOptions given);

// Shows the plan and carries it out: prints it alone with `--dry-run`, refuses what it refuses,
// asks on a terminal, and wants `--yes` without one. Returns the exit code.
int carry_out(const drive::Plan& plan, drive::World world, const DriveOptions& options,
              const Streams& streams);
// Goes on with an open operation, in the direction it has.
int go_on(drive::Journal& journal, drive::World& world, const DriveOptions& options,
          const Streams& streams);

// A world that tells its progress on standard error and stops at Ctrl-C.
[[nodiscard]] drive::World world_for(const Streams& streams);

// "y" on a terminal, or `--yes`. usage: neither.
[[nodiscard]] Result<bool> is_confirmed(const DriveOptions& options, std::string_view question,
                                        const Streams& streams);

// One line on standard error for each open operation: what is off.
void remind(const Streams& streams);

}  // namespace backout::cli
