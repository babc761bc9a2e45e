// Formatted SQL: `--changeset author:id attribute:value …` begins a change set, `--rollback` lines
// and `/* liquibase rollback … */` are its way back, `--ignoreLines` takes lines out. Case is
// ignored, blanks around `--` too.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sql/framework/liquibase.h"

namespace backout::sql::framework {
namespace {

using Kind = FrameworkProblem::Kind;

// The text behind `--word` when the line is such a comment; `begin` is its place in the line.
std::optional<std::string_view> after_word(std::string_view line, std::string_view word) {
  std::string_view text = trim(line);
  if (!text.starts_with("--")) return {};
  text = trim(text.substr(2));
  if (!equal_ignoring_case(text.substr(0, word.size()), word)) return {};
  const std::string_view rest = text.substr(word.size());
  if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t' && rest.front() != ':')
    return {};
  return rest;
}

// The value of `name:value`, in quotes or up to a blank; `name` in lower case and not the tail of a
// longer word.
std::string_view attribute(std::string_view line, std::string_view name) {
  for (std::size_t from = 0; from < line.size();) {
    const std::size_t found = find_ignoring_case(line.substr(from), name);
    if (found == std::string_view::npos) return {};
    const std::size_t begin = from + found;
    const std::size_t colon = begin + name.size();
    from = colon;
    const char before = begin == 0 ? ' ' : line[begin - 1];
    if (std::isalnum(static_cast<unsigned char>(before)) != 0 || colon >= line.size() ||
        line[colon] != ':')
      continue;
    std::string_view value = line.substr(colon + 1);
    if (value.starts_with("\""))
      return value.substr(1, std::min(value.find('"', 1), value.size()) - 1);
    return value.substr(0, std::min(value.find_first_of(" \t\r()"), value.size()));
  }
  return {};
}

// "bob" of `bob:1 …`, with or without quotes, and what stands behind it.
std::string_view take_name(std::string_view& text, std::string_view ends) {
  if (text.starts_with("\"")) {
    const std::size_t end = std::min(text.find('"', 1), text.size());
    const std::string_view name = text.substr(1, end - 1);
    text.remove_prefix(std::min(end + 1, text.size()));
    return name;
  }
  const std::size_t end = std::min(text.find_first_of(ends), text.size());
  const std::string_view name = text.substr(0, end);
  text.remove_prefix(end);
  return name;
}

std::optional<ChangeSet> read_head(std::string_view rest) {
  ChangeSet set;
  rest = trim(rest);
  set.author = take_name(rest, ":");
  if (!rest.starts_with(":")) return {};
  rest = trim(rest.substr(1));
  set.id = take_name(rest, " \t\r");
  if (set.author.empty() || set.id.empty()) return {};
  const auto is = [&](std::string_view name, std::string_view value) {
    return equal_ignoring_case(attribute(rest, name), value);
  };
  set.dbms = attribute(rest, "dbms");
  set.in_transaction = !is("runintransaction", "false");
  set.split = !is("splitstatements", "false");
  set.again = is("runonchange", "true") || is("runalways", "true");
  set.ignored = is("ignore", "true");
  return set;
}

struct Reader {
  const Repository& repository;
  Claims& claims;
  std::size_t file;
  History& history;

  std::string_view text = {};
  std::optional<ChangeSet> set = {};
  Migration migration = {};
  std::uint32_t begin = 0;  // of the current piece of forward text
  Span head = {};           // of the change set's line
  bool has_sql = false;
  std::set<std::string> seen = {};
  bool reported_early = false;

  void report(Kind kind, Span span, std::string message) {
    history.problems.push_back({kind, file, span, std::move(message)});
  }

  void cut(std::uint32_t end) {
    if (set && begin < end) migration.up.push_back({file, {begin, end}, transaction_of(*set)});
  }

  void finish(std::uint32_t end) {
    if (!set) return;
    cut(end);
    if (!has_sql) {
      report(Kind::parse_error, head,
             fmt::format("change set `{}:{}` has no SQL; liquibase refuses the file", set->author,
                         set->id));
    }
    const std::string name = fmt::format("{}:{}", set->author, set->id);
    if (!is_for_postgres(set->dbms)) {
      claims.out.skipped.push_back(
          {file, fmt::format("change set `{}` is for {}", name, set->dbms)});
    } else if (set->ignored) {
      claims.out.skipped.push_back({file, fmt::format("change set `{}` has `ignore:true`", name)});
    } else {
      if (!seen.insert(name).second) {
        report(
            Kind::duplicate_version, head,
            fmt::format("change set `{}` is given twice in this file; liquibase refuses it", name));
      }
      migration.version = name;
      migration.name = repository.path(file);
      migration.repeatable = set->again;
      migration.has_down_form = true;
      history.migrations.push_back(std::move(migration));
    }
    set.reset();
  }

