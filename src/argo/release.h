// A release of Argo Rollouts, as the configuration names the one in use and field tables the first
// one that had a field.
#pragma once

#include <compare>

namespace backout::argo {

struct Release {
  int major = 0, minor = 0;  // patches add no fields
  auto operator<=>(const Release&) const = default;
};

}  // namespace backout::argo
