#include "report/excerpt.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"

namespace backout::report {
namespace {

constexpr std::uint32_t most_lines = 3;  // of a place, before it is cut

struct Place {
  Position begin, last;  // `last` is the last byte inside
};

Place place_of(const LineIndex& lines, const Span& span) {
  const std::uint32_t last = span.end > span.begin ? span.end - 1 : span.begin;
  return {lines.position(span.begin), lines.position(last)};
}

std::uint32_t last_shown(const Place& place) {
  return place.last.line - place.begin.line < most_lines ? place.last.line
                                                         : place.begin.line + most_lines - 2;
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// Half-open byte range of a line to underline.
struct Mark {
  std::size_t begin, end;
};

// One line and, below it, the carets.
struct Drawn {
  std::string text, carets;
};

Drawn draw(std::string_view line, Mark mark, std::size_t cells) {
  Drawn drawn;
  std::size_t at = 0;
  if (line.size() >
      cells) {  // bytes, at least as many as cells: windowed only when it might not fit
    at = mark.begin - std::min(mark.begin, cells / 3);
    while (at > 0 && is_continuation(line[at])) --at;
  }
  if (at > 0) drawn.text += "...";
  std::size_t column = drawn.text.size();
  drawn.carets.append(column, ' ');
  while (at < line.size() && column < cells) {
    const bool marked = at >= mark.begin && at < mark.end;
    const Character character = append_character(drawn.text, line, at, column);
    drawn.carets.append(character.cells, marked ? '^' : ' ');
    column += character.cells;
    at += character.bytes;
  }
  if (at < line.size()) drawn.text += "...";
  if (mark.begin >= line.size()) drawn.carets += '^';  // the line's end
  drawn.carets.erase(drawn.carets.find_last_not_of(' ') + 1);
  return drawn;
}

}  // namespace

std::size_t margin(const LineIndex& lines, const Finding& finding) {
  return fmt::formatted_size("{}", last_shown(place_of(lines, finding.location.span)));
}

void append_excerpt(std::string& out, const LineIndex& lines, const Finding& finding,
                    const ExcerptOptions& options) {
  const Style& style = options.style;
  const Place place = place_of(lines, finding.location.span);
  const std::uint32_t last = last_shown(place);
  const std::size_t digits = margin(lines, finding);
  const auto gutter = [&](std::string_view number) {
    fmt::format_to(std::back_inserter(out), "{}{:>{}} |{}", style.faint, number, digits,
                   style.reset);
  };
  const auto text_line = [&](std::uint32_t number, const Drawn& drawn) {
    gutter(fmt::format_int(number).c_str());
    out += drawn.text.empty() ? "" : " ";
    out += drawn.text;
    out += '\n';
  };

  gutter("");
  out += '\n';
  // Where the statement begins, when the place lies further down: `ALTER TABLE orders` above `DROP
  // COLUMN total`.
  if (finding.statement.end > finding.statement.begin) {
    const std::uint32_t first = lines.position(finding.statement.begin).line;
    if (first < place.begin.line) {
      Drawn drawn = draw(lines.line(first), {0, 0}, options.cells);
      text_line(first, drawn);
      if (first + 1 < place.begin.line)
        fmt::format_to(std::back_inserter(out), "{}...{}\n", style.faint, style.reset);
    }
  }
  for (std::uint32_t number = place.begin.line; number <= last; ++number) {
    const std::string_view line = lines.line(number);
    Mark mark{0, line.size()};
    if (number == place.begin.line) mark.begin = place.begin.column - 1;
    if (number == place.last.line) mark.end = std::min<std::size_t>(place.last.column, line.size());
    if (number != place.begin.line) mark.begin = std::min(line.find_first_not_of(" \t"), mark.end);
    const bool blank = number != place.begin.line && mark.begin >= mark.end;
    const Drawn drawn = draw(line, mark, options.cells);
    text_line(number, drawn);
    if (blank) continue;
    gutter("");
    fmt::format_to(std::back_inserter(out), " {}{}{}\n", options.caret_color, drawn.carets,
                   style.reset);
  }
  if (last < place.last.line)
    fmt::format_to(std::back_inserter(out), "{}...{}\n", style.faint, style.reset);
}

}  // namespace backout::report
