// `backout condition` as scripts and people meet it.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "program.h"

namespace backout::test {
namespace {

Ended condition(std::vector<std::string> words, const std::string& input = {}) {
  words.insert(words.begin(), "condition");
  return backout("/", words, {.input = input});
}

TEST(ConditionCommand, SaysPhaseAndReason) {
  const Ended error = condition({"--success", "results[0] >= 0.95", "--result", "[1]"});
  EXPECT_EQ(error.code, 0) << error.err;
  EXPECT_EQ(error.out,
            "Error: refused for results of this type before anything is evaluated: no guard in it "
            "can help\n"
            "  success condition  results[0] >= 0.95\n"
            "\n"
            "success condition: unknown name `results`; did you mean `result`?\n"
            "  |\n"
            "1 | results[0] >= 0.95\n"
            "  | ^^^^^^^\n"
            "\n"
            "result of kind prometheus-vector, Argo Rollouts 1.9\n");
  const Ended both =
      condition({"--success", "result < 1", "--failure", "result > 2", "--result", "1.5"});
  EXPECT_EQ(both.out,
            "Inconclusive: neither condition holds\n"
            "  success condition  result < 1  is false\n"
            "  failure condition  result > 2  is false\n"
            "\n"
            "result of kind scalar, Argo Rollouts 1.9\n");
}

TEST(ConditionCommand, EnginesAndKindsMatter) {
  const std::vector<std::string> asked = {"--success", "max(result) < 1", "--result", "[0.5]"};
  EXPECT_EQ(condition(asked).out.rfind("Error: ", 0), 0U);
  std::vector<std::string> recent = asked;
  recent.insert(recent.end(), {"--rollouts", "1.10"});
  EXPECT_EQ(condition(recent).out.rfind("Successful: ", 0), 0U);
  EXPECT_EQ(condition({"--success", "result.x == nil", "--result", "{}", "--kind", "newrelic"})
                .out.rfind("Successful: ", 0),
            0U);
}

TEST(ConditionCommand, WhatIsNotKnownIsUndecided) {
  const Ended ended = condition(
      {"--success", "date('2024-01-02', '2006-01-02', 'Asia/Tokyo') < now()", "--result", "1"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_NE(ended.out.find("`Asia/Tokyo` is not known here"), std::string::npos) << ended.out;
}

TEST(ConditionCommand, AnswersLines) {
  std::ifstream file(BACKOUT_SOURCE_DIR "/fixtures/conditions/dev.jsonl");
  std::stringstream vectors;
  vectors << file.rdbuf();
  const Ended ended = condition({"--jsonl", "--rollouts", "1.10"}, vectors.str());
  ASSERT_EQ(ended.code, 0) << ended.err;
  std::istringstream out(ended.out);
  std::string answer, vector;
  std::size_t count = 0;
  for (; std::getline(vectors, vector); ++count) {
    ASSERT_TRUE(std::getline(out, answer));
    const auto wanted = nlohmann::json::parse(vector), given = nlohmann::json::parse(answer);
    EXPECT_EQ(given["id"], wanted["id"]);
    EXPECT_EQ(given["phase"], wanted["phase"]) << vector;
    EXPECT_EQ(given["error_stage"], wanted["error_stage"]) << vector;
    EXPECT_EQ(given["error"].get<std::string>().empty(), given["phase"] != "Error");
  }
  EXPECT_EQ(count, 874U);
  EXPECT_FALSE(std::getline(out, answer));
}

TEST(ConditionCommand, ABrokenLineIsNamed) {
  const std::string good = R"({"id": "a", "success": "true", "result": 1, "result_kind": "web"})";
  const struct {
    const char* line;
    const char* message;
  } cases[] = {
      {"{", "line 3 of standard input is no JSON from byte 2 on"},
      {"[]", "line 3 of standard input is no JSON object"},
      {R"({"result": 1, "result_kind": "web"})", "line 3 of standard input is without `id`"},
      {R"({"id": 1, "result_kind": "web"})", "line 3 of standard input is without `result`"},
      {R"({"id": 1, "success": 5, "result": 1, "result_kind": "web"})",
       "line 3 of standard input is with a condition or kind that is no text"},
      {R"({"id": 1, "result": 1, "result_kind": "wob"})",
       "line 3 of standard input is wrong: unknown kind of result `wob`; did you mean `web`?"},
  };
  for (const auto& c : cases) {
    const Ended ended = condition({"--jsonl"}, good + "\n\n" + c.line + "\n" + good + "\n");
    EXPECT_EQ(ended.code, 2) << c.line;
    EXPECT_EQ(ended.err, std::string("backout: ") + c.message + "\n");
    EXPECT_EQ(
        ended.out,
        "{\"id\": \"a\", \"phase\": \"Successful\", \"error\": \"\", \"error_stage\": \"\"}\n");
  }
}

TEST(ConditionCommand, UsageErrorsNameTheRemedy) {
  const struct {
    std::vector<std::string> words;
    const char* message;
  } cases[] = {
      {{}, "a result is missing: `--result JSON`, or `--jsonl` for many"},
      {{"--result", "NaN"},
       "`--result` is no JSON from byte 1 on; texts, NaN and Inf need double quotes"},
      {{"--result", "1", "--rollouts", "1.6"},
       "`--rollouts` cannot be `1.6`; known are 1.7, 1.8, 1.9 and 1.10"},
      {{"--result", "1", "--kind", "scaler"},
       "unknown kind of result `scaler`; did you mean `scalar`?"},
      {{"--result", "1", "--color", "red"},
       "`--color` cannot be `red`; known are auto, always and never"},
      {{"--jsonl", "--result", "1"},
       "`--jsonl` takes conditions and results from standard input, not from options"},
  };
  for (const auto& c : cases) {
    const Ended ended = condition(c.words);
    EXPECT_EQ(ended.code, 2) << c.message;
    EXPECT_EQ(ended.err, std::string("backout: ") + c.message + "\n");
  }
}

}  // namespace
}  // namespace backout::test
