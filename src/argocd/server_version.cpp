#include "argocd/server_version.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace backout::argocd {
namespace {

struct Gate {
  Feature feature;
  int major, minor;
};
// In the order of the enumeration.
constexpr Gate gates[] = {
    {Feature::app_namespaces, 2, 6},  // 2.5 as a beta
    {Feature::project_in_requests, 2, 8},    {Feature::source_positions, 2, 11},
    {Feature::windows_while_running, 2, 11}, {Feature::multi_source_rollback, 2, 12},
    {Feature::annotation_tracking, 3, 0},    {Feature::actions_v2, 3, 1},
    {Feature::auto_sync_enabled, 3, 1},      {Feature::rollout_pause_action, 3, 1},
    {Feature::retry_refresh, 3, 2},          {Feature::revision_override, 3, 3},
    {Feature::missing_is_no_health, 3, 4},   {Feature::toggle_auto_sync, 3, 5},
    {Feature::rollback_right, 3, 6},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(gates); ++i)
    if (static_cast<std::size_t>(gates[i].feature) != i) return false;
  return true;
}
static_assert(in_order());

const Gate& gate_of(Feature feature) { return gates[static_cast<std::size_t>(feature)]; }

}  // namespace

ServerVersion read_server_version(std::string_view text) {
  ServerVersion out;
  out.text = text;
  if (text.starts_with('v')) text.remove_prefix(1);
  int numbers[3] = {};
  for (int i = 0; i < 3; ++i) {
    if (i > 0) {
      if (!text.starts_with('.')) return out;
      text.remove_prefix(1);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
    if (error != std::errc{} || numbers[i] < 0) return out;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  out.known = true;
  out.major = numbers[0];
  out.minor = numbers[1];
  out.patch = numbers[2];
  return out;
}

bool has(const ServerVersion& version, Feature feature) {
  return version.at_least(gate_of(feature).major, gate_of(feature).minor);
}

std::string since(Feature feature) {
  return fmt::format("{}.{}", gate_of(feature).major, gate_of(feature).minor);
}

}  // namespace backout::argocd
