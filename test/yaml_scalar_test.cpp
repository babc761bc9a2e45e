// Scalars of every style: the text decoded from the source is what the parser says, and every byte
// of it maps back to where it was written. On written and generated documents, and on the manifest
// corpus where there is one (BACKOUT_CORPUS).
#include <gtest/gtest.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "yaml/fragment.h"
#include "yaml/parse.h"

namespace backout::yaml {
namespace {

// Texts of the non-empty scalars in the order of the document, by the parser alone.
class Texts final : public YAML::EventHandler {
 public:
  std::vector<std::string> texts;
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string& value) override {
    if (!value.empty()) texts.push_back(value);
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

void collect(const Node& node, std::vector<const Node*>& out) {
  if (node.alias) return;
  if (node.kind == Kind::scalar && !node.text.empty()) out.push_back(&node);
  for (const Entry& entry : node.entries) {
    collect(entry.key, out);
    collect(entry.value, out);
  }
  for (const Node& item : node.items) collect(item, out);
}

struct Tally {
  std::size_t documents = 0, broken = 0, scalars = 0, inexact = 0;
};

void check_scalars(std::string_view text, Tally& tally, const std::string& name) {
  for (const Span span : split_documents(text)) {
    const Document document = parse(text, span);
    ++tally.documents;
    if (document.defect) {
      ++tally.broken;
      continue;
    }
    std::vector<const Node*> nodes;
    collect(document.root, nodes);
    std::sort(nodes.begin(), nodes.end(),
              [](const Node* a, const Node* b) { return a->span.begin < b->span.begin; });
    nodes.erase(std::unique(nodes.begin(), nodes.end(),
                            [](const Node* a, const Node* b) { return a->span == b->span; }),
                nodes.end());
    std::istringstream in(std::string(text.substr(span.begin, span.end - span.begin)));
    Texts expected;
    YAML::Parser(in).HandleNextDocument(expected);
    const bool comparable = document.duplicates.empty() && text.find("<<") == std::string::npos;
    if (comparable) {
      ASSERT_EQ(nodes.size(), expected.texts.size()) << name;
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const Node& node = *nodes[i];
      if (comparable) {
        EXPECT_EQ(node.text, expected.texts[i]) << name << '@' << node.span.begin;
      }
      const Fragment found = fragment(text, node);
      ++tally.scalars;
      ASSERT_EQ(found.offsets.size(), node.text.size() + 1);
      ASSERT_TRUE(std::is_sorted(found.offsets.begin(), found.offsets.end())) << name;
      EXPECT_LE(found.offsets.back(), node.span.end);
      EXPECT_GE(found.offsets.front(), node.span.begin);
      std::size_t wrong = 0;
      for (std::size_t at = 0; at < node.text.size(); ++at) {
        const char from = text[found.offsets[at]];
        const char c = node.text[at];
        wrong += c != from && c != '\n' && c != ' ' && from != '\\';
      }
      if (wrong > 0 || (node.text.size() > 1 && found.offsets[0] == found.offsets[1] &&
                        text[found.offsets[0]] != '\\')) {
        ++tally.inexact;
        ADD_FAILURE() << name << '@' << node.span.begin << ": " << node.text;
      }
    }
  }
}

TEST(YamlScalar, SpansAndPlaces) {
  struct Case {
    std::string_view text, value, word, source;  // `word` of the value stands in the source
  };
  const Case cases[] = {
      {"a: b c\n", "b c", "c", "c"},
      {"a: one\n  two\n\n  three # no\n", "one two\nthree", "three", "three"},
      {"a: [x, one\n two]", "one two", "two", "two"},
      {"a: 'it''s\n  so'\n", "it's so", "'s", "''s"},
      {"a: 'it''s'\n", "it's", "s", "s"},
      {"a: \"x\\u00e9\\ty \\\n   z\"", "x\xC3\xA9\ty z", "\xC3\xA9", "\\u00e9"},
      {"a: \"sum(rate(x{c=\\\"5\\\"}[5m]))\"", "sum(rate(x{c=\"5\"}[5m]))", "\"5\"", "\\\"5\\\""},
      {"a: \"one\n\n   two\"", "one\ntwo", "two", "two"},
      {"a: |\n  one\n    two\n\n  three\n", "one\n  two\n\nthree\n", "three", "three"},
      {"a: |-\n\n   one\n   two\n\n\nb: c", "\none\ntwo", "two", "two"},
      {"a: |2-\n    one\n", "  one", "one", "one"},
      {"a:\n  b: |1+\n     one\n\nc: d\n", "  one\n\n", "one", "one"},
      {"a: >-\n  one\n  two\n\n  three\n    four\n  five\n", "one two\nthree\n  four\nfive", "five",
       "five"},
      {"a: >  # words\n  one\n  two\n", "one two\n", "two", "two"},
      {"a: |\r\n  one\r\n  two\r\n", "one\ntwo\n", "two", "two"},
      {"a: !!str  &x  'one'", "one", "one", "one"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const Document document = parse(c.text, split_documents(c.text).front());
    ASSERT_FALSE(document.defect) << document.defect->message;
    const Node* node = document.root.find("a");
    ASSERT_NE(node, nullptr);
    if (!node->items.empty()) node = &node->items.back();
    if (!node->entries.empty()) node = &node->entries.front().value;
    EXPECT_EQ(node->text, c.value);
    const std::size_t at = node->text.rfind(c.word);
    const Span span = fragment(c.text, *node).span(at, at + c.word.size());
    EXPECT_EQ(c.text.substr(span.begin, span.end - span.begin), c.source);
  }
}

TEST(YamlScalar, GeneratedDocuments) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same documents each time
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  const std::string_view words[] = {"sum",  "rate(x[5m])", ">=",  "it's", "\xC3\xA9t\xC3\xA9",
                                    "0.95", "a\\\\b",      "#no", "-",    "\"q\"",
                                    "b:c"};
  const auto lines = [&](std::string_view indent, bool more_indented) {
    std::string out;
    for (std::size_t n = 1 + pick(4); n > 0; --n) {
      const bool first = out.empty();
      out += indent;
      if (more_indented && !first && pick(5) == 0) out += "  ";
      out += "w";
      for (std::size_t k = pick(4); k > 0; --k) (out += ' ') += words[pick(8)];
      out += pick(6) == 0 ? " \n" : "\n";
      if (n > 1)
        for (std::size_t k = pick(3); k > 1; --k) out += "\n";
    }
    return out;
  };
  Tally tally;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::size_t i = 0; i < 4; ++i) {
      text += "k" + std::to_string(i) + ": ";
      constexpr std::string_view headers[] = {"|", "|-", "|+", ">", ">-", ">+", "|2", ">2-"};
      const std::size_t kind = pick(11);
      std::string body = lines("  ", kind < 8);
      if (kind < 8) {
        text += std::string(headers[kind]) + "\n" + (pick(4) == 0 && kind < 6 ? "\n" : "") + body;
      } else if (kind == 8) {
        std::string quoted = "'";
        for (const char c : body) quoted += c == '\'' ? "''" : std::string(1, c);
        quoted.erase(quoted.find_last_not_of(" \n") + 1);
        text += quoted + "'\n";
      } else if (kind == 9) {
        std::string quoted = "\"";
        for (const char c : body)
          quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
        quoted.erase(quoted.find_last_not_of(" \n") + 1);
        text += quoted + "\"\n";
      } else {
        std::erase(body, '#');
        text += body;
      }
    }
    if (pick(4) == 0) {  // CRLF
      std::string crlf;
      for (const char c : text) crlf += c == '\n' ? "\r\n" : std::string(1, c);
      text = crlf;
    }
    check_scalars(text, tally, text);
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(tally.broken, 0U);
  EXPECT_EQ(tally.inexact, 0U);
}

TEST(YamlScalar, ManifestCorpus) {
  const char* const given = std::getenv("BACKOUT_CORPUS");
  const std::filesystem::path corpus =
      std::filesystem::path(given ? given : BACKOUT_SOURCE_DIR "/../shared/corpus") / "manifests";
  if (!std::filesystem::exists(corpus)) GTEST_SKIP() << "no corpus";
  Tally tally;
  for (const auto& file : std::filesystem::recursive_directory_iterator(corpus)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    check_scalars(make_source("", text.str()).text, tally, file.path());
  }
  std::printf("%zu documents, %zu broken, %zu scalars\n", tally.documents, tally.broken,
              tally.scalars);
}

}  // namespace
}  // namespace backout::yaml
