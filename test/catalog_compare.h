// A schema as facts: what our catalog holds and what a real server's catalog holds (JSON, see
// postgres_catalog.sql), in one form, so that they can be compared kind by kind. Expressions of the
// server are read by our own parser; casts, quotes and schemas of functions are left out on both
// sides, because the server adds them.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sql/catalog.h"

namespace backout::test {

// kind ("columns", "constraints", …) → object ("public.orders.total") → what is said of it.
using Facts = std::map<std::string, std::map<std::string, std::string>>;

[[nodiscard]] Facts facts_of(const sql::Catalog& catalog);
[[nodiscard]] Facts facts_of(const nlohmann::json& server);

struct Mismatch {
  std::string kind, object, ours, theirs;  // empty: not there
};
[[nodiscard]] std::vector<Mismatch> compare(const Facts& ours, const Facts& theirs);

}  // namespace backout::test
