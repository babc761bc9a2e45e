#include "sql/guard.h"

#include <fmt/format.h>
#include <simdjson.h>

namespace backout::sql {
namespace {

// The server's own bound is 63; only signs (`- - -1` without the blanks) make longer ones, each of
// which it reads again and again.
constexpr std::uint32_t longest_operator = 1000;

}  // namespace

std::optional<Refusal> refuse(const Piece& piece, std::string_view text, const Limits& limits,
                              bool nul, bool bytes) {
  if (text.size() > limits.statement_bytes)
    return Refusal{ParseFailure::limit,
                   fmt::format("statement of {} bytes; the limit `statement_bytes` is {}",
                               text.size(), limits.statement_bytes)};
  if (piece.nesting > limits.nesting)
    return Refusal{ParseFailure::limit,
                   fmt::format("{} brackets inside one another; the limit `nesting` is {}",
                               piece.nesting, limits.nesting)};
  if (piece.chain > limits.terms)
    return Refusal{ParseFailure::limit,
                   fmt::format("an expression of {} terms; the limit `terms` is {}", piece.chain,
                               limits.terms)};
  if (piece.longest_operator > longest_operator)
    return Refusal{ParseFailure::limit, fmt::format("an operator of {} characters; {} is the bound",
                                                    piece.longest_operator, longest_operator)};
  if (piece.open_comment) return Refusal{ParseFailure::broken, "unterminated /* comment"};
  if (nul && text.find('\0') != std::string_view::npos)
    return Refusal{ParseFailure::broken, "a NUL byte in the statement"};
  if (bytes && !simdjson::validate_utf8(text.data(), text.size()))
    return Refusal{ParseFailure::broken, "bytes that are no UTF-8 in the statement"};
  if (piece.control)
    return Refusal{ParseFailure::placeholder, "a template decides the text of this statement"};
  return std::nullopt;
}

void prepare(std::string& text, std::uint32_t base, const Split& split, Fillers& fillers) {
  for (const Span hole : split.holes)
    for (std::uint32_t i = hole.begin; i < hole.end; ++i)
      if (text[i - base] != '\n') text[i - base] = ' ';
  for (const Span span : split.placeholders) fillers.fill(text, span.begin - base, span.end - base);
}

}  // namespace backout::sql
