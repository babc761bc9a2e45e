// Answers of the real evaluators (fixtures/conditions): Argo Rollouts 1.9.1 with expr 1.15.5 and
// the 1.10 line with expr 1.17.8.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "expr/condition.h"
#include "expr/result_value.h"

namespace backout::expr {
namespace {

struct Vector {
  std::string id, success, failure;
  Value result;
  std::string phase, phase_1_9, error_stage, error_at;
};

std::vector<Vector> vectors() {
  std::vector<Vector> all;
  std::ifstream in(BACKOUT_SOURCE_DIR "/fixtures/conditions/dev.jsonl");
  for (std::string line; std::getline(in, line);) {
    const nlohmann::json json = nlohmann::json::parse(line);
    auto result = result_value(json["result_kind"].get<std::string>(), json["result"].dump());
    if (!result) {
      ADD_FAILURE() << json["id"] << ": " << result.error().message;
      continue;
    }
    all.push_back({json["id"], json["success"], json["failure"], std::move(*result), json["phase"],
                   json["phase_1_9"], json["error_stage"], json["error_at"]});
  }
  return all;
}

Measurement measured(const Vector& vector, Engine engine) {
  return evaluate(read_condition(vector.success, engine), read_condition(vector.failure, engine),
                  vector.result);
}

TEST(ExprGolden, PhasesAreThoseOfTheController) {
  const std::vector<Vector> all = vectors();
  ASSERT_EQ(all.size(), 874U);
  for (const Vector& vector : all) {
    const auto named = [&] {
      return vector.id + ": " + vector.success + " | " + vector.failure + " of " +
             plain_text(vector.result);
    };
    EXPECT_EQ(to_string(measured(vector, Engine::expr_1_15).phase), vector.phase_1_9) << named();
    const Measurement recent = measured(vector, Engine::expr_1_17);
    EXPECT_EQ(to_string(recent.phase), vector.phase) << named();
    EXPECT_EQ(recent.problem ? to_string(recent.problem->stage) : "", vector.error_stage)
        << named();
    if (recent.problem) {
      EXPECT_EQ(recent.of_failure_condition ? "failure" : "success", vector.error_at) << named();
      EXPECT_FALSE(recent.problem->message.empty()) << named();
      const Span span = recent.problem->span;
      const std::string& text = recent.of_failure_condition ? vector.failure : vector.success;
      EXPECT_LE(span.begin, span.end) << named();
      EXPECT_LE(span.end, text.size()) << named();
    }
  }
}

// Blanks and comments between tokens change nothing but places. Texts are left alone.
std::string reformatted(const std::string& condition, bool comments) {
  std::string out = comments ? "/* a */ " : "\n ";
  char quote = 0;
  for (std::size_t i = 0; i < condition.size(); ++i) {
    const char c = condition[i];
    out += c;
    if (quote != 0) {
      if (c == '\\' && i + 1 < condition.size())
        out += condition[++i];
      else if (c == quote)
        quote = 0;
    } else if (c == '\'' || c == '"' || c == '`') {
      quote = c;
    } else if (c == '/' && i + 1 < condition.size() &&
               (condition[i + 1] == '/' || condition[i + 1] == '*')) {
      return out + condition.substr(i + 1);
    } else if (c == '(' || c == ')' || c == ',' || c == ']' || c == ' ') {
      out += comments ? "/* b */" : " \t\n";
    }
  }
  return out;
}

TEST(ExprGolden, ReformattingChangesNothing) {
  for (const Vector& vector : vectors()) {
    for (const bool comments : {false, true}) {
      Vector other = vector;
      if (!other.success.empty()) other.success = reformatted(vector.success, comments);
      if (!other.failure.empty()) other.failure = reformatted(vector.failure, comments);
      EXPECT_EQ(to_string(measured(other, Engine::expr_1_15).phase), vector.phase_1_9)
          << other.success << " | " << other.failure;
      EXPECT_EQ(to_string(measured(other, Engine::expr_1_17).phase), vector.phase)
          << other.success << " | " << other.failure;
    }
  }
}

}  // namespace
}  // namespace backout::expr
