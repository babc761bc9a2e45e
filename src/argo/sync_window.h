// When an AppProject lets its Applications be synced. Source: SyncWindows.CanSync of argo-cd v3
// (pkg/apis/application/v1alpha1/types.go).
#pragma once

#include <string_view>
#include <vector>

#include "argo/manifest.h"

namespace backout::argo {

struct SyncWindow {
  const yaml::Node* node = nullptr;
  std::string_view schedule, duration;  // as written
  bool deny = false;                    // else allow
  bool manual = false;                  // lets syncs by hand pass
  bool overrun = false;                 // lets a running sync end
  bool always_open = false;             // an allow window that never closes
};

// Those of an AppProject that concern somebody: a window that names no application, namespace or
// cluster does not. Empty for other kinds.
[[nodiscard]] std::vector<SyncWindow> sync_windows(const Object& object);

}  // namespace backout::argo
