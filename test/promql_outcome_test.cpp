// What queries return without data, against measured answers.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "promql/outcome.h"
#include "promql/shape.h"
#include "promql_golden.h"

namespace backout::promql {
namespace {

std::string predicted(const std::string& query, Situation situation,
                      const ParseOptions& options = {}) {
  const auto parsed = parse(query, options);
  if (!parsed) return "refused: " + parsed.error().message;
  std::string out;
  for (const std::string& each : outcomes(*parsed)[static_cast<std::size_t>(situation)].classes())
    out += (out.empty() ? "" : " ") + each;
  return out;
}

TEST(PromqlOutcome, EveryGoldenValueIsPredicted) {
  std::map<std::string, Outcomes> known;
  std::size_t checked = 0, single = 0;
  for (const test::GoldenLine& line : test::golden_lines()) {
    if (line.answer.refused) continue;
    const auto parsed = parse(line.query);
    ASSERT_TRUE(parsed) << line.query;
    if (!test::finds_series(*parsed)) continue;
    const Outcomes& predictions = known.try_emplace(line.id, outcomes(*parsed)).first->second;
    for (std::size_t i = 0; i < situation_count; ++i) {
      if (line.dataset != test::data_sets()[i] && line.dataset != "all" && line.dataset != "-")
        continue;
      EXPECT_TRUE(test::admits(predictions[i], line.answer))
          << line.id << " " << test::data_sets()[i] << "\n"
          << line.query << "\nmeasured " << test::show(line.answer) << ", predicted "
          << test::show(predictions[i]);
      ++checked;
      single += predictions[i].classes().size() == 1;
    }
  }
  EXPECT_GT(checked, 1700U);
  EXPECT_GE(single * 3, checked * 2) << single << " of " << checked << " are one class";
}

constexpr const char* errors = "sum(rate(e_total{status=~\"5..\"}[5m]))";
constexpr const char* good = "sum(rate(e_total{status!~\"5..\"}[5m]))";
constexpr const char* all = "sum(rate(e_total[5m]))";
constexpr const char* latency = "histogram_quantile(0.95, sum by (le) (rate(d_bucket[5m])))";

// E, O, A and H stand for the queries above.
std::string expanded(std::string_view query) {
  std::string out;
  for (const char c : query)
    out += c == 'E'   ? errors
           : c == 'O' ? good
           : c == 'A' ? all
           : c == 'H' ? latency
                      : std::string(1, c);
  return out;
}

TEST(PromqlOutcome, CommonShapes) {
  const struct {
    const char* query;
    const char* expected[situation_count];
  } cases[] = {
      {"E", {"empty", "0", "empty", "real", "empty", "0 real"}},
      {"E / A", {"empty", "NaN", "empty", "real", "empty", "0 real"}},
      {"O / A", {"empty", "NaN", "real", "empty", "empty", "real"}},
      {"E / A or vector(0)", {"0", "NaN", "0", "real", "0", "0 real"}},
      {"(E or vector(0)) / A", {"empty", "NaN", "0", "real", "empty", "0 real"}},
      {"(E or vector(0)) / (A or vector(1))", {"0", "NaN", "0", "real", "0", "0 real"}},
      {"(E or vector(0)) / (A > 0)", {"empty", "empty", "0", "real", "empty", "0 real"}},
      {"(E / A >= 0) or vector(0)", {"0", "0", "0", "real", "0", "0 real"}},
      {"O / A or vector(1)", {"1", "NaN", "real", "1", "1", "real"}},
      {"E / clamp_min(A, 1)", {"empty", "0", "empty", "real", "empty", "0 real"}},
      {"1 - ((E or vector(0)) / clamp_min(A, 1))",
       {"empty", "1", "1", "0 real", "empty", "0 real"}},
      {"(E or vector(0)) / clamp_min(A or vector(0), 0.001)",
       {"0", "0", "0", "real", "0", "0 real"}},
      {"scalar(E / A)", {"NaN", "NaN", "NaN", "real", "NaN", "0 real"}},
      {"E / A > 0.05", {"empty", "empty", "empty", "empty real", "empty", "empty real"}},
      {"E / A > bool 0.05", {"empty", "0", "empty", "0 1", "empty", "0 1"}},
      {"E / 0", {"empty", "NaN", "empty", "+Inf", "empty", "NaN +Inf"}},
      {"A / A", {"empty", "NaN", "1", "1", "empty", "1"}},
      {"A - A", {"empty", "0", "0", "0", "empty", "0"}},
      {"absent(E)", {"1", "empty", "1", "empty", "1", "empty"}},
      {"vector(1) unless on() (A > 0)", {"1", "1", "empty", "empty", "1", "empty"}},
      {"vector(0) or E", {"0", "0", "0", "0", "0", "0"}},
      {"H", {"empty", "NaN", "real", "real", "empty", "real"}},
      {"H or vector(0)", {"0", "NaN", "real", "real", "0", "real"}},
      {"H < bool 0.5", {"empty", "0", "0 1", "0 1", "empty", "0 1"}},
      {"histogram_quantile(0.9, sum(rate(d_bucket[5m])))",
       {"empty", "empty", "empty", "empty", "empty", "empty"}},
      {"1 / (-A)", {"empty", "-Inf", "real", "real", "empty", "real"}},
      {"sum(rate(e_total[10s])) or vector(0)", {"0", "0", "0 real", "0 real", "0", "0 real"}},
      {"changes(e_total[5m])", {"empty", "0", "0 real", "0 real", "0", "0 real"}},
      {"count_values(\"1bad\", up)", {"error", "error", "error", "error", "error", "error"}},
      {"max_over_time(absent(up)[5m:])", {"1", "empty", "empty", "empty", "1", "empty"}},
      {"max_over_time((E / A)[10m:1m])", {"empty", "NaN", "empty", "real", "empty", "0 real"}},
      {"2 + 3 * 4", {"14", "14", "14", "14", "14", "14"}},
  };
  for (const auto& one : cases)
    for (std::size_t i = 0; i < situation_count; ++i)
      EXPECT_EQ(predicted(expanded(one.query), static_cast<Situation>(i)), one.expected[i])
          << one.query << " in " << label(static_cast<Situation>(i));
}

TEST(PromqlOutcome, OutcomeLabelsSayWhenSeriesExist) {
  const struct {
    const char *matchers, *healthy, *failing;  // S3a, S3b
  } cases[] = {
      {"status=~\"5..\"", "empty", "real"},
      {"status!~\"5..\"", "real", "empty"},
      {"code=\"200\"", "real", "empty"},
      {"code=\"503\"", "empty", "empty 0 real"},
      {"code!=\"200\"", "empty 0 real", "real"},
      {"code=~\"4..\"", "empty 0 real", "empty"},
      {"code=~\"4..|5..\"", "empty 0 real", "real"},
      {"response_code=~\".*\"", "real", "real"},
      {"status!=\"\"", "real", "real"},
      {"grpc_code!=\"OK\"", "empty", "real"},
      {"grpc_code=\"OK\"", "real", "empty"},
      {"outcome=\"SERVER_ERROR\"", "empty", "real"},
      {"classification=\"success\"", "real", "empty"},
      {"classification!=\"failure\"", "real", "empty"},
      {"envoy_response_code_class=\"5\"", "empty", "real"},
      {"exception!=\"None\"", "empty", "real"},
      {"exception=\"IOError\"", "empty", "real"},
      {"status=\"{{args.status}}\"", "empty 0 real", "empty 0 real"},
      {"status=\"5..\"", "empty 0 real", "empty 0 real"},  // a pattern behind `=`
      {"pod=\"a\"", "real", "real"},
  };
  for (const auto& one : cases) {
    const std::string query = "sum(rate(e_total{" + std::string(one.matchers) + "}[5m]))";
    EXPECT_EQ(predicted(query, Situation::no_failures_yet), one.healthy) << query;
    EXPECT_EQ(predicted(query, Situation::only_failures), one.failing) << query;
  }
  const auto faces = [](const char* query) {
    std::string out;
    for (const Situation each : faces_of_s3(outcomes(*parse(query)))) out += label(each);
    return out;
  };
  EXPECT_EQ(faces("rate(e_total{code=~\"5..\"}[5m])"), "S3a");
  EXPECT_EQ(faces("rate(e_total{code=~\"2..\"}[5m])"), "S3b");
  EXPECT_EQ(faces("rate(e_total{code=~\"2..\"}[5m]) / rate(e_total{code=~\"5..\"}[5m])"), "S3aS3b");
  EXPECT_EQ(faces("rate(e_total[5m])"), "S3a");
}

TEST(PromqlOutcome, LayoutDoesNotMatter) {
  for (const test::GoldenLine& line : test::golden_lines()) {
    if (line.answer.refused || line.dataset == "S1") continue;
    const auto parsed = parse(line.query);
    const auto again = parse("( # a comment\n" + line.query + "\n)");
    const auto canonical = parse(to_text(parsed->root));
    // A string in parentheses cannot be evaluated.
    if (!again || parsed->root.type == Type::string) continue;
    for (std::size_t i = 0; i < situation_count; ++i) {
      const std::string expected = test::show(outcomes(*parsed)[i]);
      EXPECT_EQ(test::show(outcomes(*again)[i]), expected) << line.query;
      EXPECT_EQ(test::show(outcomes(*canonical)[i]), expected) << line.query;
    }
  }
}

TEST(PromqlOutcome, PlaceholdersMayBeAnything) {
  EXPECT_EQ(predicted("sum(rate({{args.app}}_total[5m])) > {{args.t}}", Situation::traffic),
            "empty real");
  EXPECT_EQ(predicted("sum(rate(a_total[{{args.w}}]))", Situation::traffic), "empty real");
  EXPECT_EQ(predicted(expanded("O / clamp_min(A, {{args.min}})"), Situation::traffic), "real");
  const auto whole = parse("{{args.query}}");
  EXPECT_TRUE(outcomes(*whole)[0].unknown);
  EXPECT_EQ(predicted("{{args.query}}", Situation::no_metric), "empty NaN 0 +Inf -Inf real");
}

TEST(PromqlOutcome, Witnesses) {
  const auto witnesses = [](const char* query, Situation situation) {
    std::string out;
    const auto found =
        outcomes(*parse(query))[static_cast<std::size_t>(situation)].witnesses({5, -2});
    for (const std::vector<double>& each : found) {
      out += '[';
      for (const double value : each) out += std::isnan(value) ? "NaN " : fmt::format("{} ", value);
      out += ']';
    }
    return out;
  };
  EXPECT_EQ(witnesses("sum(rate(a_total[5m])) / sum(rate(a_total[5m]))", Situation::no_traffic),
            "[NaN ]");
  EXPECT_EQ(witnesses("sum(rate(a_total[5m]))", Situation::no_metric), "[]");
  EXPECT_EQ(witnesses("sum(rate(a_total[5m]))", Situation::traffic), "[1 ][5 ]");
  EXPECT_EQ(witnesses("vector(3)", Situation::traffic), "[3 ]");
  EXPECT_EQ(witnesses("up", Situation::traffic), "[0 ][1 ][0 0 ][0 1 ]");
}

// Nesting must not multiply the work.
TEST(PromqlOutcome, NestedQueriesStayCheap) {
  for (const auto& [open, close] :
       {std::pair("vector(scalar(", "))"), std::pair("max_over_time(", "[5m:] offset 10m)"),
        std::pair("clamp_min(up, scalar(", "))"), std::pair("histogram_quantile(0.5, ", ")"),
        std::pair("label_replace(", ", \"a\", \"$1\", \"b\", \"(.*)\")"),
        std::pair("(up - ", ")")}) {
    std::string query = "up";
    for (int i = 0; i < 80; ++i) query = open + query + close;
    const auto parsed = parse(query);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(outcomes(*parsed)[0].fails, false);
  }
}

TEST(PromqlShape, NamesWhatRulesAskFor) {
  const auto query = parse(
      "100 * sum(rate(e_total{code=~\"5..\"}[2m])) / (sum(rate(e_total[2m])) or vector(0)) or "
      "vector(0)");
  const Shape shape = shape_of(*query);
  EXPECT_EQ(shape.selectors.size(), 2U);
  EXPECT_EQ(shape.windows.size(), 2U);
  EXPECT_EQ(shape.windows[0]->window.milliseconds, 120'000);
  EXPECT_EQ(shape.aggregations.size(), 2U);
  EXPECT_TRUE(shape.raw_counters.empty());
  EXPECT_TRUE(shape.ratio);
  EXPECT_TRUE(shape.percent);
  ASSERT_TRUE(shape.fallback);
  EXPECT_EQ(shape.fallback->value, 0);
  ASSERT_EQ(shape.divisions.size(), 1U);
  EXPECT_TRUE(shape.divisions[0].unguarded);
  ASSERT_TRUE(shape.divisions[0].fallback);

  const auto unguarded = [](const char* text) {
    const auto parsed = parse(text);
    const Shape found = shape_of(*parsed);
    return found.divisions.size() == 1 && found.divisions[0].unguarded;
  };
  EXPECT_TRUE(unguarded("rate(a_total[5m]) / rate(b_total[5m])"));
  EXPECT_FALSE(unguarded("rate(a_total[5m]) / (rate(b_total[5m]) > 0)"));
  EXPECT_FALSE(unguarded("rate(a_total[5m]) / clamp_min(rate(b_total[5m]), 1)"));
  EXPECT_FALSE(unguarded("rate(a_total[5m]) / (rate(b_total[5m]) + 1)"));
  EXPECT_FALSE(unguarded("rate(a_total[5m]) / 60"));

  const auto count = [](const char* text) {
    const auto parsed = parse(text);
    return shape_of(*parsed).raw_counters.size();
  };
  EXPECT_EQ(count("sum(a_total) / sum(b_total)"), 2U);
  EXPECT_EQ(count("count(a_total)"), 0U);
  EXPECT_EQ(count("absent(a_total) or sum(rate(a_total[5m]))"), 0U);
  EXPECT_EQ(shape_of(*parse(expanded("H"))).quantiles.size(), 1U);
  EXPECT_FALSE(shape_of(*parse("queue_depth")).ratio);
}

}  // namespace
}  // namespace backout::promql
