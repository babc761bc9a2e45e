// What code says about a database object: spellings, mappings, statements that name no column.
#include "core/old_code.h"

#include <gtest/gtest.h>

#include <random>

#include "core/code_file.h"
#include "core/seed_scan.h"

namespace backout {
namespace {

const ObjectRef gift_note{"column", "public.orders.gift_note"};

ObjectEvidence search(const ObjectRef& object, std::string_view path, std::string_view text) {
  const OldCodeSearch searcher({&object, 1});
  ObjectEvidence out;
  for (const OldCodeSearch::Found& found : searcher.file(path, text).found)
    add(out, found.evidence);
  return out;
}

std::string gist(const Usages& usages) {
  std::string out;
  for (const Usage& usage : usages.shown) {
    out += out.empty() ? "" : ", ";
    out += std::to_string(usage.line) + " " + std::string(to_string(usage.how));
    if (!usage.mapper.empty()) out += " (" + std::string(usage.mapper) + ")";
  }
  return out;
}
std::string gist(const ObjectEvidence& evidence) {
  std::string out;
  const auto part = [&](std::string_view name, const Usages& usages) {
    if (usages.count > 0)
      out += (out.empty() ? "" : "; ") + std::string(name) + ": " + gist(usages);
  };
  part("strong", evidence.strong);
  part("weak", evidence.weak);
  part("open", evidence.open);
  return out;
}

struct Seen {
  std::string_view path, text, expected;
};

TEST(OldCode, SpellingsOfAColumn) {
  const Seen cases[] = {
      {"a.go", "db.Query(\"SELECT gift_note FROM orders\")", "strong: 1 SQL"},
      {"a.go", "db.Query(`\n  SELECT id,\n    gift_note\n  FROM orders`)", "strong: 3 SQL"},
      {"a.go", "db.Query(\"SELECT \\\"gift_note\\\" FROM orders\")", "strong: 1 SQL"},
      {"a.ts", "order.giftNote = note;", "strong: 1 bare word"},
      {"a.ts", "cart.giftNote = note;", "weak: 1 bare word"},
      {"a.kt", "cart.setGiftNote(note)", "weak: 1 bare word"},
      {"a.kt", "repository.findByGiftNoteAndStatus(x)", "weak: 1 bare word"},
      {"a.py", "Thing.filter(gift_note__isnull=True)", "weak: 1 bare word"},
      {"a.py", "Thing.filter(order__gift_note=1)", "strong: 1 bare word"},
      {"a.py", "self._gift_note = 1", "weak: 1 bare word"},
      {"a.rb", "order[:gift_note]", "strong: 1 bare word"},
      {"a.rb", "thing.gift_note_was", "weak: 1 bare word"},
      {"a.c", "GIFT_NOTE", "weak: 1 bare word"},
      {"a.html", "<p data-x=\"gift-note\">", "weak: 1 bare word"},
      // Other names.
      {"a.go", "gift_notes gift_notebook regift_note gift_note_id giftNoteId myGiftNote", ""},
      {"a.go", "gift note", ""},
      {"a.go", "gift.note", ""},
      // Not code.
      {"a.go", "// orders lose their gift_note", ""},
      {"a.py", "# gift_note of orders", ""},
      {"a.sql", "-- gift_note of orders", ""},
      {"a.java", "/**\n * giftNote of orders\n */", ""},
  };
  for (const Seen& seen : cases)
    EXPECT_EQ(gist(search(gift_note, seen.path, seen.text)), seen.expected) << seen.text;
}

TEST(OldCode, MappingsOfAColumn) {
  const Seen cases[] = {
      {"Order.java", "@Column(name = \"gift_note\")\nprivate String note;",
       "strong: 1 mapping (Hibernate)"},
      {"Order.java", "@Column\nprivate String giftNote;", "strong: 2 mapping (Hibernate)"},
      {"order.ts", "@Column({ name: 'gift_note' })", "strong: 1 mapping (TypeORM)"},
      {"a.prisma", "model Order {\n  note String? @map(\"gift_note\")\n}",
       "strong: 2 mapping (Prisma)"},
      {"a.prisma", "model Order {\n  giftNote String?\n}", "strong: 2 mapping (Prisma)"},
      {"models.py", "class Order(models.Model):\n  gift_note = models.TextField()",
       "strong: 2 mapping (Django)"},
      {"models.py", "note = models.TextField(db_column='gift_note')", "strong: 1 mapping (Django)"},
      {"models.py", "gift_note: Mapped[str] = mapped_column()", "strong: 1 mapping (SQLAlchemy)"},
      {"models.py", "gift_note = Column(Text)", "strong: 1 mapping (SQLAlchemy)"},
      {"order.go", "x := models.GiftNote", "weak: 1 bare word"},
      {"order.go", "Note string `db:\"gift_note\"`", "strong: 1 mapping (sqlx)"},
      {"order.go", "field.String(\"gift_note\").Optional(),", "strong: 1 mapping (Ent)"},
      {"order.rs", "#[sqlx(rename = \"gift_note\")]", "strong: 1 mapping (sqlx)"},
      {"schema.rs", "table! {\n orders (id) {\n  gift_note -> Nullable<Text>,\n }\n}",
       "strong: 3 mapping (diesel)"},
      {"order.rb", "class Order < ApplicationRecord\n  validates :gift_note\nend",
       "strong: 2 mapping (Rails); open: 1 all columns"},
  };
  for (const Seen& seen : cases)
    EXPECT_EQ(gist(search(gift_note, seen.path, seen.text)), seen.expected) << seen.text;
}

TEST(OldCode, MappersNameRowsWithoutTheirId) {
  const ObjectRef column{"column", "public.orders.customer_id"};
  const Seen cases[] = {
      {"models.py", "customer = models.ForeignKey(Customer)",
       "strong: 1 mapping (Django), 1 mapping (Django)"},
      {"order.rb", "belongs_to :customer", "strong: 1 mapping (Rails)"},
      {"Order.java", "@ManyToOne\nprivate Customer customer;",
       "strong: 2 mapping (Hibernate), 2 mapping (Hibernate)"},
      {"a.go", "customer := load()", ""},
  };
  for (const Seen& seen : cases)
    EXPECT_EQ(gist(search(column, seen.path, seen.text)), seen.expected) << seen.text;
}

TEST(OldCode, StatementsThatNameNoColumn) {
  const Seen cases[] = {
      {"a.go", "q(\"SELECT * FROM orders\")", "open: 1 all columns"},
      {"a.go", "q(\"select o.* from customers c join orders o on true\")", "open: 1 all columns"},
      {"a.go", "q(\"SELECT count(*) FROM orders\")", ""},
      {"a.go", "q(\"SELECT a * b FROM orders\")", ""},
      {"a.go", "q(\"SELECT * FROM books\")", ""},
      {"a.go", "q(\"INSERT INTO orders VALUES ($1, $2)\")", "open: 1 all columns"},
      {"a.go", "q(\"INSERT INTO orders (id) VALUES ($1) RETURNING *\")", "open: 1 all columns"},
      {"a.go", "q(\"INSERT INTO orders (id) VALUES ($1)\")", ""},
      {"a.ts", "db.from('orders').select('*')", "open: 1 all columns"},
      {"a.ts", "db.from('books').select('*')", ""},
      {"a.go", "fmt.Sprintf(\"SELECT %s FROM orders\", columns)", "open: 1 dynamic SQL"},
      {"a.py", "f\"SELECT {columns} FROM orders\"", "open: 1 dynamic SQL"},
      {"a.rb", "\"UPDATE orders SET #{changes}\"", "open: 1 dynamic SQL"},
      {"a.go", "\"INSERT INTO orders (\" + columns + \") VALUES\"", "open: 1 dynamic SQL"},
      {"a.go", "\"SELECT * FROM \" + table", "open: 1 dynamic SQL"},
      {"a.go", "\"SELECT id FROM orders WHERE id = %s\"", ""},
      {"a.ts", "import { select } from './orders'", ""},
      {"a.html", "<select name=\"x\"></select>", ""},
      {"o.rb", "class Order < ApplicationRecord\nend", "open: 1 all columns"},
      {"b.rb", "class Book < ApplicationRecord\nend", ""},
      {"o.rb", "class Sale < ApplicationRecord\n  self.table_name = \"orders\"\nend",
       "open: 1 all columns"},
      {"o.rb",
       "class Order < ApplicationRecord\n  self.ignored_columns += [\n    \"gift_note\"\n  ]\nend",
       ""},
      {"o.py", "orders = Table('orders', meta, autoload_with=engine)", "open: 1 all columns"},
  };
  for (const Seen& seen : cases)
    EXPECT_EQ(gist(search(gift_note, seen.path, seen.text)), seen.expected) << seen.text;
}

// A common name says little: neither that the column is used nor that it is not.
TEST(OldCode, CommonNames) {
  const ObjectRef name{"column", "public.orders.name"};
  const Seen cases[] = {
      {"a.go", "user.Name = x", "weak: 1 bare word"},
      {"a.go", "order.Name = x", "weak: 1 bare word"},
      {"a.go", "\"SELECT name FROM orders\"", "strong: 1 SQL"},
      {"a.go", "\"SELECT name FROM users ORDER BY id\"", "weak: 1 SQL"},
      {"a.go", "filename := hostname + username", ""},
  };
  for (const Seen& seen : cases)
    EXPECT_EQ(gist(search(name, seen.path, seen.text)), seen.expected) << seen.text;
}

TEST(OldCode, OtherObjects) {
  const struct {
    ObjectRef object;
    Seen seen;
  } cases[] = {
      {{"table", "public.orders"}, {"a.go", "\"SELECT id FROM orders\"", "strong: 1 SQL"}},
      {{"table", "public.orders"}, {"a.ts", "knex('orders')", "strong: 1 bare word"}},
      {{"table", "public.orders"}, {"a.go", "for _, o := range orders {", "weak: 1 bare word"}},
      {{"table", "public.orders"}, {"a.go", "in order to", ""}},
      {{"table", "public.orders"},
       {"a.rb", "class Order < ApplicationRecord", "strong: 1 mapping (Rails)"}},
      {{"table", "public.orders"},
       {"a.java", "@Entity\nclass Order {}", "strong: 2 mapping (Hibernate)"}},
      {{"table", "public.orders"},
       {"a.py", "__tablename__ = 'orders'", "strong: 1 mapping (SQLAlchemy)"}},
      {{"table", "public.orders"}, {"a.go", "type Order struct {", "weak: 1 bare word"}},
      {{"table", "public.shop_order"},
       {"shop/models.py", "class Order(models.Model):", "weak: 1 mapping (Django)"}},
      {{"table", "public.shop_order_books"},
       {"shop/models.py", "books = models.ManyToManyField(Book)", "weak: 1 mapping (Django)"}},
      {{"table", "public.order_lines"}, {"a.kt", "data class OrderLine(", "weak: 1 bare word"}},
      {{"table", "public.order_lines"}, {"a.go", "order_lines", "strong: 1 bare word"}},
      {{"table", "public.orders"}, {"a.go", "\"DELETE FROM %s\"", ""}},
      {{"table", "public.orders"}, {"a.go", "\"SELECT 1 FROM %s\"", "open: 1 dynamic SQL"}},
      {{"view", "public.open_orders"}, {"a.go", "\"SELECT id FROM open_orders\"", "strong: 1 SQL"}},
      {{"function", "public.order_total(bigint)"},
       {"a.go", "\"SELECT order_total($1) FROM x\"", "strong: 1 SQL"}},
      {{"function", "public.order_total(bigint)"},
       {"a.go", "order.orderTotal()", "weak: 1 bare word"}},
      {{"enum value", "public.order_status.sent"},
       {"a.go", "\"UPDATE orders SET status = 'sent'\"", "weak: 1 SQL"}},
      {{"enum value", "public.order_status.sent"},
       {"a.go", "status OrderStatus = \"sent\"", "strong: 1 bare word"}},
      {{"enum value", "public.order_status.sent"}, {"a.go", "mail.sent()", "weak: 1 bare word"}},
      {{"type", "public.order_status"}, {"a.go", "$1::order_status", "strong: 1 bare word"}},
      {{"type", "public.order_status"}, {"a.java", "OrderStatus s", "weak: 1 bare word"}},
  };
  for (const auto& [object, seen] : cases)
    EXPECT_EQ(gist(search(object, seen.path, seen.text)), seen.expected) << seen.text;
}

TEST(OldCode, WhatASearchCannotTell) {
  for (const ObjectRef& object : {ObjectRef{"trigger", "public.orders.touch"},
                                  ObjectRef{"column", "public.orders.x"}, ObjectRef{"role", "app"}})
    EXPECT_FALSE(is_searchable(object)) << object.name;
  EXPECT_TRUE(is_searchable(gift_note));
}

TEST(OldCode, CountsWhatItDoesNotShow) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "order.giftNote();\n";
  const ObjectEvidence evidence = search(gift_note, "a.ts", text);
  EXPECT_EQ(evidence.strong.count, 1000U);
  EXPECT_EQ(evidence.strong.files, 1U);
  EXPECT_EQ(evidence.strong.shown.size(), usages_shown);
}

TEST(OldCode, AnyBytes) {
  const ObjectEvidence latin = search(gift_note, "a.py", "\xe9t\xe9 = order.gift_note # \xff\xfe");
  EXPECT_EQ(gist(latin), "strong: 1 bare word");
  const std::string line(1 << 20, 'x');
  EXPECT_EQ(gist(search(gift_note, "a.js", line + " gift_note " + line)), "weak: 1 bare word");
  const OldCodeSearch nothing({});
  EXPECT_TRUE(nothing.file("a", "select * from orders").found.empty());
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    constexpr std::string_view pieces[] = {"gift",
                                           "_",
                                           "note",
                                           "select",
                                           " * ",
                                           "from ",
                                           "orders",
                                           "'",
                                           "\n",
                                           "(",
                                           "%s",
                                           "class ",
                                           "< ApplicationRecord",
                                           "insert into ",
                                           "returning ",
                                           "\xff"};
    for (int i = 0; i < 12; ++i) text += pieces[random() % std::size(pieces)];
    (void)search(gift_note, "a.rb", text);  // must not read past its end
  }
}

