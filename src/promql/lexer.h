// Tokens of PromQL. The language's own lexer changes its rules inside braces and brackets; so does
// this one, and it stops at the first thing that is no token, which then is the last one and says
// why. Facts: promql/parser/lex.go of Prometheus 2.42.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"

namespace backout::promql {

struct Token {
  enum class Kind : std::uint8_t {
    end,
    word,      // identifier or keyword; `nan` and `inf` too
    number,    // also with letters in it that make it none; promql/literal.h decides
    duration,  // digits and units in any order
    string,    // with its quotes; escapes are checked
    symbol,    // ( ) { } [ ] , : @ = != =~ !~ == > >= < <= + - * / % ^
    broken,    // `message` says why; the last token
  };
  Kind kind = Kind::end;
  bool placeholder = false;  // holds `{{…}}`
  Span span;
};

struct LexOptions {
  bool placeholders = true;  // `{{…}}` is a word, or a part of one
  bool version3 = false;     // dots in durations, arithmetic in brackets
};

// `{{ args.name }}`
struct Placeholder {
  std::string name;  // without blanks around
  Span span;
  [[nodiscard]] bool is_argument() const { return name.starts_with("args."); }
};

struct Tokens {
  std::vector<Token> all;                 // ends with `end` or `broken`
  std::vector<Placeholder> placeholders;  // outside comments, in order
  std::string message;
};

// Keywords are known in any letter case; `keyword` is in lower case.
[[nodiscard]] bool is_keyword(std::string_view word, std::string_view keyword);

[[nodiscard]] Tokens tokens(std::string_view text, const LexOptions& options);

}  // namespace backout::promql
