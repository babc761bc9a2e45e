// What steps act on: the clients, the clock and where progress is told. Made anew from a plan's
// `connection` and the environment when an operation is resumed.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "argocd/client.h"
#include "kube/client.h"
#include "prometheus/client.h"

namespace backout::drive {

struct World {
  std::optional<argocd::Client> argocd{};
  std::optional<kube::Client> kube{};
  std::optional<prometheus::Client> prometheus{};
  std::function<void(std::string_view)> say;  // one line of progress
  // False: the user wants to stop (Ctrl-C).
  std::function<bool(std::chrono::milliseconds)> sleep;
  bool merged = false;     // the user says that the revert is merged (`resume --merged`)
  bool end_pause = false;  // and that auto-sync is to be on again (`app resume`)
  std::string skip{};      // why the step that does not end well is passed over (`resume --skip`)
};

}  // namespace backout::drive