  // `--rollback SQL` on one line: each is a piece of its own. `--rollback empty` is a way back that
  // does nothing.
  void rollback(const Line& line, std::string_view rest) {
    const std::string_view sql = trim(rest);
    const auto at = static_cast<std::uint32_t>(sql.data() - text.data());
    const bool nothing =
        equal_ignoring_case(sql, "empty") || equal_ignoring_case(sql, "not required");
    const Span span = sql.empty() || nothing
                          ? Span{line.begin, line.begin}
                          : Span{at, at + static_cast<std::uint32_t>(sql.size())};
    migration.down.push_back({file, span, transaction_of(*set)});
  }

  void read() {
    text = repository.text(file);
    Line line;
    for (std::uint32_t at = 0; next_line(text, at, line);) {
      if (const auto rest = after_word(line.text, "ignorelines")) {
        cut(line.begin);
        skip_lines(*rest, line, at);
        begin = at;
        continue;
      }
      if (const auto rest = after_word(line.text, "changeset")) {
        finish(line.begin);
        set = read_head(*rest);
        migration = {};
        begin = line.next;
        head = line.span();
        has_sql = false;
        if (!set)
          report(Kind::parse_error, line.span(),
                 "a change set is `--changeset author:id`; liquibase refuses the file");
        continue;
      }
      if (!set) {
        const std::string_view content = trim(line.text);
        if (reported_early || content.empty() || content.starts_with("--") || head.end != 0)
          continue;
        reported_early = true;
        report(Kind::directive_misplaced, line.span(),
               "liquibase ignores what stands before the first `--changeset`");
        continue;
      }
      if (const auto rest = after_word(line.text, "rollback")) {
        rollback(line, *rest);
      } else if (is_rollback_block(line.text)) {
        const std::uint32_t inner = line.next;
        std::uint32_t end = inner;
        while (next_line(text, at, line)) {
          end = line.begin;
          if (trim(line.text).ends_with("*/")) break;
        }
        migration.down.push_back({file, {inner, end}, transaction_of(*set)});
      } else if (const std::string_view content = trim(line.text);
                 !content.empty() && !content.starts_with("--")) {
        has_sql = true;
      }
    }
    finish(static_cast<std::uint32_t>(text.size()));
  }

  // `--ignoreLines:3` or `--ignoreLines:start` up to `--ignoreLines:end`.
  void skip_lines(std::string_view rest, Line line, std::uint32_t& at) {
    const std::string_view word = trim(rest.starts_with(":") ? rest.substr(1) : rest);
    if (equal_ignoring_case(word, "start")) {
      while (next_line(text, at, line)) {
        const auto end = after_word(line.text, "ignorelines");
        if (end && equal_ignoring_case(trim(end->starts_with(":") ? end->substr(1) : *end), "end"))
          return;
      }
      return;
    }
    if (word.empty() || word.size() > 9 ||
        word.find_first_not_of("0123456789") != std::string_view::npos) {
      return report(Kind::parse_error, line.span(),
                    "`--ignoreLines` takes a number, `start` or `end`; liquibase refuses the file");
    }
    std::uint32_t count = 0;
    for (const char digit : word) count = count * 10 + static_cast<std::uint32_t>(digit - '0');
    while (count > 0 && next_line(text, at, line)) --count;
  }

  static bool is_rollback_block(std::string_view line) {
    std::string_view content = trim(line);
    if (!content.starts_with("/*")) return false;
    content = trim(content.substr(2));
    if (!equal_ignoring_case(content.substr(0, 9), "liquibase")) return false;
    return equal_ignoring_case(trim(content.substr(9)), "rollback");
  }
};

}  // namespace

bool is_for_postgres(std::string_view dbms) {
  if (trim(dbms).empty()) return true;
  bool excluded_only = true;
  while (!dbms.empty()) {
    const std::size_t comma = std::min(dbms.find(','), dbms.size());
    std::string_view name = trim(dbms.substr(0, comma));
    dbms.remove_prefix(std::min(comma + 1, dbms.size()));
    const bool negated = name.starts_with("!");
    if (negated) name.remove_prefix(1);
    const bool ours = dialect_of(name) == "postgres" || equal_ignoring_case(name, "all");
    if (ours) return !negated;
    excluded_only = excluded_only && negated;
  }
  return excluded_only;
}

Transaction transaction_of(const ChangeSet& set) {
  if (set.in_transaction) return Transaction::per_file;
  return set.split ? Transaction::none_split : Transaction::none_one_message;
}

void read_formatted_sql(const Repository& repository, Claims& claims, std::size_t file,
                        History& history) {
  claims.take(file);
  const std::size_t before = history.migrations.size();
  const std::size_t skipped = claims.out.skipped.size();
  Reader{repository, claims, file, history}.read();
  if (history.migrations.size() == before && claims.out.skipped.size() == skipped) {
    claims.out.skipped.push_back({file, "no change set in it"});
  }
}

}  // namespace backout::sql::framework
