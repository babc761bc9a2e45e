// Directives that say how a file is sent, by the tool's own rules: sqlx, atlas, graphile-migrate,
// diesel, drizzle. One that stands where its tool does not look is reported with what happens
// instead.
#include <fmt/format.h>

#include <algorithm>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

using Kind = FrameworkProblem::Kind;

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

}  // namespace

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

}  // namespace backout::sql::framework
