// What a metric provider hands to the conditions, from JSON.
#pragma once

#include <span>
#include <string_view>

#include "core/result.h"
#include "expr/value.h"

namespace backout::expr {

// prometheus-vector, graphite, datadog-grouped: a list of float64. scalar, wavefront: a float64;
// datadog: the same, or a nil as "nil" or null. nil: nil. web, skywalking: decoded JSON. newrelic:
// a row, newrelic-rows: a list of them. influxdb: a list of anything. cloudwatch: a list of results
// with Id, Label, StatusCode ("Complete" when it is missing) and Values.
[[nodiscard]] std::span<const std::string_view> result_kinds();

// In vectors and scalars the texts "NaN", "+Inf" and "-Inf" stand for those numbers. usage: an
// unknown kind, no JSON, or JSON that does not fit the kind.
[[nodiscard]] Result<Value> result_value(std::string_view kind, std::string_view json);
// The same from a value that read_json() gave.
[[nodiscard]] Result<Value> result_value(std::string_view kind, const Value& json);

}  // namespace backout::expr
