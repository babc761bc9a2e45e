// Which unique keys ON CONFLICT finds, and which ones already vouch for others.
#include "sql/unique_key.h"

#include <gtest/gtest.h>

namespace backout::sql {
namespace {

ExprPtr predicate(const char* column) {
  return std::make_shared<const Expr>(
      Expr{.kind = Expr::Kind::column, .string = false, .text = column, .args = {}});
}
ExprPtr both(const char* a, const char* b) {
  return std::make_shared<const Expr>(Expr{.kind = Expr::Kind::and_,
                                           .string = false,
                                           .text = {},
                                           .args = {*predicate(a), *predicate(b)}});
}

UniqueKey key(std::vector<std::string> columns, ExprPtr where = nullptr) {
  Index index;
  index.unique = true;
  index.predicate = std::move(where);
  for (std::string& column : columns) {
    IndexKey part;
    part.column = std::move(column);
    index.keys.push_back(std::move(part));
  }
  return unique_key(index);
}

TEST(UniqueKey, ServesOnConflictOnTheSameColumns) {
  EXPECT_TRUE(serves(key({"a", "b"}), key({"b", "a"})));
  EXPECT_FALSE(serves(key({"a"}), key({"a", "b"})));
  EXPECT_FALSE(serves(key({"a", "b"}), key({"a"})));
  EXPECT_TRUE(serves(key({"a"}), key({"a"}, predicate("p"))));
  EXPECT_FALSE(serves(key({"a"}, predicate("p")), key({"a"})));
  EXPECT_TRUE(serves(key({"a"}, predicate("p")), key({"a"}, both("q", "p"))));
  EXPECT_FALSE(serves(key({"a"}, both("p", "q")), key({"a"}, predicate("p"))));
  UniqueKey late = key({"a"});
  late.arbiter = false;
  EXPECT_FALSE(serves(late, key({"a"})));
}

TEST(UniqueKey, GuaranteesKeysWithMoreColumnsOrFewerRows) {
  Table table;
  Column column;
  column.name = "a";
  column.not_null = true;
  table.columns.push_back(std::make_shared<const Column>(column));
  column.name = "b";
  column.not_null = false;
  table.columns.push_back(std::make_shared<const Column>(column));

  EXPECT_TRUE(guarantees(key({"a"}), key({"b", "a"}), table));
  EXPECT_FALSE(guarantees(key({"a", "b"}), key({"a"}), table));
  EXPECT_TRUE(guarantees(key({"a"}), key({"a"}, predicate("p")), table));
  EXPECT_FALSE(guarantees(key({"a"}, predicate("p")), key({"a"}), table));

  // NULL equal to NULL: only columns that hold none vouch for it.
  UniqueKey strict_a = key({"a"}), strict_b = key({"b"});
  strict_a.nulls_not_distinct = strict_b.nulls_not_distinct = true;
  EXPECT_TRUE(guarantees(key({"a"}), strict_a, table));
  EXPECT_FALSE(guarantees(key({"b"}), strict_b, table));
}

}  // namespace
}  // namespace backout::sql
