// The tree of a YAML document: spans, anchors, merge keys, duplicate keys, what Kubernetes makes of
// values, and that nothing hostile gets through.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "yaml/encoding.h"
#include "yaml/parse.h"
#include "yaml/value.h"

namespace backout::yaml {
namespace {

Document read(std::string_view text) {
  const std::vector<Span> spans = split_documents(text);
  return spans.empty() ? Document{} : parse(text, spans.front());
}
std::string defect_of(std::string_view text) {
  const Document document = read(text);
  return document.defect ? document.defect->message : "none";
}
std::string_view cut(std::string_view text, Span span) {
  return text.substr(span.begin, span.end - span.begin);
}

TEST(YamlTree, SpansOfEverything) {
  constexpr std::string_view text =
      "a:\n"
      "  - b: 1   # one\n"
      "    'c d': [x, {y: z}]  \n"
      "  - &n !t {k: v, }\n"
      "  - *n\n"
      "e:\n"
      "f: ~\n"
      "null: g\n"
      "h: >-\n"
      "  i\n"
      "  j\n"
      "l: []\n";
  const Document document = read(text);
  ASSERT_FALSE(document.defect) << document.defect->message;
  const Node& root = document.root;
  EXPECT_EQ(cut(text, root.span), text.substr(0, text.size() - 1));
  const Node& a = *root.find("a");
  EXPECT_EQ(cut(text, a.span),
            "- b: 1   # one\n    'c d': [x, {y: z}]  \n  - &n !t {k: v, }\n  - *n");
  EXPECT_EQ(cut(text, a.items[0].span), "b: 1   # one\n    'c d': [x, {y: z}]");
  const Entry& list = *a.items[0].entry("c d");
  EXPECT_EQ(cut(text, list.key.span), "'c d'");
  EXPECT_EQ(cut(text, list.value.span), "[x, {y: z}]");
  EXPECT_EQ(cut(text, list.value.items[1].span), "{y: z}");
  EXPECT_EQ(cut(text, a.items[1].span), "{k: v, }");
  EXPECT_EQ(a.items[1].tag, "!t");
  EXPECT_EQ(cut(text, a.items[2].span), "*n");
  EXPECT_EQ(cut(text, a.items[2].value), "{k: v, }");
  EXPECT_TRUE(a.items[2].alias);
  EXPECT_EQ(a.items[2].find("k"), a.items[1].find("k"));  // shared
  EXPECT_EQ(root.find("e")->kind, Kind::null);
  EXPECT_EQ(root.find("e")->span.begin, text.find("e:") + 2);
  EXPECT_EQ(cut(text, root.find("f")->span), "~");
  EXPECT_EQ(root.entries[3].key.kind, Kind::null);
  EXPECT_EQ(cut(text, root.entries[3].key.span), "null");
  EXPECT_EQ(cut(text, root.find("h")->span), ">-\n  i\n  j");
  EXPECT_EQ(cut(text, root.find("l")->span), "[]");

  EXPECT_EQ(path(root, *list.value.items[1].find("y")), "a[0][\"c d\"][1].y");
  EXPECT_EQ(path(root, a.items[2]), "a[2]");
  EXPECT_EQ(path(root, *a.items[2].find("k")), "a[1].k");
  EXPECT_EQ(path(a.items[2], *a.items[2].find("k")), "k");
  EXPECT_EQ(path(root, root), "");
}

TEST(YamlTree, MergeKeys) {
  constexpr std::string_view text =
      "x: &x {a: 1, b: 2}\n"
      "y: &y {b: 3, c: 4}\n"
      "one: {<<: *x, b: own}\n"
      "two: {b: own, <<: [*x, *y]}\n"
      "three: {'<<': plain}\n";
  const Document document = read(text);
  ASSERT_FALSE(document.defect);
  const auto keys = [&](std::string_view name) {
    std::string out;
    for (const Entry& entry : document.root.find(name)->entries)
      out += fmt::format("{}={} ", entry.key.text, entry.value.text);
    return out;
  };
  EXPECT_EQ(keys("one"), "a=1 b=own ");
  EXPECT_EQ(keys("two"), "b=2 c=4 a=1 ")
      << "below a key, `<<` writes over it; its first map counts";
  EXPECT_EQ(keys("three"), "<<=plain ");
  ASSERT_EQ(document.duplicates.size(), 1U);
  EXPECT_TRUE(document.duplicates[0].merged);
  EXPECT_EQ(cut(text, document.duplicates[0].first.span), "b");
  EXPECT_EQ(cut(text, document.duplicates[0].second.span), "<<");
  EXPECT_EQ(path(document.root, *document.root.find({"two", "c"})), "y.c");
  EXPECT_EQ(path(*document.root.find("two"), *document.root.find({"two", "c"})), "c");
  EXPECT_NE(defect_of("a: {<<: text}").find("`<<` takes a map"), std::string::npos);
}

TEST(YamlTree, DuplicateKeysAreRecorded) {
  std::string text = "a: 1\nb: {c: 1, 'c': 2}\na: 3\n";
  for (int i = 0; i < 100; ++i) text += fmt::format("k{}: {}\n", i, i);
  text += "k50: again\n";
  const Document document = read(text);
  ASSERT_EQ(document.duplicates.size(), 3U);
  EXPECT_EQ(cut(text, document.duplicates[0].second.span), "'c'");
  EXPECT_EQ(document.duplicates[1].first.span.begin, 0U);
  EXPECT_EQ(document.root.find("a")->text, "3");
  EXPECT_EQ(document.root.find("k50")->text, "again");
  EXPECT_EQ(document.root.entries.size(), 102U);
}

TEST(YamlTree, DocumentsAreSplit) {
  constexpr std::string_view text =
      "# head\n--- # one\na: 1\n---\n---\n# nothing\n--- {b: 2}\n---x: "
      "3\n...\n---\n[broken\n---\nc: 4";
  std::vector<std::string> found;
  for (const Span span : split_documents(text)) {
    const Document document = parse(text, span);
    found.push_back(document.defect ? "broken"
                                    : std::string(document.root.entries.front().key.text));
  }
  EXPECT_EQ(found, (std::vector<std::string>{"a", "broken", "broken", "c"}));
  EXPECT_TRUE(split_documents("").empty());
  EXPECT_TRUE(split_documents("---\n").empty());
  EXPECT_EQ(split_documents("%YAML 1.1\n---\na: 1\n--- b").size(), 2U);
  EXPECT_EQ(read("%TAG !e! tag:e,1:\n---\na: !e!x b").root.find("a")->text, "b");
  EXPECT_NE(defect_of("a: 1\n...\nb: 2\n"), "none");
}

TEST(YamlTree, ValuesAsKubernetesTakesThem) {
  struct Case {
    std::string_view text;
    Type type;
  };
  const Case cases[] = {
      {"true", Type::boolean},
      {"Yes", Type::boolean},
      {"off", Type::boolean},
      {"n", Type::boolean},
      {"'true'", Type::string},
      {"tRue", Type::string},
      {"!!str true", Type::string},
      {"!isNaN(result)", Type::string},
      {"1", Type::integer},
      {"-0x1F", Type::integer},
      {"0777", Type::integer},
      {"0o17", Type::integer},
      {"1_000", Type::integer},
      {"089", Type::integer},
      {"1e3", Type::integer},
      {"5.0", Type::integer},
      {"0.95", Type::number},
      {".5", Type::number},
      {".inf", Type::number},
      {"1e999", Type::string},
      {"5m", Type::string},
      {"50%", Type::string},
      {"2020-01-01", Type::string},
      {"1:30", Type::string},
      {"+", Type::string},
      {"\"1\"", Type::string},
      {"~", Type::null},
      {"Null", Type::null},
      {"[1]", Type::list},
      {"{a: 1}", Type::object},
      {"99999999999999999999", Type::integer},
  };
  for (const Case& c : cases) {
    const std::string text = fmt::format("a: {}", c.text);
    const Document document = read(text);
    ASSERT_FALSE(document.defect) << text;
    EXPECT_EQ(words(type_of(*document.root.find("a"))), words(c.type)) << text;
  }
  const auto value = [](std::string_view text) { return as_int(read(text).root); };
  EXPECT_EQ(value("0777"), 511);
  EXPECT_EQ(value("0b101"), 5);
  EXPECT_EQ(value("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(value("1e3"), 1000);
  EXPECT_EQ(value("089"), 89);
  EXPECT_EQ(value("99999999999999999999"), std::nullopt);
  EXPECT_EQ(value("5.5"), std::nullopt);
  EXPECT_EQ(as_bool(read("on").root), true);
  EXPECT_EQ(as_bool(read("'on'").root), std::nullopt);
  EXPECT_EQ(as_number(read("0.95").root), 0.95);
  EXPECT_EQ(as_string(read("0.95").root), std::nullopt);
}

TEST(YamlTree, HostileInputIsADefect) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 30; ++i) {
    bomb += fmt::format("a{}: &a{} [", i, i);
    for (int j = 0; j < 10; ++j) bomb += fmt::format("{}*a{}", j ? "," : "", i - 1);
    bomb += "]\n";
  }
  EXPECT_EQ(defect_of(bomb), "more than 1000000 values, aliases followed (`limits.yaml_values`)");
  std::string ladder = "a0: &a0 [x]\n";  // deep only when aliases are followed
  for (int i = 1; i < 300; ++i) ladder += fmt::format("a{}: &a{} [*a{}]\n", i, i, i - 1);
  EXPECT_EQ(defect_of(ladder), "nested deeper than 200, aliases followed (`limits.yaml_nesting`)");
  std::string merges = "m0: &m0 {k0: 1}\n";
  for (int i = 1; i < 3000; ++i)
    merges += fmt::format("m{}: &m{}\n  <<: *m{}\n  k{}: 1\n", i, i, i - 1, i);
  EXPECT_EQ(defect_of(merges), "more than 1000000 values, aliases followed (`limits.yaml_values`)");
  EXPECT_EQ(defect_of("a: &a [*a]"), "an alias inside the value it names");
  EXPECT_EQ(defect_of("a: &a {<<: *a}"), "an alias inside the value it names");
  EXPECT_NE(defect_of("a: *b"), "none");
  EXPECT_NE(defect_of("{{ .Values.x }}: a"), "none");
  const std::size_t many = 200'000;
  for (const std::string_view piece :
       {"[", "{", "- ", "? ", ": ", "&a ", "!a ", "[[],", "{a: ", "'", "\"", "|\n", "a:\n ", "*a ",
        "%", "\t", "a: b\n", "---"}) {
    std::string text;
    while (text.size() < many) text += piece;
    (void)read(text);  // ends, and in time
    EXPECT_TRUE(piece == "'" || piece == "%" || piece == "\t" || piece == "a: b\n" ||
                piece == "a:\n " || piece == "---" || defect_of(text) != "none")
        << piece;
  }
  std::string blanks = "a: \"" + std::string(many, ' ') + "b\"\nc: d" + std::string(many, ' ') +
                       "e\nf: >\n  " + std::string(many, ' ') + "g\n";
  EXPECT_EQ(defect_of(blanks), "none");
  std::string keys;
  for (int i = 0; i < 200'000; ++i) keys += fmt::format("k{}: 1\n", i);
  EXPECT_EQ(read(keys).root.entries.size(), 200'000U);
  EXPECT_EQ(defect_of(std::string("a: b\0c", 6)), "control character 0x00");
  EXPECT_EQ(defect_of("a: b\x04\nc: d"), "control character 0x04");
  EXPECT_EQ(defect_of("a: \xC3("), "byte 0xC3 is not UTF-8");
  EXPECT_EQ(defect_of("a: \xED\xA0\x80"), "byte 0xED is not UTF-8");
  EXPECT_EQ(defect_of("a: \xF0\x9F\x98\x80 \xE2\x82\xAC\n"), "none");
  EXPECT_TRUE(parse("a: b", {0, 4}, {.bytes = 3}).defect->limit);
}

TEST(YamlTree, Utf16) {
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(utf8_of_utf16("\xFF\xFE"
                          "a\0\xE9\0\x3D\xD8\x00\xDE"sv),
            "a\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(utf8_of_utf16("\xFE\xFF\0a\xD8\0\0b"sv),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(utf8_of_utf16("a: b"), std::nullopt);
  EXPECT_EQ(utf8_of_utf16("\xFF\xFE\0\0a\0\0\0"sv), std::nullopt);
}

}  // namespace
}  // namespace backout::yaml
