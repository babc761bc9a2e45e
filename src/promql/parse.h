// Reads a PromQL query: syntax, types, arguments, matchers, regular expressions, all that
// Prometheus refuses before it looks at data. The text is hostile: what is too long, too deep or
// too large is refused, never a crash. Facts: generated_parser.y and parse.go of Prometheus 2.42.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "promql/ast.h"
#include "promql/lexer.h"

namespace backout::promql {

struct ParseOptions {
  bool version3 = false;     // the additions of Prometheus 3.x, without what it dropped
  bool placeholders = true;  // Argo's `{{args.x}}`; without, the text is judged as it is sent
};

struct Query {
  Expr root;
  std::vector<Placeholder> placeholders;
  bool version3 = false;
};

// Why a query is refused.
struct Problem {
  enum class Kind : std::uint8_t {
    syntax,
    type,   // reads well, but cannot be: types, arguments, matchers, unknown functions
    limit,  // too long, deep or large for us; Prometheus might take it
  } kind = Kind::syntax;
  Span span;            // in the text; empty at its end
  std::string message;  // lower-case, no full stop
};

inline constexpr std::size_t longest_query = 65'536;  // bytes
inline constexpr std::size_t most_nodes = 5'000;
inline constexpr std::uint16_t most_levels = 250;

[[nodiscard]] tl::expected<Query, Problem> parse(std::string_view text,
                                                 const ParseOptions& options = {});

// The checks of a tree that has the right syntax (promql/check.cpp): nothing, or the first problem.
// Sets the types.
[[nodiscard]] tl::expected<void, Problem> check(Expr& root, bool version3);

}  // namespace backout::promql
