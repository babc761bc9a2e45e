// Cuts one file at the markers its tool knows, by that tool's own rules: which lines count, where
// they must stand, what makes the tool refuse the file. A file that the tool refuses is cut as its
// author meant it, and the refusal is reported.
#include <fmt/format.h>

#include "sql/framework_parts.h"

namespace backout::sql {
namespace {

using Kind = FrameworkProblem::Kind;

std::uint32_t size_of(const Source& source) {
  return static_cast<std::uint32_t>(source.text.size());
}

void report(Parts& parts, Kind kind, std::size_t file, Span span, std::string message) {
  parts.problems.push_back({kind, file, span, std::move(message)});
}

bool starts_comment(std::string_view line) { return trim(line).starts_with("--"); }

// Is there a line that starts, after blanks, with `--` and has `word` in it?
bool has_comment_with(std::string_view text, std::string_view word) {
  for (std::size_t at = find_word(text, word); at != std::string_view::npos;
       at = find_word(text, word, at + 1)) {
    if (starts_comment(line_at(text, at).text)) return true;
  }
  return false;
}

// ---- goose

enum class Goose : std::uint8_t {
  up,
  down,
  begin,
  end,
  no_transaction,
  envsub_on,
  envsub_off,
  unknown
};

Goose goose_command(std::string_view command) {
  struct Known {
    std::string_view word;
    Goose command;
  };
  for (const Known& known : {Known{"up", Goose::up},
                             {"down", Goose::down},
                             {"statementbegin", Goose::begin},
                             {"statementend", Goose::end},
                             {"no transaction", Goose::no_transaction},
                             {"envsub on", Goose::envsub_on},
                             {"envsub off", Goose::envsub_off}}) {
    if (equal_ignoring_case(command, known.word)) return known.command;
  }
  return Goose::unknown;
}

// goose ends a statement at a line whose last word before a comment ends in `;`.
bool ends_statement(std::string_view line) {
  std::string_view last;
  while (true) {
    line = trim(line);
    const std::string_view word =
        line.substr(0, std::min(line.find_first_of(" \t\r\v\f"), line.size()));
    if (word.empty() || word.starts_with("--")) break;
    last = word;
    line.remove_prefix(word.size());
  }
  return last.ends_with(';');
}

// Reads the file in goose's manner, line by line, and collects the pieces of each direction.
struct GooseReader {
  std::size_t file;
  const Source& source;
  Parts& parts;
  Transaction transaction;

  enum class Place : std::uint8_t { before, up, down } place = Place::before;
  bool in_block = false;
  bool refused = false;     // one refusal a file is enough: goose stops there
  std::uint32_t begin = 0;  // of the current piece
  Span statement = {};      // of an unfinished statement: its first line

  void refuse(Kind kind, Span span, std::string why) {
    if (!refused) report(parts, kind, file, span, fmt::format("{}; goose refuses the file", why));
    refused = true;
  }

  void cut(std::uint32_t end, Transaction sent) {
    if (place == Place::before || begin >= end) return;
    if (trim(std::string_view(source.text).substr(begin, end - begin)).empty()) return;
    (place == Place::up ? parts.up : parts.down).push_back({file, {begin, end}, sent});
  }

  void check_finished() {
    if (statement.end > statement.begin) {
      refuse(Kind::parse_error, statement,
             "the statement that begins here has no line that ends in `;`");
    }
    statement = {};
  }

