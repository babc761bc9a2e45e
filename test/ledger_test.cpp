// What binds an approval: the digest, the entries of a ledger, a migration's header, its name in
// a runbook.
#include "core/ledger.h"

#include <gtest/gtest.h>

#include "core/annotation.h"
#include "core/exceptions.h"
#include "core/sha256.h"

namespace backout {
namespace {

TEST(Sha256, IsTheStandards) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
      // Around the border of a block.
      {std::string(55, 'x'), "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072"},
      {std::string(56, 'x'), "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e"},
      {std::string(63, 'x'), "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2"},
      {std::string(64, 'x'), "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"},
      {std::string(65, 'x'), "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9"},
  };
  for (const auto& [bytes, digits] : cases) EXPECT_EQ(sha256(bytes), digits) << bytes.size();
}

LedgerEntry entry() {
  LedgerEntry out;
  out.file = "db/0042 \"drop\".sql";
  out.rule = "compat/drop-column";
  out.sha256 = std::string(64, '1');
  out.approver = "ana@acme.example";
  out.reason = "a: b # c \\ 'd' \"e\" – ü";
  out.date = *parse_date("2026-03-01");
  out.expires = *parse_date("2026-03-01");
  return out;
}

TEST(Ledger, ReadsWhatItWrites) {
  const Ledger ledger = read_ledger("# head\n" + ledger_lines(entry()) + ledger_lines(entry()));
  EXPECT_TRUE(ledger.problems.empty());
  ASSERT_EQ(ledger.entries.size(), 2U);
  EXPECT_TRUE(same_words(ledger.entries[1], entry()));
  for (const char* const text : {"", "\n", "# nothing\n", "---\n", "[]\n", "~\n"})
    EXPECT_TRUE(read_ledger(text).problems.empty() && read_ledger(text).entries.empty()) << text;
}

TEST(Ledger, SaysWhatIsWrong) {
  const std::string good = ledger_lines(entry());
  const auto with = [&](std::string_view part, std::string_view instead) {
    std::string text = good;
    text.replace(text.find(part), part.size(), instead);
    return text;
  };
  struct {
    std::string text;
    const char* message;
  } const cases[] = {
      {with("  rule:", "  rul:"), "unknown key `rul`, did you mean `rule`?"},
      {with("  rule: compat/drop-column\n", ""), "the entry has no `rule`"},
      {with("compat/drop-column", "compat/drop-columns"),
       "`compat/drop-columns` is no rule, did you mean `compat/drop-column`?"},
      {with("2026-03-01", "2026-02-30"), "`date` must be a date, as in 2026-03-01"},
      {with("expires: 2026-03-01", "expires: 2026-02-28"),
       "the entry expires on 2026-02-28, before its own date 2026-03-01"},
      {with("ana@acme.example", "ana"), "`approver` must be an e-mail address"},
      {with("ana@acme.example", "*@acme.example"), "`approver` must be an e-mail address"},
      {with("\"1111", "\"ABCD"), "`sha256` must be 64 hexadecimal digits in lower case"},
      {with("db/0042", "../0042"),
       "`file` must be the path that git knows, from the repository's root"},
      {with("db/0042", "/0042"),
       "`file` must be the path that git knows, from the repository's root"},
      {with("– ü", "\\u0007"), "`reason`: must be a text on one line, without control characters"},
      {with("– ü\"", "\"\n  reason: again"), "the key `reason` is given twice"},
      {with("rule: compat", "rule: !!str compat"), "`rule`: a tag has no place in a ledger"},
      {with("rule: compat/drop-column", "rule: [compat/drop-column]"),
       "`rule`: must be a text on one line"},
      {"file: a\n", "the ledger must be a list of entries (`- file: …`)"},
      {"- a\n", "an entry must be a map of file, rule, sha256, approver, reason, date, expires"},
      {good + "---\n" + good, "a second YAML document, which nobody would read"},
      {good + "- {file: a}\n",
       "the entry has no `rule`, `sha256`, `approver`, `reason`, `date`, `expires`"},
  };
  for (const auto& one : cases) {
    const Ledger ledger = read_ledger(one.text);
    ASSERT_FALSE(ledger.problems.empty()) << one.text;
    EXPECT_EQ(ledger.problems.front().message, one.message) << one.text;
  }
  // One bad entry does not take the others along.
  EXPECT_EQ(read_ledger(good + with("  rule:", "  rul:")).entries.size(), 1U);
}

