#include "expr/engine.h"

namespace backout::expr {

std::optional<Engine> engine_of(std::string_view rollouts_version) {
  if (rollouts_version.starts_with('v')) rollouts_version.remove_prefix(1);
  const std::size_t minor_end = rollouts_version.find('.', rollouts_version.find('.') + 1);
  const std::string_view minor = rollouts_version.substr(0, minor_end);
  if (minor_end != std::string_view::npos) {
    const std::string_view patch = rollouts_version.substr(minor_end + 1);
    if (patch.empty() || patch[0] < '0' || patch[0] > '9') return std::nullopt;
  }
  if (minor == "1.7" || minor == "1.8" || minor == "1.9") return Engine::expr_1_15;
  if (minor == "1.10") return Engine::expr_1_17;
  return std::nullopt;
}

}  // namespace backout::expr
