// Whatever a value holds, it stays one value: for the shell that is asked itself, for YAML by our
// reader, for a Markdown table by ours.
#include "core/quote.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "repo.h"
#include "runbook/markdown.h"
#include "yaml/parse.h"
#include "yaml/value.h"

namespace backout::test {
namespace {

const std::vector<std::string> hostile = {"plain",
                                          "a b",
                                          "it's",
                                          "\"double\"",
                                          "$(id)",
                                          "`id`",
                                          "a\nb: c",
                                          "x; rm -rf /",
                                          "\\",
                                          "trailing\\",
                                          "\x1b[2J",
                                          "tab\there",
                                          "$HOME",
                                          "!!",
                                          "a\r\nb",
                                          "\xe2\x80\xae"
                                          "rtl",
                                          "\x01"
                                          "2",
                                          "=cmd",
                                          "~",
                                          "*",
                                          "#no comment",
                                          "- item",
                                          "{a: b}",
                                          "yes",
                                          "null",
                                          "1.5",
                                          "0x10",
                                          "2026-03-01",
                                          "a: b",
                                          "a #b",
                                          "%",
                                          "@at",
                                          "| cell |",
                                          "",
                                          "'",
                                          "ünïcode",
                                          "<b>",
                                          "--flag",
                                          "a'$'b"};

TEST(Quote, AShellReadsOneWordWithTheSameBytes) {
  const TemporaryDirectory directory;
  for (const std::string& text : hostile) {
    const Ran ran =
        run(directory.path(),
            {"bash", "-c", "set -- " + shell_quoted(text) + "; printf '%s|%s' $# \"$1\""});
    EXPECT_EQ(ran.output, "1|" + text) << shell_quoted(text);
    EXPECT_EQ(shell_quoted(text).find_first_of("\n\r\x1b"), std::string::npos);
  }
  EXPECT_EQ(shell_quoted("s3://bucket/path-1.2"), "s3://bucket/path-1.2");
}

TEST(Quote, YamlReadsAStringWithTheSameBytes) {
  for (const std::string& text : hostile) {
    const std::string document = "key: " + yaml_quoted(text) + "\nnext: 1\n";
    const yaml::Document parsed =
        yaml::parse(document, {0, static_cast<std::uint32_t>(document.size())});
    ASSERT_FALSE(parsed.defect) << document;
    ASSERT_EQ(parsed.root.entries.size(), 2U) << document;
    EXPECT_EQ(yaml::as_string(*parsed.root.find("key")), text) << document;
  }
  EXPECT_EQ(yaml_quoted("shop"), "shop");
}

TEST(Quote, ACellStaysACell) {
  for (const std::string& text : hostile) {
    const std::string table = "| a | b |\n|---|---|\n| " + markdown_cell(text) + " | end |\n";
    const runbook::Markdown markdown = runbook::read_markdown(table);
    ASSERT_EQ(markdown.tables.size(), 1U) << table;
    ASSERT_EQ(markdown.tables[0].rows.size(), 1U) << table;
    ASSERT_EQ(markdown.tables[0].rows[0].cells.size(), 2U) << table;
    EXPECT_EQ(markdown.tables[0].rows[0].cells[1].text, "end") << table;
  }
}

}  // namespace
}  // namespace backout::test