  void annotation(const Line& line) {
    const std::size_t dashes = line.text.find("--");
    if (dashes != 0) {
      refuse(Kind::directive_misplaced, line.span(),
             "a `+goose` annotation with blanks before it is invalid");
    }
    std::string_view command = trim(line.text.substr(dashes));
    while (command.starts_with("--")) command = trim(command.substr(2));
    const std::size_t mark = command.find("+goose");
    const std::string_view word = mark == 0 ? trim(command.substr(6)) : command;
    const Goose known = goose_command(word);
    switch (known) {
      case Goose::up:
        if (place != Place::before)
          return refuse(Kind::parse_error, line.span(), "`+goose Up` is given twice");
        place = Place::up;
        begin = line.next;
        return;
      case Goose::down:
        if (place != Place::up) {
          return refuse(Kind::parse_error, line.span(),
                        place == Place::down ? "`+goose Down` is given twice"
                                             : "`+goose Down` comes before `+goose Up`");
        }
        check_finished();
        cut(line.begin, transaction);
        place = Place::down;
        begin = line.next;
        return;
      case Goose::begin:
        if (place == Place::before || in_block) {
          return refuse(Kind::parse_error, line.span(),
                        "`+goose StatementBegin` is not allowed here");
        }
        if (transaction != Transaction::per_file) {
          cut(line.begin, transaction);
          begin = line.begin;
        }
        in_block = true;
        return;
      case Goose::end:
        if (!in_block) {
          return refuse(Kind::parse_error, line.span(),
                        "`+goose StatementEnd` without `+goose StatementBegin`");
        }
        // A block is one message, whatever is in it, and needs no `;`: what follows must not run
        // into it.
        cut(line.begin,
            transaction == Transaction::none_split ? Transaction::none_one_message : transaction);
        begin = line.next;
        in_block = false;
        statement = {};
        return;
      case Goose::unknown:
        return refuse(Kind::parse_error, line.span(),
                      fmt::format("`{}` is no annotation that goose knows", trim(line.text)));
      case Goose::no_transaction:
      case Goose::envsub_on:
      case Goose::envsub_off:
        return;
    }
  }

  void sql(const Line& line) {
    const std::string_view text = trim(line.text);
    if (text.empty() || in_block) return;
    const bool open = statement.end > statement.begin;
    if (!open && text.starts_with("--")) return;
    if (place == Place::before) {
      refuse(Kind::parse_error, line.span(), "there is SQL before `+goose Up`");
      return;
    }
    if (ends_statement(line.text)) {
      statement = {};
    } else if (!open) {
      statement = line.span();
    }
  }

  void read() {
    Line line;
    for (std::uint32_t at = 0; next_line(source.text, at, line);) {
      if (line.text.find("+goose") != std::string_view::npos && starts_comment(line.text)) {
        annotation(line);
      } else {
        sql(line);
      }
    }
    if (place == Place::before) {
      refuse(Kind::parse_error, {}, "there is no `-- +goose Up`");
      place = Place::up;
    }
    if (in_block)
      refuse(Kind::parse_error, {}, "`+goose StatementBegin` without `+goose StatementEnd`");
    check_finished();
    cut(size_of(source), transaction);
  }
};

bool has_goose_no_transaction(std::string_view text) {
  for (std::size_t at = find_word(text, "+goose"); at != std::string_view::npos;
       at = find_word(text, "+goose", at + 1)) {
    const Line line = line_at(text, at);
    if (line.text.starts_with("--") &&
        goose_command(trim(line.text.substr(at - line.begin + 6))) == Goose::no_transaction)
      return true;
  }
  return false;
}

// ---- dbmate

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

// ---- node-pg-migrate

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

// ---- atlas

// `-- atlas:NAME VALUE`: the value, or nothing when the line is no such directive.
std::optional<std::string_view> atlas_directive(std::string_view line, std::string_view name) {
  const std::size_t mark = line.find("atlas:");
  if (mark == std::string_view::npos) return {};
  const std::string_view rest = line.substr(mark + 6);
  if (!rest.starts_with(name)) return {};
  const std::string_view value = rest.substr(name.size());
  if (!value.empty() && value.front() != ' ' && value.front() != '\r' && value.front() != '\t')
    return {};
  return trim(value);
}

constexpr std::string_view tern_separator = "---- create above / drop below ----";
constexpr std::string_view tern_no_transaction = "---- tern: disable-tx ----";

}  // namespace

bool has_goose_marker(std::string_view text) { return has_comment_with(text, "+goose"); }
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
bool has_graphile_header(std::string_view text) { return text.starts_with("--! Previous: "); }
bool has_liquibase_header(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return false;
  std::string_view line =
      trim(text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin));
  if (!line.starts_with("--")) return false;
  line = trim(line.substr(2));
  constexpr std::string_view word = "liquibase";
  if (!equal_ignoring_case(line.substr(0, word.size()), word)) return false;
  return equal_ignoring_case(trim(line.substr(word.size())).substr(0, 9), "formatted");
}

