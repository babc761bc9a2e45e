#include "runbook/markdown.h"

#include <algorithm>
#include <map>

#include "runbook/inline.h"

namespace backout::runbook {
namespace {

constexpr std::size_t most_heading_bytes = 1000;  // longer ones are no headings anybody links to

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// Columns of blanks before the text; a tab goes to the next multiple of 4.
std::size_t indentation(std::string_view line, std::size_t* bytes = nullptr) {
  std::size_t column = 0, i = 0;
  for (; i < line.size() && (line[i] == ' ' || line[i] == '\t'); ++i)
    column = line[i] == ' ' ? column + 1 : column / 4 * 4 + 4;
  if (bytes) *bytes = i;
  return column;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// As GitHub does it: lower case, blanks become dashes, punctuation goes.
std::string anchor_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ')
      out += '-';
    else if (c == '-' || is_word(c))
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

// The text of a heading as a reader sees it: no emphasis, no code marks, links by their words.
std::string plain_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      out += text[++i];
    } else if (c == '*' || c == '`') {
    } else if (c == '[' || (c == '!' && text.substr(i).starts_with("!["))) {
    } else if (c == ']' && i + 1 < text.size() && text[i + 1] == '(') {
      const std::size_t end = text.find(')', i);
      if (end == std::string_view::npos) break;
      i = end;
    } else if (c != ']') {
      out += c;
    }
  }
  return std::string(trim(out));
}

// ``` or ~~~, at least three: how many; 0: no fence.
std::size_t fence_length(std::string_view line) {
  if (line.empty() || (line[0] != '`' && line[0] != '~')) return 0;
  std::size_t length = 0;
  while (length < line.size() && line[length] == line[0]) ++length;
  if (length < 3) return 0;
  if (line[0] == '`' && line.find('`', length) != std::string_view::npos) return 0;  // code in text
  return length;
}

// "- text", "3. text": column where the text begins; 0: no list item.
std::size_t list_content(std::string_view line, std::size_t indent) {
  std::size_t i = 0;
  if (!line.empty() && (line[0] == '-' || line[0] == '*' || line[0] == '+')) {
    i = 1;
  } else {
    while (i < line.size() && i < 9 && line[i] >= '0' && line[i] <= '9') ++i;
    if (i == 0 || i >= line.size() || (line[i] != '.' && line[i] != ')')) return 0;
    ++i;
  }
  if (i < line.size() && line[i] != ' ' && line[i] != '\t') return 0;
  return indent + i + 1;
}

bool is_delimiter_row(std::string_view line) {
  return line.find('-') != std::string_view::npos &&
         line.find_first_not_of("|:- \t\r") == std::string_view::npos &&
         line.find('|') != std::string_view::npos;
}

