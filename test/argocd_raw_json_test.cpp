// What is given back to a server keeps every byte that was not to be changed.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "argocd/raw_json.h"

namespace backout::argocd {
namespace {

constexpr std::string_view spec =
    R"( {"a": 1.0, "big":12345678901234567890123, "s":"}\"{,", "list":[{"x":"]"},2],)"
    R"( "syncPolicy" : {"automated":{"prune":true , "selfHeal":false},"retry":{"limit":5}}, "z":null} )";

TEST(ArgocdRawJson, ReadsValuesAsWritten) {
  EXPECT_EQ(raw_value(spec, {"a"}), "1.0");
  EXPECT_EQ(raw_value(spec, {"big"}), "12345678901234567890123");
  EXPECT_EQ(raw_value(spec, {"s"}), R"("}\"{,")");
  EXPECT_EQ(raw_value(spec, {"list"}), R"([{"x":"]"},2])");
  EXPECT_EQ(raw_value(spec, {"syncPolicy", "automated"}), R"({"prune":true , "selfHeal":false})");
  EXPECT_EQ(raw_value(spec, {"syncPolicy", "retry", "limit"}), "5");
  EXPECT_EQ(raw_value(spec, {"z"}), "null");
  EXPECT_EQ(raw_value(spec, {"syncPolicy", "x"}), std::nullopt);
  EXPECT_EQ(raw_value(spec, {"a", "x"}), std::nullopt);
  EXPECT_EQ(raw_value("{}", {"a"}), std::nullopt);
}

TEST(ArgocdRawJson, ChangesOnlyWhatItIsToldTo) {
  const std::string off = with_value(spec, {"syncPolicy", "automated", "enabled"}, "false");
  EXPECT_EQ(
      off,
      R"( {"a": 1.0, "big":12345678901234567890123, "s":"}\"{,", "list":[{"x":"]"},2],)"
      R"( "syncPolicy" : {"automated":{"prune":true , "selfHeal":false,"enabled":false},"retry":{"limit":5}}, "z":null} )");
  EXPECT_EQ(without(off, {"syncPolicy", "automated", "enabled"}), spec);
  EXPECT_EQ(with_value(spec, {"a"}, "[2]").substr(0, 10), R"( {"a": [2])");
}

TEST(ArgocdRawJson, MakesAndRemovesMembers) {
  const struct {
    std::string_view json, value, with, without_it;
  } cases[] = {
      {R"({})", "1", R"({"p":{"q":1}})", R"({})"},
      {R"({"p":{}})", "1", R"({"p":{"q":1}})", R"({"p":{}})"},
      {R"({"p":null,"r":2})", "1", R"({"p":{"q":1},"r":2})", R"({"p":null,"r":2})"},
      {R"({"r":2})", "{}", R"({"r":2,"p":{"q":{}}})", R"({"r":2})"},
      {R"({"p":{"q":7,"r":1}})", "1", R"({"p":{"q":1,"r":1}})", R"({"p":{"r":1}})"},
      {R"({"p":{"a":[],"q":7}})", "1", R"({"p":{"a":[],"q":1}})", R"({"p":{"a":[]}})"},
      {R"({"p":{ "q":7 }})", "1", R"({"p":{ "q":1 }})", R"({"p":{  }})"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.json);
    EXPECT_EQ(with_value(one.json, {"p", "q"}, one.value), one.with);
    EXPECT_EQ(without(one.json, {"p", "q"}), one.without_it);
    EXPECT_TRUE(nlohmann::json::accept(with_value(one.json, {"p", "q"}, one.value)));
  }
}

TEST(ArgocdRawJson, WritesStringsAndPointers) {
  EXPECT_EQ(json_text("a\"\n\xff"), "\"a\\\"\\n\xef\xbf\xbd\"");
  EXPECT_EQ(pointer_part("backout.dev/op~1"), "backout.dev~1op~01");
}

}  // namespace
}  // namespace backout::argocd
