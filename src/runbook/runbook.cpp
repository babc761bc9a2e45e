#include "runbook/runbook.h"

#include <fmt/format.h>

#include <algorithm>

#include "sql/framework/parts.h"
#include "yaml/parse.h"

namespace backout::runbook {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

// Text of a cell without emphasis and code marks.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '*' && c != '`' && c != '_') out += c;
  return out;
}

bool is_index(std::string_view path) {
  const std::string name = lower(sql::framework::base_of(path));
  return name == "readme.md" || name == "index.md" || name == "_index.md";
}

// The last heading before `place`.
const Heading* heading_above(const Markdown& markdown, Span place) {
  const auto behind = std::partition_point(
      markdown.headings.begin(), markdown.headings.end(),
      [&](const Heading& heading) { return heading.line.begin < place.begin; });
  return behind == markdown.headings.begin() ? nullptr : &*std::prev(behind);
}

bool speaks_of_last_worked(const Heading& heading) {
  const std::string text = lower(heading.text);
  return text.find("last worked") != std::string::npos;
}

// The table below its heading; without one, the table that has the columns.
std::optional<std::size_t> find_table(const Markdown& markdown) {
  for (std::size_t i = 0; i < markdown.tables.size(); ++i) {
    const Heading* const above = heading_above(markdown, markdown.tables[i].header_line);
    if (above && speaks_of_last_worked(*above)) return i;
  }
  for (std::size_t i = 0; i < markdown.tables.size(); ++i)
    if (column(markdown.tables[i], "date") != std::string_view::npos &&
        column(markdown.tables[i], "resolved by") != std::string_view::npos)
      return i;
  return std::nullopt;
}

void take_date(Runbook& out, std::string_view text, Span place, Span row, Day today) {
  const std::string cell = bare(text);
  if (cell.empty() || cell == "-" || cell == "—" || lower(cell) == "never") return;
  // A time behind the date is more than was asked for.
  const auto date = parse_date(std::string_view(cell).substr(0, 10));
  if (!date || (cell.size() > 10 && cell[10] != ' ' && cell[10] != 'T')) {
    out.bad_dates.push_back({place, cell, false});
  } else if (*date > today) {
    out.bad_dates.push_back({place, cell, true});
  } else if (!out.last_worked || *date > *out.last_worked) {
    out.last_worked = *date;
    out.last_worked_place = row;
  }
}

// Rows of drills that failed are history, not proof.
bool failed(const Table& table, const Table::Row& row) {
  for (const std::string_view name : {"what", "notes"}) {
    const std::size_t at = column(table, name);
    if (at >= row.cells.size()) continue;
    const std::string text = lower(row.cells[at].text);
    if (text.find("did not work") != std::string::npos) return true;
  }
  return false;
}

void read_table(Runbook& out, const Table& table, Day today) {
  const std::size_t date = column(table, "date");
  if (date == std::string_view::npos) return;
  for (const Table::Row& row : table.rows)
    if (date < row.cells.size() && !failed(table, row))
      take_date(out, row.cells[date].text, row.cells[date].span, row.line, today);
}

void read_front_matter(Runbook& out, Day today) {
  const Span span = out.markdown.front_matter;
  if (span == Span{}) return;
  const yaml::Document document = yaml::parse(out.source->text, span, {1U << 16, 1000, 20});
  const yaml::Node* const node = document.root.find("last_worked");
  if (node && node->kind == yaml::Kind::scalar)
    take_date(out, node->text, node->span, node->span, today);
}

// The quote or paragraph between the title and the next heading that says STALE.
std::optional<Span> find_banner(const Markdown& markdown, const Heading* title,
                                std::string_view text) {
  if (!title) return std::nullopt;
  std::uint32_t end = static_cast<std::uint32_t>(text.size());
  for (const Heading& heading : markdown.headings)
    if (heading.line.begin > title->line.begin) end = std::min(end, heading.line.begin);
  std::optional<Span> block;  // of lines that stand together
  bool stale = false;
  for (const Span line : markdown.prose) {
    if (line.begin < title->line.end || line.begin >= end) continue;
    const std::string_view gap =
        block ? text.substr(block->end, line.begin - block->end) : std::string_view{};
    if (!block || std::count(gap.begin(), gap.end(), '\n') != 1) {
      if (stale) return block;
      block = line;
    }
    block->end = line.end;
    const std::string_view words = text.substr(line.begin, line.end - line.begin);
    for (std::size_t at = words.find("STALE"); at != std::string_view::npos;
         at = words.find("STALE", at + 1)) {
      const auto is_letter = [&](std::size_t i) {
        return i < words.size() && lower(words[i]) >= 'a' && lower(words[i]) <= 'z';
      };
      stale = stale || ((at == 0 || !is_letter(at - 1)) && !is_letter(at + 5));
    }
  }
  return stale ? block : std::nullopt;
}

}  // namespace

std::size_t column(const Table& table, std::string_view name) {
  for (std::size_t i = 0; i < table.header.size(); ++i)
    if (lower(bare(table.header[i].text)) == name) return i;
  return std::string_view::npos;
}

Runbook read_runbook(const Source& source, Day today) {
  Runbook out;
  out.source = &source;
  out.markdown = read_markdown(source.text);
  out.index = is_index(source.path);
  if (!out.markdown.headings.empty()) out.title = &out.markdown.headings.front();
  for (const Heading& heading : out.markdown.headings)
    if (&heading != out.title && speaks_of_last_worked(heading)) out.worked_heading = heading.line;
  out.worked_table = find_table(out.markdown);
  read_front_matter(out, today);
  if (out.worked_table) read_table(out, out.markdown.tables[*out.worked_table], today);
  out.banner = find_banner(out.markdown, out.title, source.text);
  for (std::size_t i = 0; i < out.markdown.code.size(); ++i) {
    auto commands = commands_of(source.text, out.markdown.code[i], i);
    std::move(commands.begin(), commands.end(), std::back_inserter(out.commands));
  }
  return out;
}

std::string stale_banner(std::optional<Day> last_worked, int stale_days) {
  return last_worked ? fmt::format(
                           "> **STALE**: last worked on {}, more than {} days ago. Check "
                           "every step before you rely on it.",
                           to_text(*last_worked), stale_days)
                     : std::string(
                           "> **STALE**: nobody has seen it work yet. Check every step "
                           "before you rely on it.");
}

}  // namespace backout::runbook