// Cells of a table's row; `\|` and pipes in code do not part cells.
std::vector<Cell> cells_of(std::string_view text, Span line) {
  std::vector<Cell> out;
  std::size_t begin = line.begin;
  bool first = true;
  const auto store = [&](std::size_t from, std::size_t to) {
    const std::string_view raw = text.substr(from, to - from);
    const std::string_view inner = trim(raw);
    const auto at =
        inner.empty() ? from : from + static_cast<std::size_t>(inner.data() - raw.data());
    out.push_back(
        {inner, {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + inner.size())}});
  };
  bool code = false;
  for (std::size_t i = line.begin; i < line.end; ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '`') {
      code = !code;
    } else if (text[i] == '|' && !code) {
      if (!first || !trim(text.substr(begin, i - begin)).empty()) store(begin, i);
      first = false;
      begin = i + 1;
    }
  }
  if (begin < line.end && !trim(text.substr(begin, line.end - begin)).empty())
    store(begin, line.end);
  return out;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Markdown read() {
    std::size_t at = front_matter();
    while (at < text_.size()) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      std::size_t stop = end;
      if (stop > at && text_[stop - 1] == '\r') --stop;
      take({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(stop)});
      at = end + 1;
    }
    for (const Heading& heading : out_.headings) out_.anchors.push_back(heading.anchor);
    std::sort(out_.anchors.begin(), out_.anchors.end());
    return std::move(out_);
  }

 private:
  std::string_view view(Span span) const { return text_.substr(span.begin, span.end - span.begin); }
  void take_inline(Span line) { comment_ = read_inline(text_, line, out_); }

  // Returns where the rest begins.
  std::size_t front_matter() {
    if (!text_.starts_with("---\n") && !text_.starts_with("---\r\n")) return 0;
    const std::size_t begin = text_.find('\n') + 1;
    for (std::size_t at = begin; at < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      const std::string_view line = trim(text_.substr(at, end - at));
      if (line == "---" || line == "...") {
        out_.front_matter = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at)};
        return std::min(end + 1, text_.size());
      }
      at = end + 1;
    }
    return 0;  // never closed: a rule, not front matter
  }

  void take(Span line) {
    std::size_t indent_bytes = 0;
    const std::size_t indent = indentation(view(line), &indent_bytes);
    const std::string_view body = view(line).substr(indent_bytes);
    const bool blank = body.empty();
    if (fence_ > 0) return take_code(line, indent, body);
    if (comment_) return take_comment(line);
    if (take_table_row(line, blank)) return;
    if (const std::size_t length = fence_length(body); length > 0) {
      const std::string_view info = trim(body.substr(length));
      fence_ = length;
      fence_mark_ = body[0];
      fence_indent_ = indent;
      out_.code.push_back({info.substr(0, std::min(info.find_first_of(" \t{,"), info.size())), {}});
      end_paragraph();
      return;
    }
    if (blank) {
      paragraph_ = false;
      previous_ = {};
      return;
    }
    if (const std::size_t content = list_content(body, indent); content > 0 && indent < list_ + 4) {
      list_ = content;
    } else if (indent == 0 && !paragraph_) {
      list_ = 0;
    }
    if (indent >= list_ + 4 && !paragraph_) return take_indented(line);
    indented_ = false;
    if (indent < 4 && take_heading(line, body)) return;
    if (is_delimiter_row(body) && previous_ != Span{} &&
        view(previous_).find('|') != std::string_view::npos)
      return begin_table(line);
    if (take_underline(body)) return;
    paragraph_ = true;
    previous_ = line;
    out_.prose.push_back(line);
    take_inline(line);
  }

  void end_paragraph() {
    paragraph_ = false;
    indented_ = false;
    previous_ = {};
  }

  void take_code(Span line, std::size_t indent, std::string_view body) {
    const std::size_t length = fence_length(body);
    if (length >= fence_ && body[0] == fence_mark_ && trim(body.substr(length)).empty()) {
      fence_ = 0;
      return;
    }
    std::size_t cut = 0;
    while (cut < std::min(fence_indent_, indent) && line.begin + cut < line.end &&
           text_[line.begin + cut] == ' ')
      ++cut;
    line.begin += static_cast<std::uint32_t>(cut);
    out_.code.back().lines.push_back(line);
  }

  void take_indented(Span line) {
    if (!indented_) out_.code.push_back({});
    indented_ = true;
    std::size_t bytes = 0;
    (void)indentation(view(line), &bytes);
    line.begin += static_cast<std::uint32_t>(bytes);
    out_.code.back().lines.push_back(line);
  }

  void take_comment(Span line) {
    if (view(line).find("-->") != std::string_view::npos) comment_ = false;
  }

  void add_heading(unsigned level, std::string_view raw, Span line) {
    Heading heading{level, plain_text(raw.substr(0, most_heading_bytes)), {}, line};
    heading.anchor = anchor_of(heading.text);
    const std::size_t seen = anchors_[heading.anchor]++;
    if (seen > 0) heading.anchor += '-' + std::to_string(seen);
    out_.headings.push_back(std::move(heading));
  }

  bool take_heading(Span line, std::string_view body) {
    std::size_t level = 0;
    while (level < body.size() && body[level] == '#') ++level;
    if (level == 0 || level > 6 ||
        (level < body.size() && body[level] != ' ' && body[level] != '\t'))
      return false;
    std::string_view raw = trim(body.substr(level));
    const std::size_t last = raw.find_last_not_of('#');  // "## Title ##"
    if (last == std::string_view::npos)
      raw = {};
    else if (last + 1 < raw.size() && raw[last] == ' ')
      raw = trim(raw.substr(0, last));
    add_heading(static_cast<unsigned>(level), raw, line);
    take_inline(line);
    end_paragraph();
    list_ = 0;
    return true;
  }

  // "Title" with a line of = or - below it.
  bool take_underline(std::string_view body) {
    if (!paragraph_ || previous_ == Span{}) return false;
    const std::string_view marks = trim(body);
    if (marks.find_first_not_of('=') != std::string_view::npos &&
        marks.find_first_not_of('-') != std::string_view::npos)
      return false;
    if (view(previous_).starts_with(">") || list_ > 0) return false;
    add_heading(marks[0] == '=' ? 1 : 2, trim(view(previous_)), previous_);
    if (!out_.prose.empty() && out_.prose.back() == previous_) out_.prose.pop_back();
    end_paragraph();
    return true;
  }

  void begin_table(Span delimiter) {
    Table table{cells_of(text_, previous_), previous_, delimiter, {}};
    if (!out_.prose.empty() && out_.prose.back() == previous_) out_.prose.pop_back();
    out_.tables.push_back(std::move(table));
    in_table_ = true;
    end_paragraph();
  }

  bool take_table_row(Span line, bool blank) {
    if (!in_table_) return false;
    if (blank || view(line).find('|') == std::string_view::npos) {
      in_table_ = false;
      return false;
    }
    out_.tables.back().rows.push_back({line, cells_of(text_, line)});
    take_inline(line);
    return true;
  }

  const std::string_view text_;
  Markdown out_;
  std::map<std::string, std::size_t, std::less<>> anchors_;  // how often each was made
  std::size_t fence_ = 0, fence_indent_ = 0;                 // marks of the open fence; 0: none
  char fence_mark_ = '`';
  std::size_t list_ = 0;  // column where the text of the innermost list item begins; 0: no list
  bool comment_ = false, in_table_ = false, paragraph_ = false, indented_ = false;
  Span previous_{};  // the line before, when it is of the same paragraph
};

}  // namespace

Markdown read_markdown(std::string_view text) { return Reader(text).read(); }

}  // namespace backout::runbook
