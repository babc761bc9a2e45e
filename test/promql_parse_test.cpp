// PromQL's grammar and checks, against what Prometheus 2.42 accepts; places; placeholders.
#include <gtest/gtest.h>

#include <set>

#include "promql/literal.h"
#include "promql/parse.h"
#include "promql_golden.h"

namespace backout::promql {
namespace {

std::string words(const std::string& query, const ParseOptions& options = {}) {
  const auto parsed = parse(query, options);
  return parsed ? to_text(parsed->root) : "refused: " + parsed.error().message;
}
bool accepts(const std::string& query, const ParseOptions& options = {}) {
  return parse(query, options).has_value();
}

constexpr ParseOptions as_sent{.version3 = false, .placeholders = false};
constexpr ParseOptions version3{.version3 = true};

TEST(PromqlParse, AgreesWithPrometheusOnTheGoldenQueries) {
  std::set<std::string> seen;
  for (const test::GoldenLine& line : test::golden_lines()) {
    if (!seen.insert(line.query).second) continue;
    const auto parsed = parse(line.query, as_sent);
    EXPECT_EQ(parsed.has_value(), !line.answer.refused)
        << line.query << "\n"
        << line.answer.error << (parsed ? "" : parsed.error().message);
  }
  EXPECT_GT(seen.size(), 480U);
}

// Each with a verdict that Prometheus 2.42 was asked for.
TEST(PromqlParse, OddQueriesThatPrometheusAccepts) {
  for (const char* const query : {"or or or",
                                  "sum + sum",
                                  "1 + on() 2",
                                  "1 + on() group_left 2",
                                  "up + on() group_left(x) 2",
                                  "sum(up) without ()",
                                  "up[5m:]offset 1m",
                                  "up[5m:1m] @ 0 offset 1m",
                                  "up offset 1m @ 0",
                                  "up{}",
                                  "up{job=\"a\",}",
                                  "{__name__=\"up\"}",
                                  "{job=\"a\",job!=\"b\"}",
                                  "up[5m # x\n]",
                                  "up[ 5m : 1m ]",
                                  "up[1m30s500ms]",
                                  "up[292y]",
                                  "up @ 1e18",
                                  "08",
                                  "019",
                                  "a:b:c",
                                  ":a",
                                  "Inf",
                                  "infin",
                                  "+Inf ^ nan",
                                  "sum by (bool, on, atan2, start) (up)",
                                  "label_join(up, \"a\", \"b\")",
                                  "hour()",
                                  "(up)[5m:]",
                                  "up @ end ( )",
                                  "up @ - 1",
                                  "- - up",
                                  "2 ^ - 2",
                                  "up or ignoring() up",
                                  "up / ignoring(job) group_left(job) up",
                                  "up{job=~\"(?P<x>a)\"}",
                                  "up{job=~\"\\\\pN\"}",
                                  "up{job=\"\\377\"}",
                                  "(\"a\")",
                                  "SUM(up) BY (job)",
                                  "up{on=\"x\", by=\"y\", sum=\"z\"}",
                                  "0777777777777777777777777",
                                  "start",
                                  "up{job=~\"a|b\"} offset -5m",
                                  "topk by (job) (1, up)",
                                  "1e-999"})
    EXPECT_TRUE(accepts(query, as_sent)) << query << ": " << words(query, as_sent);
}

TEST(PromqlParse, ProblemsHaveTheirPlace) {
  using K = Problem::Kind;
  const struct {
    std::string_view query;  // the problem's place between `«` and `»`
    K kind;
    std::string_view words;  // part of the message
  } cases[] = {
      {"«»", K::syntax, "the query is empty"},
      {"«# only a comment»", K::syntax, "the query is empty"},
      {"sum(up)«)»", K::syntax, "no parenthesis is open"},
      {"sum«(»up", K::syntax, "not closed"},
      {"up«{»a=\"b\"", K::syntax, "not closed"},
      {"up«[»5m", K::syntax, "not closed"},
      {"up{a=«\"b}»", K::syntax, "not closed"},
      {"up{a=~\"5«\\d»\\d\"}", K::syntax, "unknown escape `\\d`"},
      {"up{a=\"«\\400»\"}", K::syntax, "no character"},
      {"up{a=«5»}", K::syntax, "unexpected character `5`"},
      {"up{a«:»\"b\"}", K::syntax, "unexpected character `:`"},
      {"up{a=\"b\",«,»}", K::syntax, "expected a label"},
      {"up{a «\"b\"»}", K::syntax, "expected `=`"},
      {"up[«5»]", K::syntax, "a duration such as `5m`"},
      {"up[«1m1m»]", K::syntax, "`1m1m` is no duration"},
      {"up[«293y»]", K::syntax, "no duration"},
      {"up[«0s»]", K::syntax, "greater than zero"},
      {"up «|»| up", K::syntax, "unexpected character `|`"},
      {"up «=» 1", K::syntax, "unexpected `=`"},
      {"up <«>» 1", K::syntax, "unexpected `>`"},
      {"up «5»", K::syntax, "unexpected `5`"},
      {"up «=~» \"x\"", K::syntax, "no operator outside braces"},
      {"«5m»", K::syntax, "a duration is no value"},
      {"«1_000»", K::syntax, "neither a number nor a duration"},
      {"«0x»", K::syntax, "no number"},
      {"«1e400»", K::syntax, "out of range"},
      {"foo-«»", K::syntax, "unexpected end"},
      {"sum by («a:b») (up)", K::syntax, "expected a label"},
      {"sum by («without») (up)", K::syntax, "expected a label"},
      {"abs(up,«)»", K::syntax, "no argument follows"},
      {"«on»(job) up", K::syntax, "expected a value"},
      {"«rates»(up[5m])", K::type, "did you mean `rate`?"},
      {"«RATE»(up[5m])", K::type, "did you mean `rate`?"},
      {"rate(«up»)", K::type, "a range such as `[5m]` is missing"},
      {"«clamp(up, 1)»", K::type, "takes 3 arguments, not 2"},
      {"«label_join(up, \"a\")»", K::type, "takes at least 3 arguments"},
      {"round(up, «up»)", K::type, "takes a scalar here"},
      {"«sum(up, up)»", K::type, "takes one vector"},
      {"topk(«up», up)", K::type, "the parameter of `topk` is a scalar"},
      {"sum(«1»)", K::type, "takes an instant vector"},
      {"rate(sum(up)«[5m]»)", K::type, "behind a selector only"},
      {"up offset 5m«[5m]»", K::type, "before `offset`"},
      {"rate(up[5m]) «offset 5m»", K::type, "behind a selector"},
      {"up offset 5m «offset 5m»", K::type, "given twice"},
      {"up @ 0 «@ 1»", K::type, "given twice"},
      {"up «@ NaN»", K::type, "out of range"},
      {"1 «>» 2", K::type, "needs `bool`"},
      {"up «+» bool 1", K::type, "`bool` goes with comparisons"},
      {"«up or 0»", K::type, "write `vector(…)`"},
      {"1 + «on(job)» 2", K::type, "two instant vectors only"},
      {"up and on(job) «group_left» up", K::type, "no group clause"},
      {"up / on(job) group_left(«job») up", K::type, "stands in `on`"},
      {"«up[5m]» + 1", K::type, "not a range vector"},
      {"«-up[5m]»", K::type, "a sign goes with"},
      {"«{}»", K::type, "needs a metric"},
      {"«{a=~\".*\"}»", K::type, "needs a metric"},
      {"up{«__name__=~\"up\"»}", K::type, "given twice"},
      {"up{a=~«\"(?!2)..\"»}", K::type, "does not compile"},
      {"up{a=~«\"\\\\C\"»}", K::type, "does not compile"},
      {"«1[5m:]»", K::type, "a subquery takes an instant vector"},
      {"m«{{{args.x}}»}[5m]", K::syntax, "put a blank behind the first brace"},
      {"m«{{»args.x", K::syntax, "the placeholder is not closed"},
  };
  for (const auto& one : cases) {
    std::string query(one.query);
    const std::string open = "«", close = "»";
    const std::size_t begin = query.find(open);
    query.erase(begin, open.size());
    const std::size_t end = query.find(close);
    query.erase(end, close.size());
    const auto parsed = parse(query);
    ASSERT_FALSE(parsed) << query;
    const Problem& problem = parsed.error();
    EXPECT_EQ(problem.kind, one.kind) << query;
    EXPECT_NE(problem.message.find(one.words), std::string::npos)
        << query << ": " << problem.message;
    EXPECT_EQ(problem.span.begin, begin) << query << ": " << problem.message;
    EXPECT_EQ(problem.span.end, end) << query << ": " << problem.message;
  }
}

TEST(PromqlParse, Precedence) {
  const struct {
    const char *query, *same;
  } cases[] = {
      {"1 - a / b or vector(1)", "((1 - (a / b)) or vector(1))"},
      {"a or b and c", "(a or (b and c))"},
      {"a / b > 0 or x", "(((a / b) > 0) or x)"},
      {"-a ^ 2", "(-(a ^ 2))"},
      {"-a * b", "((-a) * b)"},
      {"2 ^ 3 ^ a", "(2 ^ (3 ^ a))"},
      {"a ^ -1 * 3", "((a ^ -1) * 3)"},
      {"a - b - c", "((a - b) - c)"},
      {"a + b offset 1m", "(a + (b offset 1m))"},
      {"a unless b and c", "((a unless b) and c)"},
      {"a atan2 b * c", "((a atan2 b) * c)"},
  };
  // Each operation in parentheses, whatever was written.
  const auto full = [](const Expr& expr) {
    const auto print = [](const Expr& each, const auto& self) -> std::string {
      const Expr& inner = bare(each);
      if (inner.kind == Expr::Kind::binary)
        return "(" + self(inner.args[0], self) + " " + std::string(to_string(inner.op)) + " " +
               self(inner.args[1], self) + ")";
      if (inner.kind == Expr::Kind::unary) return "(-" + self(inner.args[0], self) + ")";
      return to_text(inner);
    };
    return print(expr, print);
  };
  for (const auto& [query, same] : cases) {
    const auto plain = parse(query), explicitly = parse(same);
    ASSERT_TRUE(plain && explicitly) << query;
    EXPECT_EQ(full(plain->root), full(explicitly->root)) << query;
  }
}

TEST(PromqlParse, Literals) {
  EXPECT_EQ(words("017 + 0x1F + .5 + 5. + 1e3 + 09"), "15 + 31 + 0.5 + 5 + 1000 + 9");
  EXPECT_EQ(words("up{a='x\"y', b=`\\d`, c=\"\\u00e9\\t\"}"),
            "up{a=\"x\\\"y\", b=\"\\\\d\", c=\"\\xc3\\xa9\\x09\"}");
  EXPECT_EQ(duration_value("1h30m"), 5'400'000);
  EXPECT_EQ(duration_value("1y1w1d1h1m1s1ms"), 32230861001);
  EXPECT_EQ(duration_value("30m1h"), std::nullopt);
  EXPECT_EQ(duration_value(""), std::nullopt);
  EXPECT_EQ(duration_text(5'400'000), "1h30m");
  EXPECT_EQ(duration_text(7LL * 86'400'000), "1w");
}

// What a query says does not depend on how it is laid out.
TEST(PromqlParse, ReformattingChangesNothing) {
  std::set<std::string> seen;
  for (const test::GoldenLine& line : test::golden_lines()) {
    if (line.answer.refused || !seen.insert(line.query).second) continue;
    const auto parsed = parse(line.query);
    ASSERT_TRUE(parsed) << line.query;
    const std::string text = to_text(parsed->root);
    EXPECT_EQ(words(text), text) << line.query;
    // Line ends and comments between all tokens.
    std::string spread;
    std::uint32_t last = 0;
    bool in_brackets = false;  // where 2.x takes blanks, but no comment
    const Tokens all = tokens(line.query, {});
    for (const Token& token : all.all) {
      const std::string word =
          line.query.substr(token.span.begin, token.span.end - token.span.begin);
      if (token.span.begin > last || word.find_first_not_of("[]:") != std::string::npos)
        spread += in_brackets ? "\n" : " # c\n\t";
      in_brackets = word == "[";
      spread += word;
      last = token.span.end;
    }
    EXPECT_EQ(words(spread), text) << spread;
    // Wholly in parentheses it means the same.
    if (parsed->root.type == Type::vector || parsed->root.type == Type::scalar) {
      EXPECT_TRUE(same(parse("(\n" + line.query + "\n)")->root, parsed->root)) << line.query;
    }
  }
  EXPECT_EQ(words("SUM(x) BY (a)"), words("sum by(a,)(x)"));
  EXPECT_EQ(words("{__name__='x',a=\"b\"}"), words("x{a='b'}"));
  EXPECT_EQ(words("x[60s] offset 3600s"), words("x[1m] offset 1h"));
}

TEST(PromqlParse, SpansCoverWhatWasWritten) {
  const std::string query = "sum by (job) (rate(a{b=\"c\"}[5m] offset 1h)) / on(x) (d)";
  const auto parsed = parse(query);
  ASSERT_TRUE(parsed);
  const auto text = [&](Span span) { return query.substr(span.begin, span.end - span.begin); };
  const Expr& root = parsed->root;
  EXPECT_EQ(text(root.span), query);
  EXPECT_EQ(text(root.word), "/");
  EXPECT_EQ(text(root.matching.span), "on(x)");
  EXPECT_EQ(text(root.args[1].span), "(d)");
  const Expr& sum = root.args[0];
  EXPECT_EQ(text(sum.word), "sum");
  EXPECT_EQ(text(sum.grouping.span), "by (job)");
  const Expr& rate = sum.args[0];
  EXPECT_EQ(text(rate.word), "rate");
  const Expr& range = rate.args[0];
  EXPECT_EQ(text(range.span), "a{b=\"c\"}[5m] offset 1h");
  EXPECT_EQ(text(range.word), "[5m]");
  EXPECT_EQ(text(range.window.span), "5m");
  EXPECT_EQ(range.window.milliseconds, 300'000);
  const Selector& selector = range.args[0].selector;
  EXPECT_EQ(text(selector.metric.span), "a");
  EXPECT_EQ(text(selector.matchers[0].span), "b=\"c\"");
  EXPECT_EQ(text(selector.matchers[0].value.span), "\"c\"");
}

TEST(PromqlParse, PlaceholdersStandAnywhere) {
  for (const char* const query : {"m{a=\"{{args.x}}\"}",
                                  "m{a=~\"{{args.x}}(\"}",
                                  "rate(m[{{args.w}}])",
                                  "rate(m[{{args.n}}m])",
                                  "{{args.app}}_requests_total",
                                  "sum(rate({{args.metric}}[5m]))",
                                  "x > {{args.t}}",
                                  "x > {{ args.t }}.5",
                                  "{{args.f}}(x)",
                                  "m{ {{args.selector}} }",
                                  "m{a=\"b\",{{args.rest}}}",
                                  "m{{{ args.x }}}" /* `{{{ args.x }}` is no name either */,
                                  "sum by ({{args.l}}) (x)",
                                  "a / on({{args.l}}) group_left({{args.m}}) b",
                                  "x offset {{args.o}}",
                                  "x @ {{args.t}}",
                                  "max_over_time(x[5m:{{args.s}}])",
                                  "{{args.label}}{x=\"y\"}",
                                  "m{ {{args.l}}=\"b\"}",
                                  "clamp_min(x, {{args.min}})",
                                  "{{args.query}}",
                                  "x {{args.op}} 5",
                                  "{{args.a}} {{args.b}}",
                                  "'{{args.quote}}'",
                                  "m{a=\"{{args['\"']}}\"}"}) {
    const bool broken = std::string_view(query).find("{{{") != std::string_view::npos;
    const auto parsed = parse(query);
    EXPECT_EQ(parsed.has_value(), !broken) << query << ": " << words(query);
    if (!parsed) continue;
    EXPECT_FALSE(parsed->placeholders.empty()) << query;
    EXPECT_TRUE(parsed->placeholders[0].is_argument() || query[0] == 'm') << query;
  }
  const auto helm = parse("m{a=\"{{ .Values.x }}\"}");
  ASSERT_TRUE(helm);
  EXPECT_EQ(helm->placeholders[0].name, ".Values.x");
  EXPECT_FALSE(helm->placeholders[0].is_argument());
  EXPECT_EQ(parse("x {{args.op}} 5")->root.kind, Expr::Kind::placeholder) << "anything";
  EXPECT_FALSE(accepts("sum(rate({{args.metric}}[5m]))", as_sent));
  EXPECT_FALSE(accepts("sum(rate({{args.metric}}[5m])", {})) << "still a syntax error";
}

TEST(PromqlParse, WhatVersion3Added) {
  for (const char* const query :
       {"up[5]", "up offset 5", "5m", "{\"http_requests_total\"}", "m{\"status\"=\"500\"}",
        "sum by (\"job\") (up)", "up > 5m", "limitk(1, up)", "histogram_avg(x)",
        "first_over_time(x[5m])", "double_exponential_smoothing(x[5m], 0.5, 0.5)", "up[5m*2]",
        "{\"http.requests\", a=\"b\"}", "up offset 0s", "a / fill(0) b"}) {
    EXPECT_TRUE(accepts(query, version3)) << query << ": " << words(query, version3);
    EXPECT_FALSE(accepts(query)) << query;
  }
  EXPECT_FALSE(accepts("holt_winters(x[5m], 0.5, 0.5)", version3));
  std::set<std::string> seen;
  for (const test::GoldenLine& line : test::golden_lines())
    if (!line.answer.refused && line.query.find("holt_winters") == std::string::npos &&
        seen.insert(line.query).second) {
      EXPECT_TRUE(accepts(line.query, version3))
          << line.query << ": " << words(line.query, version3);
    }
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(PromqlParse, HostileText) {
  using K = Problem::Kind;
  const struct {
    std::string query;
    K kind;
    std::string_view words;
  } cases[] = {
      {repeated("(", 30'000), K::limit, "levels deep"},
      {repeated("(", 30'000) + "x" + repeated(")", 30'000), K::limit, "levels deep"},
      {repeated("-", 60'000) + "x", K::limit, "levels deep"},
      {repeated("abs(", 1'000) + "x" + repeated(")", 1'000), K::limit, "levels deep"},
      {repeated("x ^ ", 10'000) + "x", K::limit, "levels deep"},
      {repeated("x + ", 10'000) + "x", K::limit, "levels deep"},
      {"x" + repeated("[5m:]", 10'000), K::limit, "levels deep"},
      {"f(" + repeated("x,", 20'000) + "x)", K::limit, "more than 5000 parts"},
      {repeated("x", 70'000), K::limit, "longer than 65536 bytes"},
      {"x{a=~\"" + repeated("(", 20'000) + "\"}", K::type, "does not compile"},
      {"x{a=~\"((a{100}){100}){100}\"}", K::type, "does not compile"},
      {std::string("up\0", 3), K::syntax, "unexpected character"},
      {"up{a=\"\xFF\"}", K::syntax, "not valid UTF-8"},
      {"\xFF\xFE", K::syntax, "unexpected character"},
      {repeated("{{", 10'000), K::syntax, "not closed"},
      {repeated("x[", 10'000), K::syntax, ""},
  };
  for (const auto& one : cases) {
    const auto parsed = parse(one.query);
    const std::string shown = one.query.substr(0, 20);
    ASSERT_FALSE(parsed) << shown;
    EXPECT_EQ(parsed.error().kind, one.kind) << shown << ": " << parsed.error().message;
    EXPECT_NE(parsed.error().message.find(one.words), std::string::npos)
        << shown << ": " << parsed.error().message;
    EXPECT_LE(parsed.error().span.end, one.query.size()) << shown;
  }
  EXPECT_TRUE(accepts(repeated("x + ", 200) + "x"));
  EXPECT_TRUE(accepts("x{" + repeated("a=\"b\",", 5'000) + "}"));
  // Every beginning of a query is refused in good order or accepted.
  const std::string query =
      "sum by (a) (rate(x{b=~\"5..\", c='d'}[5m] offset 1h)) / on(e) group_left(f) {{args.g}} or "
      "max_over_time((h > bool 1)[1h:5m]) @ end() # end";
  for (std::size_t i = 0; i <= query.size(); ++i) (void)parse(query.substr(0, i));
}

}  // namespace
}  // namespace backout::promql
