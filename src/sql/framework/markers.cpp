// Cuts one file at the markers for up and down, by the tool's own rules: dbmate, tern,
// node-pg-migrate. A file that the tool refuses is cut as its author meant it, and the refusal is
// reported.
#include <fmt/format.h>

#include <algorithm>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

using Kind = FrameworkProblem::Kind;

// `-- migrate:up …` at column 0: "up" or "down", and the options behind it. `indented`: there are
// blanks before it.
std::string_view dbmate_marker(std::string_view line, std::string_view& options, bool& indented) {
  const std::string_view text = trim(line);
  if (!text.starts_with("--")) return {};
  const std::string_view rest = trim(text.substr(2));
  for (const std::string_view direction : {"up", "down"}) {
    if (!rest.starts_with("migrate:") || !rest.substr(8).starts_with(direction)) continue;
    const std::string_view after = rest.substr(8 + direction.size());
    if (!after.empty() && after.front() != ' ' && after.front() != '\t') continue;
    options = trim(after);
    indented = !line.starts_with("--");
    return direction;
  }
  return {};
}

bool turns_transaction_off(std::string_view options) {
  while (!options.empty()) {
    const std::size_t end = std::min(options.find_first_of(" \t"), options.size());
    if (options.substr(0, end) == "transaction:false") return true;
    options = trim(options.substr(end));
  }
  return false;
}

// ^\s*--[\s-]*(up|down)\s+migration, any case.
std::string_view node_pg_migrate_marker(std::string_view line) {
  std::string_view text = trim(line);
  if (!text.starts_with("--")) return {};
  const std::size_t word = text.find_first_not_of(" \t\r-");
  if (word == std::string_view::npos) return {};
  text.remove_prefix(word);
  for (const std::string_view direction : {"up", "down"}) {
    if (!equal_ignoring_case(text.substr(0, direction.size()), direction)) continue;
    const std::string_view rest = text.substr(direction.size());
    if (trim(rest).size() < rest.size() &&
        equal_ignoring_case(trim(rest).substr(0, 9), "migration"))
      return direction;
  }
  return {};
}

constexpr std::string_view tern_separator = "---- create above / drop below ----";
constexpr std::string_view tern_no_transaction = "---- tern: disable-tx ----";

}  // namespace

bool has_dbmate_marker(std::string_view text) {
  return has_comment_with(text, "migrate:up") || has_comment_with(text, "migrate:down");
}

bool has_tern_marker(std::string_view text) {
  return text.find(tern_separator) != std::string_view::npos ||
         text.find(tern_no_transaction) != std::string_view::npos;
}

bool has_node_pg_migrate_marker(std::string_view text) {
  Line line;
  for (std::uint32_t at = 0; next_line(text, at, line);) {
    if (!node_pg_migrate_marker(line.text).empty()) return true;
  }
  return false;
}

void split_dbmate(const Repository&, const Adapter& adapter, std::size_t file, const Source& source,
                  Parts& parts) {
  std::string_view direction;  // of the block being read
  std::uint32_t begin = 0;
  Transaction transaction = adapter.transaction;
  bool has_up = false;
  bool has_down = false;
  Span early;  // SQL before the first marker
  const auto finish = [&](std::uint32_t end) {
    if (!direction.empty())
      (direction == "up" ? parts.up : parts.down).push_back({file, {begin, end}, transaction});
  };
  Line line;
  for (std::uint32_t at = 0; next_line(source.text, at, line);) {
    std::string_view options;
    bool indented = false;
    const std::string_view marker = dbmate_marker(line.text, options, indented);
    if (marker.empty()) {
      if (direction.empty() && early.end == 0 && !trim(line.text).empty() &&
          !starts_comment(line.text))
        early = line.span();
      continue;
    }
    if (indented) {
      report(parts, Kind::directive_misplaced, file, line.span(),
             fmt::format("dbmate does not see `migrate:{}` with blanks before it: the text below "
                         "belongs to the block above",
                         marker));
    }
    if (marker == "down" && !has_up) {
      report(parts, Kind::parse_error, file, line.span(),
             "`migrate:down` comes before `migrate:up`; dbmate refuses the file");
    }
    finish(line.begin);
    direction = marker;
    begin = line.next;
    transaction =
        turns_transaction_off(options) ? Transaction::none_one_message : adapter.transaction;
    (marker == "up" ? has_up : has_down) = true;
  }
  finish(size_of(source));
  if (!has_up && !has_down) {
    report(parts, Kind::parse_error, file, {},
           "there is no `-- migrate:up`; dbmate refuses the file");
    parts.up.push_back({file, {0, size_of(source)}, adapter.transaction});
    return;
  }
  if (early.end != 0) {
    report(parts, Kind::parse_error, file, early,
           "there is SQL before `migrate:up`; dbmate refuses the file");
  }
  if (!has_up)
    report(parts, Kind::parse_error, file, {},
           "there is no `-- migrate:up`; dbmate refuses the file");
  if (!has_down)
    report(parts, Kind::parse_error, file, {},
           "there is no `-- migrate:down`; dbmate refuses the file");
}

void split_tern(const Repository&, const Adapter& adapter, std::size_t file, const Source& source,
                Parts& parts) {
  const std::string_view text = source.text;
  const auto separator =
      static_cast<std::uint32_t>(std::min(text.find(tern_separator), text.size()));
  const auto add = [&](std::vector<Section>& sections, Span span) {
    Transaction transaction = adapter.transaction;
    Line line;
    for (std::uint32_t at = span.begin; at < span.end && next_line(text, at, line);) {
      if (line.text == tern_no_transaction) {
        transaction = Transaction::none_split;
      } else if (trim(line.text) == tern_no_transaction) {
        report(parts, Kind::directive_misplaced, file, line.span(),
               "tern ignores `tern: disable-tx`: the line must be exactly `---- tern: disable-tx "
               "----`, so the file runs in a transaction");
      }
    }
    sections.push_back({file, span, transaction});
  };
  add(parts.up, {0, separator});
  if (separator < text.size())
    add(parts.down,
        {separator + static_cast<std::uint32_t>(tern_separator.size()), size_of(source)});
}

// The first marker of each direction counts; without an up marker everything runs up, the down part
// too.
void split_node_pg_migrate(const Repository&, const Adapter& adapter, std::size_t file,
                           const Source& source, Parts& parts) {
  std::optional<Line> up;
  std::optional<Line> down;
  Line line;
  for (std::uint32_t at = 0; next_line(source.text, at, line);) {
    const std::string_view marker = node_pg_migrate_marker(line.text);
    if (marker == "up" && !up) up = line;
    if (marker == "down" && !down) down = line;
  }
  const std::uint32_t end = size_of(source);
  if (!up) {
    parts.up.push_back({file, {0, end}, adapter.transaction});
    if (down) {
      report(parts, Kind::directive_misplaced, file, down->span(),
             "there is no `-- Up Migration`, so node-pg-migrate runs the whole file up, this down "
             "part too");
      parts.down.push_back({file, {down->next, end}, adapter.transaction});
    }
    return;
  }
  const bool down_first = down && down->begin < up->begin;
  parts.up.push_back(
      {file, {up->next, down && !down_first ? down->begin : end}, adapter.transaction});
  if (down)
    parts.down.push_back({file, {down->next, down_first ? up->begin : end}, adapter.transaction});
}

}  // namespace backout::sql::framework