// A search that finds nothing of the database looked in the wrong place.
TEST(OldCode, Controls) {
  const ObjectRef tables[] = {{"table", "public.books"}, {"table", "public.order_lines"}};
  const OldCodeSearch searcher({&gift_note, 1}, tables);
  const std::pair<std::string_view, bool> cases[] = {
      {"\"SELECT id FROM books\"", true},       {"knex('order_lines')", true},
      {"class Book < ApplicationRecord", true}, {"books := shelf.Books()", false},
      {"// SELECT id FROM books", false},       {"print('hello')", false},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(searcher.file("a.rb", text).control, expected) << text;
}

// Every place of every word, whatever their lengths and the text around them.
TEST(OldCode, ScanFindsWhatAPlainSearchFinds) {
  std::mt19937 random(7);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"ab"},
                                                {"ab", "abcabc"},
                                                {"abc", "bca"},
                                                {"abcd", "cdab", "dddd"},
                                                {"abcde", "edcba"},
                                                {"abcdefgh", "aaaaaaaaaa"}}) {
    const SeedScan scan(words);
    for (int round = 0; round < 300; ++round) {
      std::string text;
      for (std::size_t i = random() % 60; i-- > 0;)
        text += static_cast<char>((random() % 3 == 0 ? 'A' : 'a') + static_cast<int>(random() % 5));
      if (round % 2) text.insert(random() % (text.size() + 1), words[random() % words.size()]);
      std::vector<std::pair<std::size_t, std::size_t>> found, expected;
      scan.scan(text, [&](std::size_t word, std::size_t at) { found.emplace_back(word, at); });
      std::string small = text;
      for (char& c : small) c = static_cast<char>(c | 0x20);
      for (std::size_t word = 0; word < words.size(); ++word)
        for (std::size_t at = small.find(words[word]); at != std::string::npos;
             at = small.find(words[word], at + 1))
          expected.emplace_back(word, at);
      std::sort(found.begin(), found.end());
      ASSERT_EQ(found, expected) << text;
    }
  }
}

