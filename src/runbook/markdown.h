// What of a Markdown file a runbook is made of: headings, code, tables, links, and where they
// stand. One pass over the lines, by the rules of CommonMark and GitHub's tables as far as they
// matter here; what is inside code or a comment is neither heading nor link. Every text is an
// input, none is an error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"

namespace backout::runbook {

struct Heading {
  unsigned level = 1;
  std::string text;    // without markup: "Step 1: check"
  std::string anchor;  // as GitHub makes it: "step-1-check", "step-1-check-1"
  Span line;           // without its line end
};

struct CodeBlock {
  std::string_view language;  // first word behind the fence, as written; empty: none
  std::vector<Span> lines;    // without indentation of the block and line ends
};

struct Cell {
  std::string_view text;  // without blanks around it
  Span span;
};

struct Table {
  std::vector<Cell> header;
  Span header_line, delimiter_line;
  struct Row {
    Span line;
    std::vector<Cell> cells;
  };
  std::vector<Row> rows;
};

struct Link {
  std::string_view target;  // as written, without title: "../README.md#steps"
  Span span;                // of the target
};

struct Markdown {
  Span front_matter;  // the lines between `---` at the top; empty: none
  std::vector<Heading> headings;
  std::vector<CodeBlock> code;
  std::vector<Table> tables;
  std::vector<Link> links;           // images and link definitions too
  std::vector<std::string> anchors;  // of headings, of `<a id="…">` and `name`; sorted
  std::vector<Span> prose;           // other lines that are not blank, quotes included
};
[[nodiscard]] Markdown read_markdown(std::string_view text);

}  // namespace backout::runbook
