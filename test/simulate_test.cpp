// The pictures' promises: widths, marks, escaping, and that the formats agree.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/utf8.h"
#include "report/unicode.h"
#include "simulate/simulation.h"

namespace backout::simulate {
namespace {

Simulation checkout() {
  using argo::Gate, argo::Step;
  Simulation out;
  out.rollout.name = "checkout<&\x1b";
  out.rollout.replicas = 10;
  out.rollout.routed = true;
  const auto weight = [](int percent) {
    return Step{.kind = Step::Kind::set_weight, .weight = percent};
  };
  out.rollout.steps = {weight(5),  {.kind = Step::Kind::pause, .duration = 300.0},
                       weight(20), {.kind = Step::Kind::analysis},
                       weight(50), {.kind = Step::Kind::pause}};
  argo::Metric errors;
  errors.name = "error-rate";
  errors.count = 5;
  errors.interval = 60.0;
  errors.failure_limit = 1;
  argo::Metric never = errors;
  never.name = "toothless";
  never.failure_limit = 5;
  never.error_limit = 1000;
  never.count = 0;
  Gate step, background;
  step.kind = Gate::Kind::step;
  step.step = 3;
  step.metrics = {errors};
  background.kind = Gate::Kind::background;
  background.step = 0;
  background.metrics = {never};
  out.gates = {step, background};
  out.line = timeline(out.rollout, out.gates, out.options);
  return out;
}

std::size_t cells(std::string_view line) {
  std::size_t out = 0;
  for (std::size_t at = 0; at < line.size();) {
    const Scalar scalar = decode(line, at);
    out += report::cell_width(scalar.value);
    at += scalar.bytes;
  }
  return out;
}

TEST(Simulate, TextFitsTheScreenWithoutBlanksAtLineEnds) {
  for (const std::size_t width : {40U, 80U, 120U}) {
    const std::string out = text(checkout(), false, width);
    const std::size_t begin = out.find('\n') + 1;
    std::string_view rest = std::string_view(out).substr(begin, out.find("\n  █") - begin);
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      EXPECT_LE(cells(line), width) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
  }
}

TEST(Simulate, TextNamesStepsGatesAndWhatAnAbortFinds) {
  const std::string out = text(checkout(), false, 80);
  EXPECT_NE(out.find("[1]   pause 5m"), std::string::npos) << out;
  EXPECT_NE(out.find("error-rate (steps[3]) can fail the rollout after 6m (2 of 5 measurements)"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find("and as long as people take to resume"), std::string::npos) << out;
  EXPECT_NE(out.find("stable version at full size"), std::string::npos) << out;
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
}

TEST(Simulate, MarkupIsHarmless) {
  for (const std::string& out : {svg(checkout()), html({checkout()})}) {
    EXPECT_NE(out.find("checkout&lt;&amp;\\x1b"), std::string::npos);
    EXPECT_EQ(out.find('\x1b'), std::string::npos);
    EXPECT_EQ(out.find("http://", out.find("http://www.w3.org") + 10), std::string::npos);
    EXPECT_EQ(out.find("<script"), std::string::npos);
  }
}

TEST(Simulate, JsonCarriesTheTimeline) {
  const nlohmann::json out = nlohmann::json::parse(json(checkout()));
  EXPECT_EQ(out["floor"], 300 + 4 * 60);
  EXPECT_EQ(out["steps"].size(), 7U);
  EXPECT_TRUE(out["steps"][5]["waits_for_person"]);
  EXPECT_EQ(out["metrics"][0]["first_failed"], 360);
  EXPECT_EQ(out["abort"]["missing_pods"], 0);
  EXPECT_FALSE(out.contains("detection"));
}

TEST(Simulate, TheAxisGivesRoomToWhatTakesNoTime) {
  const Simulation simulation = checkout();
  const Axis axis(simulation.line);
  EXPECT_GT(axis.right(5) - axis.left(5), 0.05);
  EXPECT_EQ(axis.left(0), 0);
  EXPECT_EQ(axis.right(6), 1);
  EXPECT_LT(axis.at(100), axis.at(200));
}

}  // namespace
}  // namespace backout::simulate
