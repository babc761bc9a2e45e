// Tokens and the places where statements begin and end.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sql/lexer.h"
#include "sql/placeholders.h"
#include "sql/split.h"

namespace backout::sql {
namespace {

using Kind = Token::Kind;

std::string name(Kind kind) {
  constexpr const char* names[] = {"end",     "word",        "quoted", "string",
                                   "number",  "parameter",   "symbol", "operator",
                                   "comment", "placeholder", "meta",   "unknown"};
  return names[static_cast<std::size_t>(kind)];
}

Span all(std::string_view text) { return {0, static_cast<std::uint32_t>(text.size())}; }

// "word:select number:1"; `!` marks a token that never ends.
std::string tokens(std::string_view text, LexOptions options = {}) {
  Lexer lexer(text, all(text), options);
  std::string out;
  for (Token token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
    if (!out.empty()) out += ' ';
    out += name(token.kind) + ":" + std::string(lexer.text(token));
    if (token.unterminated) out += '!';
  }
  return out;
}

TEST(SqlLexer, CutsTokensAsPostgresDoes) {
  const struct {
    std::string_view text, expected;
  } cases[] = {
      {"", ""},
      {" \t\r\n\f", ""},
      {"select a1$b, \"A \"\"b\"", "word:select word:a1$b symbol:, quoted:\"A \"\"b\""},
      {"'it''s' E'it\\'s' e'a\\\\' 'c:\\'",
       "string:'it''s' string:E'it\\'s' string:e'a\\\\' string:'c:\\'"},
      {"E'a'\n 'b\\'c' d", "string:E'a'\n 'b\\'c' word:d"},
      {"B'01' x'1F' N'n' U&'\\0061' U&\"\\0061\" u'",
       "string:B'01' string:x'1F' string:N'n' string:U&'\\0061' quoted:U&\"\\0061\" word:u "
       "string:'!"},
      {"$$a;$b$ $$ $b$ $$ $b$ $1 a$1", "string:$$a;$b$ $$ string:$b$ $$ $b$ parameter:$1 word:a$1"},
      {"$é$'$é$ $1a$", "string:$é$'$é$ parameter:$1 word:a$"},
      {"1 1.5 .5 1e10 1.5E-3 1..2 1.e",
       "number:1 number:1.5 symbol:. number:5 number:1e10 number:1.5E-3 number:1 symbol:.. "
       "number:2 number:1. word:e"},
      {"a::int[1:2] := b",
       "word:a symbol::: word:int symbol:[ number:1 symbol:: number:2 symbol:] symbol::= word:b"},
      {"a<>b -1--c\n@-/*d*/",
       "word:a operator:<> word:b operator:- number:1 comment:--c operator:@- comment:/*d*/"},
      {"/* a /* b */ c */ d /* e", "comment:/* a /* b */ c */ word:d comment:/* e!"},
      {"--a\r--b\rc", "comment:--a comment:--b word:c"},
      {"'open", "string:'open!"},
      {"\"open", "quoted:\"open!"},
      {"$a$ open $b$", "string:$a$ open $b$!"},
      {"${a} {{ b }} #{c} #1 {d}",
       "placeholder:${a} placeholder:{{ b }} placeholder:#{c} operator:# number:1 unknown:{ word:d "
       "unknown:}"},
      {"p_${a}_s '${b}' ${", "word:p_ placeholder:${a} word:_s string:'${b}' unknown:$ unknown:{"},
      {"\"{{ index . \"a\" }}\".b", "quoted:\"{{ index . \"a\" }}\" symbol:. word:b"},
      {"'{{ 'a' }}' '{\"a\": {{'", "string:'{{ 'a' }}' string:'{\"a\": {{'"},
      {"\\set a 'b\n  \\i c\nselect \\gset\na\\b",
       "meta:\\set a 'b meta:\\i c word:select meta:\\gset word:a unknown:\\ word:b"},
      {"a \\; b", "word:a meta:\\; word:b"},
      {":a ::b", "symbol:: word:a symbol::: word:b"},
  };
  for (const auto& c : cases) EXPECT_EQ(tokens(c.text), c.expected) << c.text;
}

TEST(SqlLexer, KnowsPsqlVariablesOnlyForPsql) {
  const LexOptions psql{.placeholders = true, .psql = true};
  EXPECT_EQ(tokens("a = :b + :'c' . :\"d\" ::e", psql),
            "word:a operator:= placeholder::b operator:+ placeholder::'c' symbol:. "
            "placeholder::\"d\" symbol::: word:e");
  EXPECT_EQ(tokens("a[x:y] :{?z}", psql),
            "word:a symbol:[ word:x symbol:: word:y symbol:] placeholder::{?z}");
}

TEST(SqlLexer, StopsAtTheEndOfItsRange) {
  const std::string_view text = "a 'b' c";
  Lexer lexer(text, {0, 4}, {});
  EXPECT_EQ(lexer.next().end, 1U);
  const Token token = lexer.next();
  EXPECT_TRUE(token.unterminated);
  EXPECT_EQ(token.end, 4U);
  EXPECT_EQ(lexer.next().kind, Kind::end);
  EXPECT_EQ(lexer.next().kind, Kind::end);
}

TEST(SqlPlaceholders, Use) {
  const struct {
    std::string_view text;
    PlaceholderUse use;
  } cases[] = {
      {"${a}", PlaceholderUse::value},
      {"{{ .Name }}", PlaceholderUse::value},
      {"{{ $x }}", PlaceholderUse::value},
      {"{{- if .A -}}", PlaceholderUse::open},
      {"{{range .A}}", PlaceholderUse::open},
      {"{{ else if .B }}", PlaceholderUse::middle},
      {"{{ end }}", PlaceholderUse::close},
      {"{{end}}", PlaceholderUse::close},
      {"{{- end -}}", PlaceholderUse::close},
      {"{{/* words */}}", PlaceholderUse::silent},
      {"{{ $x := .A }}", PlaceholderUse::silent},
      {"{{ template \"x\" . }}", PlaceholderUse::include},
      {"{{ ending }}", PlaceholderUse::value},
  };
  for (const auto& c : cases) EXPECT_EQ(placeholder_use(c.text), c.use) << c.text;
}

TEST(SqlPlaceholders, FillersKeepPlacesAndComeBack) {
  Fillers fillers;
  const std::string before = "a ${schema} b {{ \"x\" }} c ${schema} :d";
  std::string text = before;
  ASSERT_TRUE(fillers.fill(text, 2, 11));
  ASSERT_TRUE(fillers.fill(text, 14, 23));
  ASSERT_TRUE(fillers.fill(text, 26, 35));
  EXPECT_EQ(text.size(), before.size());
  EXPECT_EQ(text.substr(2, 9), text.substr(26, 9));
  EXPECT_NE(text.substr(2, 9), text.substr(14, 9));
  EXPECT_EQ(fillers.restore(text, false), before);
  EXPECT_EQ(fillers.restore(text.substr(14, 9), true), "{{ \\\"x\\\" }}");
  // names are cut at 63 bytes, maybe inside the padding
  EXPECT_EQ(fillers.restore(text.substr(2, 5), false), "${schema}");
  // an underscore of the text itself stays
  EXPECT_EQ(fillers.restore(text.substr(2, 9) + "_x", false), "${schema}_x");
}

std::vector<std::string> pieces(std::string_view text, bool psql = false) {
  const Split result = split(text, all(text), true, psql, Limits{});
  std::vector<std::string> out;
  for (const Piece& piece : result.pieces)
    out.emplace_back(text.substr(piece.span.begin, piece.span.end - piece.span.begin));
  return out;
}

using Strings = std::vector<std::string>;

TEST(SqlSplit, CutsStatements) {
  const struct {
    std::string_view text;
    Strings expected;
  } cases[] = {
      {"", {}},
      {"-- only a comment\n/* and another */", {}},
      {";;  ; ", {}},
      {"select 1", {"select 1"}},
      {"\n-- c\nselect 1 -- d\n ; /* e */ select 2;", {"select 1", "select 2"}},
      {"select 1;\r\nselect 2;\r\n", {"select 1", "select 2"}},
      {"select ';' || $$;$$ || \";\"; b", {"select ';' || $$;$$ || \";\"", "b"}},
      {"a /* ; */ b; c -- ;\n d", {"a /* ; */ b", "c -- ;\n d"}},
      {"create rule r as on insert to t do (select 1; select 2); b",
       {"create rule r as on insert to t do (select 1; select 2)", "b"}},
      {"create function f() returns int begin atomic select 1; select case when a then 1 end; end; "
       "b",
       {"create function f() returns int begin atomic select 1; select case when a then 1 end; end",
        "b"}},
      {"create or replace procedure p() language sql begin atomic end; b",
       {"create or replace procedure p() language sql begin atomic end", "b"}},
      {"begin; select case when a then 1 end; end; b",
       {"begin", "select case when a then 1 end", "end", "b"}},
      // a bracket that never closes costs one statement
      {"create table t (a int; select 1; create rule r as do (x; y)",
       {"create table t (a int", "select 1", "create rule r as do (x", "y)"}},
      {"select 1); select 2", {"select 1)", "select 2"}},
      {"select 'open; select 2", {"select 'open; select 2"}},
      {"select 1; /* open", {"select 1", "/* open"}},
      {"\\set x 1\nselect 1;\n\\c other\n\\echo a;b\nselect 2", {"select 1", "select 2"}},
      {"select 1 \\gset\nselect 2 \\g\nselect 3\\; select 4;",
       {"select 1", "select 2", "select 3", "select 4"}},
      {"copy t (a) from stdin;\n1;2\n'\n\\.\nselect 1;", {"copy t (a) from stdin", "select 1"}},
      {"COPY t FROM STDIN WITH (format csv);\r\nx\r\n\\.\r\nselect 1;",
       {"COPY t FROM STDIN WITH (format csv)", "select 1"}},
      {"copy t from stdin;\n\\.\nselect 1;", {"copy t from stdin", "select 1"}},
      {"copy t from stdin;\nselect 1;", {"copy t from stdin", "select 1"}},
      {"copy t to stdin;\nselect 1;\n\\.\n", {"copy t to stdin", "select 1", "\\."}},
      {"{{ if .A }}\nselect 1;\n{{ else }}select 2;{{ end }}", {"select 1", "select 2"}},
      {"{{ template \"shared\" . }}\nselect 1;", {"{{ template \"shared\" . }}", "select 1"}},
      {"${all}", {"${all}"}},
  };
  for (const auto& c : cases) EXPECT_EQ(pieces(c.text), c.expected) << c.text;
}

TEST(SqlSplit, MeasuresHowDeepATreeGets) {
  const struct {
    std::string_view text;
    std::uint32_t nesting, least_chain, most_chain;
  } cases[] = {
      {"select 1", 0, 1, 3},
      {"select 1+1+1+1", 0, 8, 9},
      {"select a, b, c, d, e, f, g", 0, 1, 3},
      {"select a and b and c and d and e", 0, 1, 3},
      {"insert into t values (1), (2), (3), (4), (5), (6)", 1, 5, 9},
      {"select ((((1))))", 4, 6, 9},
      {"select f(1 + g(2 + h(3)))", 3, 10, 16},
      {"select case when case when a then 1 end then 2 end", 2, 4, 12},
      {"select 1 union select 1 union select 1", 0, 4, 6},
      {"a join b on c join d on e join f on g", 0, 5, 8},
  };
  for (const auto& c : cases) {
    const Split result = split(c.text, all(c.text), true, false, Limits{});
    ASSERT_EQ(result.pieces.size(), 1U) << c.text;
    EXPECT_EQ(result.pieces[0].nesting, c.nesting) << c.text;
    EXPECT_GE(result.pieces[0].chain, c.least_chain) << c.text;
    EXPECT_LE(result.pieces[0].chain, c.most_chain) << c.text;
  }
}

TEST(SqlSplit, CommentsAreKept) {
  const std::string_view text = "-- a\nselect 1; /* b */ select /* c */ 2 -- d";
  const Split result = split(text, all(text), true, false, Limits{});
  Strings comments;
  for (const Span span : result.comments)
    comments.emplace_back(text.substr(span.begin, span.end - span.begin));
  EXPECT_EQ(comments, (Strings{"-- a", "/* b */", "/* c */", "-- d"}));
}

TEST(SqlSplit, StopsAtTheLimitOfStatements) {
  Limits limits;
  limits.statements = 2;
  const std::string_view text = "a; b; c; d";
  const Split result = split(text, all(text), true, false, limits);
  EXPECT_TRUE(result.too_many);
  ASSERT_EQ(result.pieces.size(), 3U);
  EXPECT_EQ(result.pieces[2].span, (Span{6, 10}));
}

TEST(SqlCommaPieces, CutOutsideBrackets) {
  const std::string_view text = "add a numeric(1,2), drop b /* , */, c 'x,y' ) d, e";
  Strings out;
  for_each_comma_piece(text, all(text), [&](Span span) {
    out.emplace_back(text.substr(span.begin, span.end - span.begin));
  });
  EXPECT_EQ(out, (Strings{"add a numeric(1,2)", "drop b", "c 'x,y'"}));
}

}  // namespace
}  // namespace backout::sql
