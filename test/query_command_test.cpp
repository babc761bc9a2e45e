// `backout query` as people and scripts use it.
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "program.h"
#include "promql_golden.h"

namespace backout::test {
namespace {

Ended query(std::vector<std::string> words, const std::string& input = {}) {
  words.insert(words.begin(), "query");
  return backout("/", words, {.input = input});
}

TEST(QueryCommand, SaysWhatHappensWithoutData) {
  const Ended ended =
      query({"sum(rate(e_total{code=~\"5..\"}[5m])) / sum(rate(e_total[5m])) or vector(0)"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out,
            "result: an instant vector of one element at most\n"
            "the metric is missing (S1):  0\n"
            "no traffic (S2):             NaN\n"
            "no failing series yet (S3a): 0\n"
            "only failing series (S3b):   a positive number\n"
            "one sample so far (S4):      0\n"
            "normal traffic (S5):         0 or a positive number\n");
  EXPECT_EQ(query({"-"}, "up > 1\n").code, 0);
  EXPECT_NE(query({"scalar(up)"}).out.find("result: a scalar\n"), std::string::npos);
  EXPECT_NE(query({"{{args.query}}"}).out.find("the placeholder is the whole query"),
            std::string::npos);
}

TEST(QueryCommand, PointsAtTheProblem) {
  const Ended ended = query({"sum(rate(e_total{code=~\"5\\d\\d\"}[5m]))"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out,
            "parse-error at 1:26: unknown escape `\\d`; write `\\\\d`, or quote the string with "
            "backquotes\n"
            "  |\n"
            "1 | sum(rate(e_total{code=~\"5\\d\\d\"}[5m]))\n"
            "  |                          ^^\n");
  const Ended second_line = query({"sum(\n  rate(up)\n)"});
  EXPECT_EQ(second_line.code, 1);
  EXPECT_NE(second_line.out.find("type-error at 2:8: `rate` takes a range vector here"),
            std::string::npos)
      << second_line.out;
  EXPECT_NE(second_line.out.find("2 |   rate(up)\n  |        ^^\n"), std::string::npos);
  EXPECT_EQ(query({std::string(100'000, '(')}).code, 3) << "too large to be looked at";
  const Ended control = query({"up{a=\"\x1b[2J"});
  EXPECT_EQ(control.out.find('\x1b'), std::string::npos);
}

TEST(QueryCommand, AnswersPrograms) {
  const Ended good = query({"--format", "json", "rate(e_total{code=~\"2..\"}[5m]) > {{args.t}}"});
  EXPECT_EQ(good.code, 0);
  const nlohmann::json json = nlohmann::json::parse(good.out);
  EXPECT_EQ(json["verdict"], "ok");
  EXPECT_EQ(json["type"], "vector");
  EXPECT_EQ(json["placeholders"], nlohmann::json::array({"args.t"}));
  EXPECT_EQ(json["outcomes"].size(), 7U);
  EXPECT_EQ(json["outcomes"]["S1"], nlohmann::json::array({"empty"}));
  const Ended bad = query({"--format=json", "up up"});
  EXPECT_EQ(bad.code, 1);
  const nlohmann::json problem = nlohmann::json::parse(bad.out);
  EXPECT_EQ(problem["verdict"], "parse-error");
  EXPECT_EQ(problem["place"], (nlohmann::json{{"begin", 3}, {"end", 5}}));
}

TEST(QueryCommand, AnswersManyQueries) {
  std::string input;
  std::set<std::string> seen;
  for (const GoldenLine& line : golden_lines())
    if (seen.insert(line.id).second)
      input += nlohmann::json{{"id", line.id}, {"query", line.query}}.dump() + "\n";
  const Ended ended = query({"--jsonl"}, input + "\n");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_LT(ended.seconds, 2.0 * slowdown);
  std::istringstream lines(ended.out);
  std::map<std::string, nlohmann::json> answers;
  for (std::string text; std::getline(lines, text);) {
    const nlohmann::json answer = nlohmann::json::parse(text);
    answers[answer["id"]] = answer;
  }
  ASSERT_EQ(answers.size(), seen.size());
  const std::set<std::string> keys{"S1", "S2", "S3", "S3a", "S3b", "S4", "S5"};
  for (const GoldenLine& line : golden_lines()) {
    const nlohmann::json& answer = answers[line.id];
    EXPECT_EQ(answer["verdict"] == "ok", !line.answer.refused) << line.query;
    EXPECT_EQ(answer["error"].get<std::string>().empty(), !line.answer.refused) << line.query;
    if (line.answer.refused) continue;
    std::set<std::string> found;
    for (const auto& [key, classes] : answer["outcomes"].items()) {
      found.insert(key);
      EXPECT_FALSE(classes.empty()) << line.query;
    }
    EXPECT_EQ(found, keys);
  }
}

TEST(QueryCommand, JsonLinesKeepTheirIds) {
  EXPECT_EQ(query({"--jsonl"},
                  "{\"id\": 7, \"query\": \"vector(2)\"}\r\n{\"query\": \"(\", \"id\": "
                  "\"x\\u0000\"}")
                .out,
            "{\"id\": 7, \"verdict\": \"ok\", \"error\": \"\", \"outcomes\": {\"S1\": [\"2\"], "
            "\"S2\": [\"2\"], \"S3\": [\"2\"], \"S3a\": [\"2\"], \"S3b\": [\"2\"], \"S4\": "
            "[\"2\"], \"S5\": [\"2\"]}}\n"
            "{\"id\": \"x\\u0000\", \"verdict\": \"parse-error\", \"error\": \"the parenthesis is "
            "not closed\", \"outcomes\": {}}\n");
  for (const char* const broken :
       {"{", "[]", "{\"id\": 1}", "{\"query\": \"up\"}", "{\"id\": 1, \"query\": 2}", "\xFF",
        "{\"id\": 1, \"query\": \"\xFF\"}"}) {
    const Ended ended =
        query({"--jsonl"}, "{\"id\": 1, \"query\": \"up\"}\n\n" + std::string(broken));
    EXPECT_EQ(ended.code, 2) << broken;
    EXPECT_EQ(
        ended.err,
        "backout: line 3 of standard input is no JSON object with `id` and a string `query`\n");
  }
  EXPECT_EQ(query({"--jsonl"}, std::string(100'000, '[')).code, 2);
}

TEST(QueryCommand, Options) {
  EXPECT_EQ(query({"up[5]"}).code, 1);
  EXPECT_EQ(query({"--prometheus", "3", "up[5]"}).code, 0);
  EXPECT_EQ(query({"rate(up[{{args.w}}])"}).code, 0);
  EXPECT_EQ(query({"--placeholders=no", "rate(up[{{args.w}}])"}).code, 1);
  const std::string line = "{\"id\": 1, \"query\": \"rate(up[{{args.w}}])\"}\n";
  EXPECT_NE(query({"--jsonl"}, line).out.find("parse-error"), std::string::npos) << "as sent";
  EXPECT_NE(query({"--jsonl", "--placeholders=yes"}, line).out.find("\"ok\""), std::string::npos);
  const struct {
    std::vector<std::string> words;
    const char* message;
  } wrong[] = {
      {{}, "backout: a query is missing; give one, or `-` (`backout query --help`)\n"},
      {{"--prometheus=4", "up"}, "backout: `--prometheus` cannot be `4`; known are 2 and 3\n"},
      {{"--format=xml", "up"}, "backout: `--format` cannot be `xml`; known are text and json\n"},
      {{"--placeholders=so", "up"},
       "backout: `--placeholders` cannot be `so`; known are yes and no\n"},
      {{"--jsonl", "up"},
       "backout: `--jsonl` reads standard input; `up` is one argument too many\n"},
      {{"up", "down"},
       "backout: `down` is one argument too many; `backout query --help` lists the options\n"},
  };
  for (const auto& [words, message] : wrong) {
    const Ended ended = query(words);
    EXPECT_EQ(ended.code, 2) << message;
    EXPECT_EQ(ended.err, message);
    EXPECT_EQ(ended.out, "");
  }
}

}  // namespace
}  // namespace backout::test
