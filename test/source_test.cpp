// Places in texts, and which bytes are no text for us.
#include "core/source.h"

#include <gtest/gtest.h>

namespace backout {
namespace {

using namespace std::string_literals;

TEST(LineIndex, GivesLineAndColumnFromOne) {
  const LineIndex index("ab\ncd\r\n\nlast");
  struct Case {
    std::uint32_t offset, line, column;
  };
  for (const Case& c : {Case{0, 1, 1},
                        {2, 1, 3},
                        {3, 2, 1},
                        {6, 2, 4},
                        {7, 3, 1},
                        {8, 4, 1},
                        {12, 4, 5},
                        {99, 4, 5}}) {
    const Position position = index.position(c.offset);
    EXPECT_EQ(position.line, c.line) << c.offset;
    EXPECT_EQ(position.column, c.column) << c.offset;
  }
}

TEST(LineIndex, GivesLinesWithoutTheirEnds) {
  const LineIndex index("ab\ncd\r\n\nlast");
  EXPECT_EQ(index.line_count(), 4U);
  EXPECT_EQ(index.line(1), "ab");
  EXPECT_EQ(index.line(2), "cd");
  EXPECT_EQ(index.line(3), "");
  EXPECT_EQ(index.line(4), "last");
  EXPECT_EQ(index.line(0), "");
  EXPECT_EQ(index.line(5), "");
}

TEST(LineIndex, KnowsEmptyTextAndTrailingNewline) {
  EXPECT_EQ(LineIndex("").line_count(), 1U);
  EXPECT_EQ(LineIndex("").position(0).line, 1U);
  EXPECT_EQ(LineIndex("a\n").line_count(), 2U);
  EXPECT_EQ(LineIndex("a\n").position(2).line, 2U);
}

TEST(MakeSource, RemovesOneUtf8Mark) {
  const Source with = make_source("a.sql", "\xEF\xBB\xBFSELECT 1");
  EXPECT_EQ(with.text, "SELECT 1");
  EXPECT_EQ(with.bom_bytes, 3U);
  const Source without = make_source("a.sql", "SELECT 1");
  EXPECT_EQ(without.text, "SELECT 1");
  EXPECT_EQ(without.bom_bytes, 0U);
}

TEST(TextDefect, NamesWhatIsWrong) {
  EXPECT_EQ(text_defect("SELECT 'gr\xC3\xBC\xC3\x9F'"), "");
  EXPECT_EQ(text_defect(""), "");
  EXPECT_EQ(text_defect("\xFF broken UTF-8 is left to the parser"), "");
  EXPECT_EQ(text_defect("\xFF\xFES\0E\0"s), "is UTF-16, not UTF-8");
  EXPECT_EQ(text_defect("\xFE\xFF\0S\0E"s), "is UTF-16, not UTF-8");
  EXPECT_EQ(text_defect("\xFF\xFE\0\0S\0\0\0"s), "is UTF-32, not UTF-8");
  EXPECT_EQ(text_defect("S\0E\0L\0"s), "is UTF-16 without a byte-order mark, not UTF-8");
  EXPECT_EQ(text_defect("\0S\0E\0L"s), "is UTF-16 without a byte-order mark, not UTF-8");
  EXPECT_EQ(text_defect("SELECT 1;\0 SELECT 2"s), "contains NUL bytes");
  EXPECT_EQ(text_defect("\0"s), "contains NUL bytes");
}

}  // namespace
}  // namespace backout
