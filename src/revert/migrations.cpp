#include "revert/migrations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "core/private_folder.h"
#include "core/source.h"
#include "sql/framework.h"

namespace backout::revert {
namespace {

// The files of a tree for discovery; read through git, all that are wanted at once.
struct Side {
  std::vector<std::string> ids;  // of blobs, by index of the paths; empty: no plain file
  std::unordered_map<std::size_t, Source> sources;
  sql::Files files;
};

using Wanted = std::function<bool(const std::string& path)>;

// "ID blob SIZE\nBYTES\n" for each object that was asked for (git-cat-file, --batch).
Result<void> read_all(const Clone& clone, Side& side, const std::vector<std::size_t>& wanted,
                      std::uint64_t limit) {
  std::string names;
  for (const std::size_t index : wanted) names += side.ids[index] + '\n';
  const PrivateFolder folder;
  const std::string input = folder.write("names", names);
  if (input.empty()) return fail(ErrorKind::undecided, "cannot write a temporary file");
  TRY(const git::CommandResult ran, run_git(clone, {"cat-file", "--batch"}, {}, input));
  std::string_view rest = ran.output;
  for (const std::size_t index : wanted) {
    const std::size_t end = rest.find('\n');
    const std::vector<std::string_view> words = split(rest.substr(0, end), ' ');
    if (end == std::string_view::npos || words.size() != 3 || words[1] != "blob")
      return fail(ErrorKind::undecided, fmt::format("cannot read `{}`", side.files.paths[index]));
    const std::size_t size = std::stoull(std::string(words[2]));
    if (size <= limit)
      side.sources.emplace(
          index, make_source(side.files.paths[index], std::string(rest.substr(end + 1, size))));
    rest.remove_prefix(std::min(rest.size(), end + 2 + size));
  }
  return {};
}

Result<std::unique_ptr<Side>> list(const Clone& clone, const std::string& tree,
                                   const Wanted& is_wanted, std::uint64_t limit) {
  auto side = std::make_unique<Side>();
  TRY(const std::string text,
      ask_git(clone, {"ls-tree", "-r", "-z", "--full-tree", tree}, "cannot list the files"));
  std::vector<std::size_t> wanted;
  for (const std::string_view entry : split(text, '\0')) {  // "100644 blob ID\tPATH"
    const std::size_t tab = entry.find('\t');
    if (tab == std::string_view::npos) continue;
    const std::vector<std::string_view> words = split(entry.substr(0, tab), ' ');
    side->files.paths.emplace_back(entry.substr(tab + 1));
    side->ids.emplace_back(words[0].starts_with("100") ? words[2] : std::string_view());
    if (is_wanted(side->files.paths.back()) && !side->ids.back().empty())
      wanted.push_back(side->ids.size() - 1);
  }
  TRY_VOID(read_all(clone, *side, wanted, limit));
  side->files.read = [raw = side.get(), &clone, limit](std::size_t index) -> const Source* {
    if (const auto found = raw->sources.find(index); found != raw->sources.end())
      return &found->second;
    if (raw->ids[index].empty() || sql::is_sql_file(raw->files.paths[index])) return nullptr;
    if (!read_all(clone, *raw, {index}, limit)) return nullptr;
    const auto found = raw->sources.find(index);
    return found == raw->sources.end() ? nullptr : &found->second;
  };
  return side;
}

void note(const Side& side, const Config& config,
          std::unordered_map<std::string, std::string>& known) {
  const sql::Discovery found = sql::discover(side.files, config, {});
  for (const sql::History& history : found.histories) {
    const std::string name = fmt::format("{} in {}", sql::to_string(history.framework),
                                         history.path.empty() ? "the root" : history.path);
    for (const sql::Migration& migration : history.migrations)
      for (const auto* sections : {&migration.up, &migration.down})
        for (const sql::Section& section : *sections)
          known.emplace(side.files.paths[section.file], name);
  }
}

bool may_be_changelog(std::string_view path) {
  constexpr std::array<std::string_view, 5> ends = {".xml", ".yaml", ".yml", ".json", ".groovy"};
  return std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return path.ends_with(end); });
}

// Not `databaseChangeLogTable`, which is a setting.
bool is_changelog(std::string_view text) {
  constexpr std::string_view word = "databaseChangeLog";
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos;) {
    at += word.size();
    if (at == text.size() || std::isalnum(static_cast<unsigned char>(text[at])) == 0) return true;
  }
  return false;
}

// Liquibase's changelogs among `paths`, by what they hold.
Result<void> note_changelogs(const Clone& clone, const std::string& tree,
                             const std::unordered_set<std::string>& paths, std::uint64_t limit,
                             std::unordered_map<std::string, std::string>& known) {
  TRY(const auto side,
      list(
          clone, tree, [&](const std::string& path) { return paths.contains(path); }, limit));
  for (const auto& [index, source] : side->sources)
    if (is_changelog(source.text)) known.emplace(side->files.paths[index], "Liquibase");
  return {};
}

