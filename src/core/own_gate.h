// What a change does to the gate that judges it: to the configuration, to the list of signers, and
// by ignores of its own. Findings of `release/gate-weakened`; the same rule compares the gates of
// rollouts (rules/release/gate-weakened.cpp).
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "argo/manifest.h"
#include "core/config.h"
#include "core/finding.h"
#include "core/lint.h"
#include "core/suppress.h"
#include "core/task.h"

namespace backout {

// `config`: the base's. `ignores`: in force in the head. `manifests`: of both sides, also what was
// rendered. Nothing without a base.
[[nodiscard]] std::vector<Finding> judge_own_gate(const Task& task, const Config& config,
                                                  const RuleSet& rules,
                                                  std::span<const IgnoreInForce> ignores,
                                                  const std::deque<argo::File>& manifests);

}  // namespace backout