TEST(OldCode, WhichFilesAreCode) {
  const CodeScope scope{{}, {"gen/**"}, {"db/history"}};
  const std::pair<std::string_view, FileClass> cases[] = {
      {"src/cart.go", FileClass::code},
      {"queries/orders.sql", FileClass::code},
      {"schema.prisma", FileClass::code},
      {"db/history/0001.sql", FileClass::migration},
      {"shop/migrations/0001_initial.py", FileClass::migration},
      {"db/migrate/1_orders.rb", FileClass::migration},
      {"db/structure.sql", FileClass::schema_dump},
      {"db/schema.rb", FileClass::schema_dump},
      {"README.md", FileClass::document},
      {"logo.png", FileClass::data},
      {"package-lock.json", FileClass::lock},
      {"Cargo.lock", FileClass::lock},
      {"vendor/lib/x.go", FileClass::vendored},
      {"web/node_modules/x/test/a.js", FileClass::vendored},
      {"src/cart_test.go", FileClass::test},
      {"spec/models/order_spec.rb", FileClass::test},
      {"src/test/java/A.java", FileClass::test},
      {"src/OrderTest.java", FileClass::test},
      {"src/Latest.java", FileClass::code},
      {"api/orders.pb.go", FileClass::generated},
      {"gen/x/orders.go", FileClass::excluded},
  };
  for (const auto& [path, expected] : cases)
    EXPECT_EQ(static_cast<int>(classify(path, scope)), static_cast<int>(expected)) << path;
  EXPECT_EQ(classify("web/a.ts", {{"services/orders"}, {}, {}}), FileClass::excluded);
  EXPECT_EQ(classify("services/orders/a.ts", {{"services/orders"}, {}, {}}), FileClass::code);

  EXPECT_EQ(classify_text("// Code generated by sqlc. DO NOT EDIT.\npackage db"),
            FileClass::generated);
  EXPECT_EQ(classify_text(std::string("\x7f"
                                      "ELF\0",
                                      5)),
            FileClass::data);
  EXPECT_EQ(classify_text(std::string(30'000, 'x')), FileClass::generated);
  EXPECT_EQ(classify_text("package db"), FileClass::code);
}

}  // namespace
}  // namespace backout