// What a tool does at the next deploy with a file that it has applied already. Flyway validates
// with `*:future` ignored, so that the newest file may be missing, until there is a newer one.
std::string effect_of(std::string_view tool, char status) {
  const auto is = [&](std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return tool.starts_with(name); });
  };
  if (status == 'A')
    return "comes back: where it was not applied it will run, perhaps out of order";
  if (status != 'D' && is({"Liquibase"}))
    return "changes back: where it was applied, a change set that differs stops the deploy, and "
           "one "
           "that goes stays applied";
  if (status != 'D')
    return is({"flyway", "liquibase", "sqlx", "refinery"})
               ? "changes back: where it was applied the deploy stops, as its checksum differs"
               : "changes back: where it was applied it does not run again";
  if (is({"golang-migrate", "sqlx", "refinery", "tern"}))
    return "goes: where it was applied the deploy stops, as the database has a version without a "
           "file";
  if (is({"flyway", "Flyway"}))
    return "goes: where it was applied the deploy passes it over, and stops once a newer file "
           "comes";
  return "goes: where it was applied it stays applied, and does not run again when it comes back";
}

bool digits_first(std::string_view name, std::size_t least) {
  std::size_t count = 0;
  while (count < name.size() && std::isdigit(static_cast<unsigned char>(name[count])) != 0) ++count;
  return count >= least;
}

bool ends_in(std::string_view name, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return name.ends_with(end); });
}

// "V3__x.java", "V1_2__x.kt", "R__views.java".
bool is_flyway_class(std::string_view name) {
  if (!ends_in(name, {".java", ".kt", ".groovy", ".scala"})) return false;
  const std::size_t mark = name.find("__");
  if (mark == std::string_view::npos) return false;
  if (name.starts_with('R')) return mark == 1;
  return (name.starts_with('V') || name.starts_with('B') || name.starts_with('U')) && mark > 1 &&
         name.substr(1, mark - 1).find_first_not_of("0123456789_.") == std::string_view::npos;
}

// "1a2b3c4d5e6f_add_users.py", as Alembic names them.
bool is_revision(std::string_view name) {
  constexpr std::size_t digits = 12;
  return name.size() > digits && name[digits] == '_' &&
         name.find_first_not_of("0123456789abcdef") == digits;
}

}  // namespace

std::string_view tool_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view name = path.substr(slash + 1);
  const std::string folder = '/' + std::string(path.substr(0, slash));
  const auto below = [&](std::string_view end) { return folder.ends_with(end); };
  if (name.ends_with(".rb") && folder.find("/migrate") != std::string::npos &&
      digits_first(name, 3))
    return "Rails";
  if (name.ends_with(".py") && below("/migrations") && digits_first(name, 4)) return "Django";
  if (name.ends_with(".py") && below("/versions") &&
      (is_revision(name) || folder.find("/alembic") != std::string::npos ||
       folder.find("/migrations") != std::string::npos))
    return "Alembic";
  if (ends_in(name, {".js", ".ts", ".cjs", ".mjs"}) &&
      (below("/migrations") || below("/migration")) && digits_first(name, 4))
    return "JavaScript";
  if (name.ends_with(".go") && !name.ends_with("_test.go") &&
      (below("/migrations") || below("/migration")) && digits_first(name, 1))
    return "Go";
  if (is_flyway_class(name) && (folder + '/').find("/migration") != std::string::npos)
    return "Flyway";
  if (may_be_changelog(name) && (folder + '/').find("/db/changelog/") != std::string::npos)
    return "Liquibase";
  if (name.ends_with(".cs") && below("/Migrations") && digits_first(name, 8))
    return "Entity Framework";
  if (name.ends_with(".php") && below("/migrations") && digits_first(name, 4)) return "Laravel";
  if (name.ends_with(".php") && name.starts_with("Version") && digits_first(name.substr(7), 8))
    return "Doctrine";
  if (name.ends_with(".exs") && below("/migrations") && digits_first(name, 8)) return "Ecto";
  return {};
}

Result<std::vector<MigrationFile>> migrations_among(const Clone& clone, const std::string& before,
                                                    const std::string& after,
                                                    const std::vector<Touched>& files,
                                                    const Config& config) {
  std::unordered_map<std::string, std::string> known;
  const bool any_sql = std::any_of(files.begin(), files.end(), [](const Touched& file) {
    return sql::is_sql_file(file.path) || sql::is_sql_file(file.old_path);
  });
  if (any_sql) {
    for (const std::string& tree : {before, after}) {
      TRY(const auto side, list(clone, tree, sql::is_sql_file, config.limits.file_bytes));
      note(*side, config, known);
    }
  }
  std::unordered_set<std::string> changelogs;
  for (const Touched& file : files)
    for (const std::string& path : {file.path, file.old_path})
      if (may_be_changelog(path)) changelogs.insert(path);
  if (!changelogs.empty())
    for (const std::string& tree : {before, after}) {
      TRY_VOID(note_changelogs(clone, tree, changelogs, config.limits.file_bytes, known));
    }
  std::vector<MigrationFile> out;
  const auto take = [&](const std::string& path, char status) {
    if (path.empty()) return;
    if (const auto found = known.find(path); found != known.end())
      out.push_back({path, found->second, status, effect_of(found->second, status)});
    else if (const std::string_view tool = tool_of(path); !tool.empty())
      out.push_back({path, std::string(tool), status, effect_of(tool, status)});
  };
  for (const Touched& file : files) {
    take(file.path, file.status == 'R' ? 'A' : file.status);
    take(file.old_path, 'D');
  }
  return out;
}

}  // namespace backout::revert
