// Cuts a file at goose's annotations, line by line as goose reads it. A file that goose refuses is
// cut as its author meant it, and the refusal is reported.
#include <fmt/format.h>

#include <algorithm>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

using Kind = FrameworkProblem::Kind;

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
      case Goose::envsub_on:
        parts.placeholders = true;
        return;
      case Goose::no_transaction:
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

}  // namespace

bool has_goose_marker(std::string_view text) { return has_comment_with(text, "+goose"); }

void split_goose(const Repository&, const Adapter& adapter, std::size_t file, const Source& source,
                 Parts& parts) {
  const Transaction transaction =
      has_goose_no_transaction(source.text) ? Transaction::none_split : adapter.transaction;
  GooseReader{file, source, parts, transaction}.read();
}

}  // namespace backout::sql::framework
