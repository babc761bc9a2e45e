// Lists of names in messages.
#include "core/words.h"

#include <gtest/gtest.h>

namespace backout {
namespace {

TEST(QuotedList, StaysShort) {
  EXPECT_EQ(quoted_list({}), "");
  EXPECT_EQ(quoted_list({"a"}), "`a`");
  EXPECT_EQ(quoted_list({"a", "b"}), "`a` and `b`");
  EXPECT_EQ(quoted_list({"a", "b", "c", "d"}), "`a`, `b`, `c` and `d`");
  EXPECT_EQ(quoted_list({"a", "b", "c", "d", "e"}), "`a`, `b`, `c` and 2 more");
  EXPECT_EQ(quoted_list({"a", "b", "c"}, 1), "`a` and 2 more");
}

}  // namespace
}  // namespace backout
