// The placeholders in a metric: `{{args.name}}` and what looks like one. Argo Rollouts replaces
// them in the whole metric, and refuses it when one is left.
#pragma once

#include <string_view>
#include <vector>

#include "yaml/node.h"

namespace backout::argo {

struct Placeholder {
  const yaml::Node* node = nullptr;  // the string it stands in
  std::string_view name;             // between the braces, without blanks
  bool closed = true;
  // Empty: it is none of an argument.
  [[nodiscard]] std::string_view argument() const {
    return closed && name.starts_with("args.") ? name.substr(5) : std::string_view();
  }
};

// In the order of the document; of no more than 10,000 nodes, as aliases multiply.
[[nodiscard]] std::vector<Placeholder> placeholders_below(const yaml::Node& root);

}  // namespace backout::argo
