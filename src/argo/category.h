// What a metric judges a release by, read off its provider, its query and its name.
#pragma once

#include <cstdint>
#include <string_view>

#include "argo/subject.h"

namespace backout::argo {

enum class Category : std::uint8_t {
  unknown,
  errors,
  latency,
  traffic,
  resources,
  business,
  synthetic,  // a job, a request of its own
};
[[nodiscard]] std::string_view to_string(Category category);  // "errors"
[[nodiscard]] Category category_of(const MetricSubject& metric);
// By the query alone.
[[nodiscard]] Category category_of(const promql::Query& query);

}  // namespace backout::argo
