// Folds ||, concat, format, quote_ident and quote_literal over literals.
#include "sql/constant_text.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace backout::sql {
namespace {

using Kind = Expr::Kind;

std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  for (const char c : text) {
    if (c == quote) result += c;
    result += c;
  }
  return result + quote;
}

// Quotes always unless the name is plain; keywords that would need quotes parse as names in most
// places.
std::string quoted_identifier(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool bare = !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
                    std::all_of(name.begin(), name.end(), plain);
  return bare ? std::string(name) : quoted(name, '"');
}

// format() with %s, %I, %L and %%; positions and widths (%1$s, %-10s) are not folded.
std::optional<std::string> formatted(const std::vector<std::string>& args) {
  if (args.empty()) return std::nullopt;
  const std::string& pattern = args.front();
  std::string result;
  std::size_t next = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      result += pattern[i];
      continue;
    }
    if (++i == pattern.size()) return std::nullopt;
    if (pattern[i] == '%') {
      result += '%';
      continue;
    }
    if (next >= args.size()) return std::nullopt;
    const std::string& arg = args[next++];
    if (pattern[i] == 's')
      result += arg;
    else if (pattern[i] == 'I')
      result += quoted_identifier(arg);
    else if (pattern[i] == 'L')
      result += quoted(arg, '\'');
    else
      return std::nullopt;
  }
  return result;
}

}  // namespace

std::optional<std::string> constant_text(const Expr& expr) {
  if (expr.kind == Kind::constant) return expr.text;
  const bool concatenation = expr.kind == Kind::op && expr.text == "||" && expr.args.size() == 2;
  if (!concatenation && expr.kind != Kind::function) return std::nullopt;
  std::vector<std::string> args;
  for (const Expr& arg : expr.args) {
    std::optional<std::string> text = constant_text(arg);
    if (!text) return std::nullopt;
    args.push_back(std::move(*text));
  }
  if (concatenation) return args[0] + args[1];
  if (expr.text == "format") return formatted(args);
  if (expr.text == "concat") {
    std::string joined;
    for (const std::string& arg : args) joined += arg;
    return joined;
  }
  if (args.size() != 1) return std::nullopt;
  if (expr.text == "quote_ident") return quoted_identifier(args[0]);
  if (expr.text == "quote_literal") return quoted(args[0], '\'');
  return std::nullopt;
}

}  // namespace backout::sql