TEST(Ledger, AnAliasSaysNothing) {
  const std::string good = ledger_lines(entry());
  const std::string anchored = "- &one\n  " + good.substr(2);
  for (const std::string& text :
       {anchored + "- *one\n", anchored + "- {<<: *one}\n",
        anchored + "- {<<: *one, rule: compat/drop-table}\n",
        "- &rule compat/drop-column\n" + good.substr(0, good.find("compat")) + "*rule" +
            good.substr(good.find("compat") + 18)})
    EXPECT_FALSE(read_ledger(text).problems.empty()) << text;
}

TEST(Annotation, IsReadFromTheHeader) {
  struct {
    const char* text;
    const char* problem;  // null: no annotation at all
    const char* reason;
  } const cases[] = {
      {"-- migration-incompatible: true\n-- reason: gone\nSELECT 1;", "", "gone"},
      {"--reason:gone\n--migration-incompatible:true\n", "", "gone"},
      {"\n-- +goose Up\n-- Migration-Incompatible: true\r\n-- Reason: a: b\r\n", "", "a: b"},
      {"/* migration-incompatible: true\n * reason: gone */ SELECT 1;", "", "gone"},
      {"/* /* migration-incompatible: true */\n reason: gone */", "", "gone"},
      {"-- migration-incompatible: true\n",
       "the annotation gives no reason; add `-- reason: …` below it", ""},
      {"-- migration-incompatible: True\n-- reason: x\n",
       "`migration-incompatible` is `True`; it must read `-- migration-incompatible: true`", "x"},
      {"-- migration-incompatible: true\n-- migration-incompatible: false\n-- reason: x\n",
       "`migration-incompatible` is `false`; it must read `-- migration-incompatible: true`", "x"},
      {"-- migration-incompatible: false\n-- migration-incompatible: true\n-- reason: x\n",
       "`migration-incompatible` is given twice; once must do", "x"},
      {"-- migration-incompatible: false\n", nullptr, ""},
      {"SELECT 1;\n-- migration-incompatible: true\n-- reason: late\n", nullptr, ""},
      {"-- not migration-incompatible: true\n", nullptr, ""},
      {"/* unclosed", nullptr, ""},
      {"--", nullptr, ""},
      {"", nullptr, ""},
  };
  for (const auto& one : cases) {
    const auto found = read_annotation(make_source("1.sql", one.text));
    ASSERT_EQ(found.has_value(), one.problem != nullptr) << one.text;
    if (!found) continue;
    EXPECT_EQ(found->problem, one.problem) << one.text;
    EXPECT_EQ(found->reason, one.reason) << one.text;
  }
}

TEST(Runbook, NamesAMigration) {
  struct {
    const char* text;
    const char* path;
    bool named;
  } const cases[] = {
      {"see `db/0042_drop.up.sql`", "db/0042_drop.up.sql", true},
      {"see 0042_drop.", "db/0042_drop.up.sql", true},
      {"0042_drop_more, x0042_drop", "db/0042_drop.up.sql", false},
      {"in 0042", "db/0042.sql", false},
      {"in 0042.sql", "db/0042.sql", true},
      {"the orders table", "deploy/orders.sql", false},
      {"deploy/orders.sql", "deploy/orders.sql", true},
      {"every migration", "prisma/migrations/20260301_drop/migration.sql", false},
      {"20260301_drop", "prisma/migrations/20260301_drop/migration.sql", true},
      {"", "a.sql", false},
  };
  for (const auto& one : cases) EXPECT_EQ(mentions(one.text, one.path), one.named) << one.text;
}

}  // namespace
}  // namespace backout
