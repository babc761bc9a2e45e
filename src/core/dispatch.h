// From a subject to the rules about it: the subscription is the type of the check's parameters.
#pragma once

#include <variant>
#include <vector>

#include "core/lint.h"

namespace backout {

template <class... Parameters>
void dispatch(const RuleSet& rules, std::vector<Finding>& out, const Parameters&... parameters) {
  using Function = void (*)(const Parameters&..., Report&);
  constexpr std::size_t subject = Check(Function{}).index();
  for (const ActiveRule& active : rules.by_subject[subject]) {
    Report report(*active.rule, active.level, out);
    std::get<Function>(active.rule->check)(parameters..., report);
  }
}

}  // namespace backout