void split_goose(const Repository&, const Adapter& adapter, std::size_t file, const Source& source,
                 Parts& parts) {
  const Transaction transaction =
      has_goose_no_transaction(source.text) ? Transaction::none_split : adapter.transaction;
  GooseReader{file, source, parts, transaction}.read();
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

// sqlx asks for the very first bytes, before any byte-order mark is taken off.
void split_sqlx(const Repository&, const Adapter& adapter, std::size_t file, const Source& source,
                Parts& parts) {
  constexpr std::string_view directive = "-- no-transaction";
  Transaction transaction = adapter.transaction;
  if (source.bom_bytes == 0 && source.text.starts_with(directive)) {
    transaction = Transaction::none_one_message;
  } else if (source.text.find("no-transaction") != std::string::npos) {
    Line line;
    for (std::uint32_t at = 0; next_line(source.text, at, line);) {
      const std::string_view text = trim(line.text);
      if (!text.starts_with("--") || !trim(text.substr(2)).starts_with("no-transaction")) continue;
      report(parts, Kind::directive_misplaced, file, line.span(),
             "sqlx ignores `-- no-transaction`: it must be the very first bytes of the file, so "
             "the file runs in a transaction");
      break;
    }
  }
  parts.up.push_back({file, {0, size_of(source)}, transaction});
}

void split_atlas(const Repository&, const Adapter& adapter, std::size_t file, const Source& source,
                 Parts& parts) {
  Transaction transaction = adapter.transaction;
  const Span all{0, size_of(source)};
  if (source.text.find("atlas:") == std::string::npos) {
    parts.up.push_back({file, all, transaction});
    return;
  }
  // The head: comments at the top, and they count only when a blank line sets them off.
  std::uint32_t head_end = 0;
  bool counts = false;
  Line line;
  for (std::uint32_t at = 0; next_line(source.text, at, line);) {
    if (!line.text.starts_with("--") && !line.text.starts_with("#")) {
      counts = trim(line.text).empty();
      break;
    }
    head_end = line.next;
  }
  bool txtar = false;
  for (std::uint32_t at = 0; next_line(source.text, at, line);) {
    if (!starts_comment(line.text) && !line.text.starts_with("#")) continue;
    const bool effective = counts && line.begin < head_end;
    if (const auto mode = atlas_directive(line.text, "txmode")) {
      if (!effective) {
        report(parts, Kind::directive_misplaced, file, line.span(),
               line.begin < head_end
                   ? "atlas ignores `atlas:txmode`: no blank line follows the comments at the head "
                     "of the file"
                   : "atlas ignores `atlas:txmode`: it is not at the head of the file");
      } else if (*mode == "none") {
        transaction = Transaction::none_split;
      } else if (*mode != "file") {
        report(parts, Kind::parse_error, file, line.span(),
               fmt::format(
                   "`atlas:txmode` in a file is `none` or `file`, not `{}`; atlas refuses the file",
                   *mode));
      }
    } else if (atlas_directive(line.text, "checkpoint")) {
      if (effective) {
        parts.baseline = true;
      } else if (line.begin < head_end) {
        report(parts, Kind::directive_misplaced, file, line.span(),
               "atlas ignores `atlas:checkpoint`: no blank line follows the comments at the head "
               "of the file");
      }
    } else if (atlas_directive(line.text, "txtar")) {
      txtar = txtar || effective;
    }
  }
  if (!txtar) {
    parts.up.push_back({file, all, transaction});
    return;
  }
  // An archive: `-- migration.sql --` and `-- down.sql --` hold the text, checks hold none that
  // changes the schema.
  std::vector<Section>* part = nullptr;
  for (std::uint32_t at = 0; next_line(source.text, at, line);) {
    const std::string_view text = trim(line.text);
    if (!text.starts_with("-- ") || !text.ends_with(" --") || text.size() < 7) continue;
    if (part != nullptr) part->back().span.end = line.begin;
    const std::string_view name = trim(text.substr(3, text.size() - 6));
    part = name == "migration.sql" ? &parts.up : name == "down.sql" ? &parts.down : nullptr;
    if (part != nullptr) part->push_back({file, {line.next, size_of(source)}, transaction});
  }
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

// Headers (`--! Hash: …`), a blank line, then the body, whose first line may be `--!
// no-transaction`. `--! include` inserts a file of `fixtures/` next to the migrations.
void split_graphile(const Repository& repository, const Adapter& adapter, std::size_t file,
                    const Source& source, Parts& parts) {
  const std::string_view path = repository.path(file);
  std::string_view folder = folder_of(path);
  if (base_of(folder) == "committed" || base_of(folder) == "current") folder = folder_of(folder);

  Transaction transaction = adapter.transaction;
  std::uint32_t begin = 0;
  bool in_head = true;
  Line line;
  const auto cut = [&](std::uint32_t end) {
    if (begin < end) parts.up.push_back({file, {begin, end}, transaction});
  };
  for (std::uint32_t at = 0; next_line(source.text, at, line);) {
    const std::string_view text = trim(line.text);
    const bool header = line.text.size() > 4 && line.text.starts_with("--! ") &&
                        line.text[4] >= 'A' && line.text[4] <= 'Z';
    if (in_head && (header || text.empty())) continue;
    if (line.text.starts_with("--!")) {
      const std::string_view command = trim(line.text.substr(3));
      if (command == "no-transaction") {
        if (in_head) {
          transaction = Transaction::none_one_message;
        } else {
          report(parts, Kind::directive_misplaced, file, line.span(),
                 "graphile-migrate ignores `--! no-transaction`: it must be the first line of the "
                 "body, so the file runs in a transaction");
        }
      } else if (command.starts_with("include ")) {
        cut(line.begin);
        begin = line.next;
        const auto included =
            repository.find(join(folder, "fixtures/" + std::string(trim(command.substr(8)))));
        if (included) {
          parts.up.push_back(whole(repository, *included, transaction));
        } else {
          report(parts, Kind::parse_error, file, line.span(),
                 "there is no such file under `fixtures`; graphile-migrate refuses the file");
        }
      }
    }
    in_head = false;
  }
  cut(size_of(source));
}

// Each piece between `--> statement-breakpoint` is sent for itself and needs no `;`.
void split_breakpoints(const Repository&, const Adapter& adapter, std::size_t file,
                       const Source& source, Parts& parts) {
  constexpr std::string_view marker = "--> statement-breakpoint";
  const std::string_view text = source.text;
  for (std::size_t begin = 0; begin < text.size() || begin == 0;) {
    const std::size_t end = std::min(text.find(marker, begin), text.size());
    parts.up.push_back({file,
                        {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)},
                        adapter.transaction});
    begin = end + marker.size();
  }
}

// `metadata.toml` next to the scripts; the file without the key turns the transaction off, as the
// key's default is false.
void split_diesel(const Repository& repository, const Adapter& adapter, std::size_t file,
                  const Source& source, Parts& parts) {
  Transaction transaction = adapter.transaction;
  if (const auto metadata =
          repository.find(join(folder_of(repository.path(file)), "metadata.toml"))) {
    transaction = Transaction::none_one_message;
    const std::string_view text = repository.text(*metadata);
    Line line;
    for (std::uint32_t at = 0; next_line(text, at, line);) {
      const std::size_t equals = line.text.find('=');
      if (equals == std::string_view::npos ||
          trim(line.text.substr(0, equals)) != "run_in_transaction")
        continue;
      if (trim(line.text.substr(equals + 1)).starts_with("true")) transaction = adapter.transaction;
    }
  }
  parts.up.push_back({file, {0, size_of(source)}, transaction});
}

}  // namespace backout::sql
