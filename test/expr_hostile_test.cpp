// Conditions and values that want to crash, hang or fill the memory end in a clear problem.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "expr/condition.h"
#include "expr/json.h"
#include "expr/parser.h"
#include "expr/result_value.h"

namespace backout::expr {
namespace {

std::string times(std::size_t count, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

Measurement measured(const std::string& condition, Engine engine) {
  return evaluate(read_condition(condition, engine), read_condition("", engine),
                  *result_value("web", "{\"a\": [1, 2, 3]}"));
}

TEST(ExprHostile, EndsInAProblem) {
  // Each list holds the one before twice.
  const auto doubling = [](const std::string& name) {
    std::string out = "let " + name + "0 = [1, 1]; ";
    for (int i = 1; i < 60; ++i) {
      const std::string before = name + std::to_string(i - 1);
      out += "let " + name + std::to_string(i) + " = [" + before + ", " + before + "]; ";
    }
    return out;
  };
  const std::string lists = doubling("a");
  const struct {
    std::string condition;
    Stage stage, recent;
  } cases[] = {
      {times(100'000, "("), Stage::limit, Stage::limit},
      {times(30'000, "!") + "true", Stage::limit, Stage::limit},
      {times(5'000, "-") + "1 > 0", Stage::limit, Stage::limit},
      {times(3'000, "[") + times(3'000, "]"), Stage::limit, Stage::limit},
      {times(3'000, "true ? ") + "1", Stage::limit, Stage::limit},
      {times(5'000, "true || ") + "true", Stage::limit, Stage::limit},
      {"result" + times(5'000, ".a") + " == nil", Stage::limit, Stage::limit},
      {"[" + times(20'000, "1,") + "] == nil", Stage::limit, Stage::parse},
      {times(2'000, "if true {") + "1", Stage::parse, Stage::limit},
      {times(70'000, " ") + "true", Stage::limit, Stage::limit},
      {"len(1..1000000000) > 0", Stage::run, Stage::run},
      {"len(1..9223372036854775807) > 0", Stage::run, Stage::run},
      {"all(1..900000, all(1..900000, true))", Stage::limit, Stage::run},
      {"all(1..2000, all(1..2000, # > 0))", Stage::limit, Stage::limit},
      {"len(map(1..999, map(1..999, map(1..999, #)))) > 0", Stage::limit, Stage::run},
      {"len(repeat('x', 1000000000)) > 0", Stage::run, Stage::run},
      {"len(repeat(repeat('x', 1000000), 1000000)) > 0", Stage::limit, Stage::run},
      {"len(reduce(1..99, #acc + #acc, 'x')) > 0", Stage::limit, Stage::limit},
      {"reduce(1..99999, [#acc]) == nil", Stage::limit, Stage::limit},
      {"reduce(1..99999, {{'a': #acc}}) == nil", Stage::limit, Stage::limit},
      {lists + doubling("b") + "a59 == b59", Stage::limit, Stage::limit},
      {lists + "len(string(a59)) > 0", Stage::limit, Stage::limit},
      {lists + "len(toJSON(a59)) > 0", Stage::limit, Stage::limit},
      {lists + "len(flatten(a59)) > 0", Stage::check, Stage::limit},
      {lists + "max(a59) > 0", Stage::check, Stage::limit},
      {"'x' matches '(((a{100}){100}){100})'", Stage::check, Stage::check},
  };
  for (const auto& c : cases)
    for (const Engine engine : {Engine::expr_1_15, Engine::expr_1_17}) {
      const Measurement measurement = measured(c.condition, engine);
      if (!measurement.problem) {
        ADD_FAILURE() << c.condition.substr(0, 80) << ": " << to_string(measurement.phase);
        continue;
      }
      EXPECT_EQ(to_string(measurement.problem->stage),
                to_string(modern(engine) ? c.recent : c.stage))
          << c.condition.substr(0, 80) << ": " << measurement.problem->message;
    }
}

// Every prefix, and every byte replaced, of conditions that use everything.
TEST(ExprHostile, BrokenTextNeverCrashes) {
  const std::string seeds[] = {
      "let x = result?.a ?? [1.5e3, 0x1F]; all(x, {# > 1 && #index < 2}) ? x[1:] == 'a\\n' : nil",
      "reduce(map(result.a, .b), #acc + #, 0) not in {\"k\": 1..3} | len() // end",
      "if true { `a`; b'c' } else { date('2024-01-02').Year() ** -2 % 5 }",
  };
  const char bytes[] = {'(', ')', '\'', '#', '.', '\0', '\xff', '|', '?', '9', ' '};
  for (const std::string& seed : seeds)
    for (std::size_t i = 0; i < seed.size(); ++i)
      for (const Engine engine : {Engine::expr_1_15, Engine::expr_1_17}) {
        (void)measured(seed.substr(0, i), engine);
        (void)measured(seed.substr(i), engine);
        for (const char byte : bytes) {
          std::string changed = seed;
          changed[i] = byte;
          const Measurement measurement = measured(changed, engine);
          if (measurement.problem) {
            EXPECT_LE(measurement.problem->span.end, changed.size()) << changed;
            EXPECT_FALSE(measurement.problem->message.empty()) << changed;
          }
        }
      }
}

TEST(ExprHostile, DeepJsonIsRefused) {
  std::string error;
  EXPECT_FALSE(read_json(times(100'000, "["), error));
  EXPECT_EQ(error, "nests deeper than 499 levels");
  EXPECT_TRUE(read_json(times(400, "[") + times(400, "]"), error));
}

TEST(ExprHostile, ConditionsMayBeSharedByThreads) {
  const Condition success =
      read_condition("result.a[0] > 0 && 'x' matches '^x'", Engine::expr_1_15);
  const Condition none = read_condition("", Engine::expr_1_15);
  std::vector<std::thread> threads;
  std::vector<int> held(4);
  for (int& count : held)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i)
        count += evaluate(success, none, *result_value("web", "{\"a\": [1]}")).phase ==
                 Phase::successful;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(held, std::vector<int>(4, 200));
}

}  // namespace
}  // namespace backout::expr
