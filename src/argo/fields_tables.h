// The tables of the kinds, one function each; argo/fields.cpp gathers them.
#pragma once

#include <span>

#include "argo/fields.h"

namespace backout::argo::fields {

[[nodiscard]] std::span<const Field> of_rollout();
[[nodiscard]] std::span<const Field> of_experiment();
[[nodiscard]] std::span<const Field> of_analysis_template();
[[nodiscard]] std::span<const Field> of_analysis_run();
[[nodiscard]] std::span<const Field> of_application();
[[nodiscard]] std::span<const Field> of_application_set();
[[nodiscard]] std::span<const Field> of_app_project();

}  // namespace backout::argo::fields
