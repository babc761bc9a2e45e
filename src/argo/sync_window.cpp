#include "argo/sync_window.h"

#include <algorithm>

#include "argo/application.h"
#include "argo/duration.h"

namespace backout::argo {
namespace {

std::string_view text_of(const yaml::Node& window, std::string_view key) {
  const yaml::Node* const node = window.find(key);
  return node != nullptr ? node->text : std::string_view();
}

bool concerns_somebody(const yaml::Node& window) {
  for (const std::string_view key : {"applications", "namespaces", "clusters"})
    if (const yaml::Node* const list = window.find(key))
      if (!list->items.empty()) return true;
  return false;
}

bool never_closes(const SyncWindow& window) {
  const auto duration = parse_duration(window.duration);
  if (!duration) return false;
  constexpr Seconds minute = 60, hour = 3600, day = 24 * hour;
  return (window.schedule == "* * * * *" && *duration >= minute) ||
         (window.schedule == "0 * * * *" && *duration >= hour) ||
         (window.schedule == "0 0 * * *" && *duration >= day);
}

}  // namespace

std::vector<SyncWindow> sync_windows(const Object& object) {
  std::vector<SyncWindow> out;
  if (object.kind != ObjectKind::app_project) return out;
  const yaml::Node* const list = object.node->find({"spec", "syncWindows"});
  if (list == nullptr) return out;
  for (const yaml::Node& node : list->items) {
    const std::string_view kind = text_of(node, "kind");
    if (!concerns_somebody(node) || (kind != "deny" && kind != "allow")) continue;
    SyncWindow& window = out.emplace_back();
    window.node = &node;
    window.schedule = text_of(node, "schedule");
    window.duration = text_of(node, "duration");
    window.deny = kind == "deny";
    window.manual = is_true(node.find("manualSync"));
    window.overrun = is_true(node.find("syncOverrun"));
    window.always_open = !window.deny && never_closes(window);
  }
  return out;
}

}  // namespace backout::argo
