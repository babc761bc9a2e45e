// What a change of `.backout.yaml` does to the gate that judges it. The configuration in force is
// the base's, so the change cannot profit; but once merged, the next one would, and nobody reads
// that file as closely as code.
#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "core/finding.h"

namespace backout {

struct ConfigChange {
  std::vector<std::string> key;        // {"rules", "compat/drop-column"}
  std::string message;                 // "`rules.compat/drop-column` is `note` instead of `error`"
  Severity at_most = Severity::error;  // note: neither stricter nor looser
};

// In the order of the sections; what only makes the gate stricter is left out, and what has nothing
// to do with judging.
[[nodiscard]] std::vector<ConfigChange> config_changes(const Config& base, const Config& head);

// The base's configuration with each rule at the higher of both levels.
[[nodiscard]] Config with_stricter_rules(Config base, const Config& head);

}  // namespace backout
