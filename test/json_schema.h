// The part of JSON Schema (draft 2020-12) that our schemas use; an unknown keyword is an error, so
// that a schema cannot promise what is not checked.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace backout {

// What is wrong with `value`, each with its path; empty: it is valid.
[[nodiscard]] std::vector<std::string> schema_violations(const nlohmann::json& schema,
                                                         const nlohmann::json& value);

}  // namespace backout
