// When a sync window begins and ends, from its cron schedule (robfig/cron's standard form, which
// Argo CD uses). The API does not tell the window's time zone: times hold when it is UTC, as it is
// unless somebody has set another.
#pragma once

#include <optional>

#include "argocd/reads.h"
#include "core/clock.h"

namespace backout::argocd {

// When the window that is open at `now` closes, one that begins in between included. Nothing: it is
// not open, or the schedule or duration is none that we read.
[[nodiscard]] std::optional<Instant> window_end(const SyncWindow& window, Instant now);
// When it opens next, within 60 days.
[[nodiscard]] std::optional<Instant> window_begin(const SyncWindow& window, Instant now);

}  // namespace backout::argocd
