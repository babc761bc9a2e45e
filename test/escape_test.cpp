// The encoder of untrusted text: what a terminal, a reader or a CI system could be fooled with.
#include "report/escape.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/unicode.h"

namespace backout::report {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string_view in, out;
};

TEST(Escape, MakesTextVisible) {
  const Case cases[] = {
      {"", ""},
      {"drop column `total`", "drop column `total`"},
      {"größe 名前 🙂", "größe 名前 🙂"},
      {"a\nb\r\nc\td", "a\\nb\\r\\nc\\td"},
      {"\x1b[2J\x07\x7f\0"sv, "\\x1b[2J\\x07\\x7f\\x00"},
      {"\xc2\x9b"
       "31m",
       "\\u{9b}31m"},  // C1: CSI in one character
      {"a\xe2\x80\xae"
       "gpj",
       "a\\u{202e}gpj"},                                     // right-to-left override
      {"\xe2\x81\xa6x\xe2\x81\xa9", "\\u{2066}x\\u{2069}"},  // isolates
      {"or\xe2\x80\x8b"
       "ders",
       "or\\u{200b}ders"},                             // zero-width space
      {"\xef\xbb\xbfx\xc2\xad", "\\u{feff}x\\u{ad}"},  // mark, soft hyphen
      {"\xe2\x80\xa8", "\\u{2028}"},                   // a line end to some
      {"\xf3\xa0\x81\x81", "\\u{e0041}"},              // tag letter
      {"\xff\xfe", "\\xff\\xfe"},                      // no UTF-8
      {"\xc3", "\\xc3"},                               // cut off
      {"\xe2\x82", "\\xe2\\x82"},
      {"\xc0\xaf", "\\xc0\\xaf"},                    // overlong
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // surrogate
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // beyond Unicode
      {"::set-output name=x::y", "\\x3a:set-output name=x::y"},
      {"  \t::error::", "  \\t\\x3a:error::"},
      {"\xe3\x80\x80::error::",
       "\xe3\x80\x80\\x3a:error::"},  // the runner trims this blank as well
      {"a::b", "a::b"},
      {"x ##[add-mask]y", "x #\\x23[add-mask]y"},
      {"###[x]", "##\\x23[x]"},
      {"##vso[task.x]", "#\\x23vso[task.x]"},
      {"##VSO[task.x]", "#\\x23VSO[task.x]"},
      {"##teamcity[x]", "#\\x23teamcity[x]"},
      {"## heading #[1] ##", "## heading #[1] ##"},
      {R"(\d+\x1b)", R"(\d+\x1b)"},
  };
  for (const auto& [in, out] : cases) EXPECT_EQ(visible(in), out) << in;
}

TEST(Escape, NothingHiddenIsLeft) {
  for (char32_t value = 0; value < 0x20000; ++value) {
    if (!is_hidden(value)) continue;
    std::string text;
    if (value < 0x80) {
      text += static_cast<char>(value);
    } else if (value < 0x800) {
      text += static_cast<char>(0xC0U | (value >> 6U));
      text += static_cast<char>(0x80U | (value & 0x3FU));
    } else if (value < 0x10000) {
      text += static_cast<char>(0xE0U | (value >> 12U));
      text += static_cast<char>(0x80U | ((value >> 6U) & 0x3FU));
      text += static_cast<char>(0x80U | (value & 0x3FU));
    } else {
      continue;
    }
    for (const char c : visible(text))
      ASSERT_TRUE(c >= ' ' && c <= '~') << static_cast<unsigned>(value);
    std::string json;
    append_json(json, text);
    for (const char c : json) ASSERT_TRUE(c >= ' ' && c <= '~') << static_cast<unsigned>(value);
  }
}

TEST(Escape, JsonGivesTheExactTextBack) {
  for (const std::string_view text :
       {"plain"sv, "quote \" backslash \\ slash /"sv, "a\nb\tc\r\0d"sv, "größe 名前 🙂"sv,
        "\xe2\x80\xae\xf3\xa0\x81\x81\x7f"sv, "##[x] ##vso[y] ::z"sv}) {
    std::string json;
    append_json(json, text);
    EXPECT_EQ(nlohmann::json::parse(json).get<std::string>(), text);
    EXPECT_EQ(json.find("##["), std::string::npos);
  }
}

TEST(Escape, JsonShowsBytesThatAreNoUtf8) {
  std::string json;
  append_json(json, "a\xff\xc3");
  EXPECT_EQ(json, R"("a\\xff\\xc3")");
  EXPECT_FALSE(is_utf8("a\xff"));
  EXPECT_TRUE(is_utf8("größe"));
}

TEST(Escape, CountsCells) {
  struct {
    std::string_view text;
    std::size_t column;
    std::uint32_t bytes, cells;
  } const cases[] = {
      {"a", 0, 1, 1},  {"é", 0, 2, 1},  {"名", 0, 3, 2},   {"🙂", 0, 4, 2}, {"\xcc\x81", 0, 2, 0},
      {"\t", 0, 1, 4}, {"\t", 3, 1, 1}, {"\x1b", 0, 1, 4}, {"\xff", 0, 1, 4},
  };
  for (const auto& expected : cases) {
    std::string out;
    const Character character = append_character(out, expected.text, 0, expected.column);
    EXPECT_EQ(character.bytes, expected.bytes) << expected.text;
    EXPECT_EQ(character.cells, expected.cells) << expected.text;
  }
}

}  // namespace
}  // namespace backout::report
