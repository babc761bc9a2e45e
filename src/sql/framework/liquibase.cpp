// Finds Liquibase histories: changelogs lead, by include and includeAll, to SQL files in their
// order. Formatted SQL files that no changelog names are a history a folder, by name. Change sets
// written as XML or YAML changes cannot be judged, and that is said.
#include "sql/framework/liquibase.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace backout::sql::framework {
namespace {

using Kind = FrameworkProblem::Kind;

bool is_changelog_name(std::string_view path) {
  return path.ends_with(".xml") || path.ends_with(".yaml") || path.ends_with(".yml") ||
         path.ends_with(".json");
}

// The file or folder a changelog means: below its own folder, or below any folder above it (search
// paths and class paths begin somewhere there).
std::optional<std::size_t> resolve_file(const Repository& repository, std::string_view changelog,
                                        const ChangelogItem& item, std::string_view path) {
  if (path.starts_with("classpath:")) path.remove_prefix(10);
  while (path.starts_with("/") || path.starts_with("./"))
    path.remove_prefix(path.starts_with("/") ? 1 : 2);
  for (std::string_view above = folder_of(changelog);; above = folder_of(above)) {
    if (const auto file = repository.find(join(above, path))) return file;
    if (above.empty() || item.relative) return {};
  }
}

std::string resolve_folder(const Repository& repository, std::string_view changelog,
                           const ChangelogItem& item) {
  std::string_view path = item.path;
  if (path.starts_with("classpath:")) path.remove_prefix(10);
  while (path.starts_with("/") || path.starts_with("./"))
    path.remove_prefix(path.starts_with("/") ? 1 : 2);
  while (path.ends_with("/")) path.remove_suffix(1);
  const auto& paths = repository.files.paths;
  for (std::string_view above = folder_of(changelog);; above = folder_of(above)) {
    std::string prefix = path == "." || path.empty() ? std::string(above) : join(above, path);
    prefix += '/';
    const auto found = std::lower_bound(paths.begin(), paths.end(), prefix);
    if (found != paths.end() && found->starts_with(prefix)) return prefix;
    if (above.empty() || item.relative) return {};
  }
}

// Follows one root changelog.
struct Walk {
  const Scope& scope;
  const std::vector<bool>& candidates;  // SQL files in scope, by file
  std::set<std::size_t>& seen;          // changelogs that were read, for any root
  std::set<std::string>& seen_folders;  // of includeAll
  History& history;
  std::size_t not_judged = 0;  // change sets that are no SQL
  std::string not_judged_in = {};

  void problem(std::size_t file, std::string message) {
    history.problems.push_back({Kind::parse_error, file, {}, std::move(message)});
  }

  void add_sql(std::size_t file) {
    if (scope.claims.taken[file] || !candidates[file]) return;
    if (has_liquibase_header(scope.repository.text(file)))
      return read_formatted_sql(scope.repository, scope.claims, file, history);
    // A file without the head line is one change set.
    history.migrations.push_back({.version = "raw",
                                  .name = std::string(scope.repository.path(file)),
                                  .up = {whole(scope.repository, file, Transaction::per_file)},
                                  .down = {},
                                  .has_down_form = true});
    scope.claims.take(file);
  }

  void add_sql_file(std::string_view changelog, std::size_t at, const ChangelogItem& item) {
    const auto file = resolve_file(scope.repository, changelog, item, item.path);
    if (!file)
      return problem(at, fmt::format("there is no file `{}`; liquibase refuses to run", item.path));
    if (scope.claims.taken[*file] || !candidates[*file]) return;
    if (!is_for_postgres(item.set.dbms))
      return scope.claims.skip(*file, fmt::format("its change set is for {}", item.set.dbms));
    Migration migration;
    migration.version = fmt::format("{}:{}", item.set.author, item.set.id);
    migration.name = scope.repository.path(*file);
    migration.repeatable = item.set.again;
    migration.has_down_form = true;
    migration.up.push_back(whole(scope.repository, *file, transaction_of(item.set)));
    scope.claims.take(*file);
    if (!item.rollback.empty()) {
      if (const auto back = resolve_file(scope.repository, changelog, item, item.rollback)) {
        migration.down.push_back(whole(scope.repository, *back, transaction_of(item.set)));
        if (candidates[*back]) scope.claims.take(*back);
      }
    }
    history.migrations.push_back(std::move(migration));
  }

  void follow(std::size_t file, std::size_t depth) {
    constexpr std::size_t deepest = 100;
    const std::string_view path = scope.repository.path(file);
    if (!is_changelog_name(path)) return add_sql(file);
    if (!seen.insert(file).second) return;
    if (depth > deepest)
      return problem(file, fmt::format("changelogs include each other more than {} deep", deepest));
    std::string defect;
    const std::vector<ChangelogItem> items =
        read_changelog(path, scope.repository.text(file), defect);
    if (!defect.empty()) problem(file, std::move(defect));
    for (const ChangelogItem& item : items) {
      switch (item.kind) {
        case ChangelogItem::Kind::include:
          if (const auto included = resolve_file(scope.repository, path, item, item.path)) {
            follow(*included, depth + 1);
          } else {
            problem(file,
                    fmt::format("there is no file `{}`; liquibase refuses to run", item.path));
          }
          break;
        case ChangelogItem::Kind::include_all: {
          const std::string folder = resolve_folder(scope.repository, path, item);
          if (folder.empty() || !seen_folders.insert(folder).second) break;
          const auto& paths = scope.repository.files.paths;
          for (auto at = std::lower_bound(paths.begin(), paths.end(), folder);
               at != paths.end() && at->starts_with(folder); ++at) {
            if (is_changelog_name(*at) || at->ends_with(".sql"))
              follow(static_cast<std::size_t>(at - paths.begin()), depth + 1);
          }
          break;
        }
        case ChangelogItem::Kind::sql_file:
          add_sql_file(path, file, item);
          break;
        case ChangelogItem::Kind::other:
          if (!is_for_postgres(item.set.dbms) || item.set.ignored) break;
          if (not_judged++ == 0) not_judged_in = path;
          break;
      }
    }
  }
};

}  // namespace

void find_liquibase(const Scope& scope) {
  const Repository& repository = scope.repository;
  std::vector<bool> candidates(repository.files.paths.size());
  bool any = false;
  for (const std::size_t file : scope.sql) {
    candidates[file] = !scope.claims.taken[file];
    any = any || candidates[file];
  }
  if (!any) return;

  // Roots: changelogs that no other one includes.
  std::vector<std::size_t> changelogs;
  std::set<std::size_t> included;
  for (const std::size_t marker : scope.markers) {
    const std::string_view path = repository.path(marker);
    if (!is_changelog_name(path) ||
        repository.text(marker).find("databaseChangeLog") == std::string_view::npos)
      continue;
    changelogs.push_back(marker);
    std::string defect;
    for (const ChangelogItem& item : read_changelog(path, repository.text(marker), defect)) {
      if (item.kind == ChangelogItem::Kind::include) {
        if (const auto file = resolve_file(repository, path, item, item.path))
          included.insert(*file);
      } else if (item.kind == ChangelogItem::Kind::include_all) {
        const std::string folder = resolve_folder(repository, path, item);
        const auto& paths = repository.files.paths;
        auto at =
            folder.empty() ? paths.end() : std::lower_bound(paths.begin(), paths.end(), folder);
        for (; at != paths.end() && at->starts_with(folder); ++at) {
          const auto file = static_cast<std::size_t>(at - paths.begin());
          if (file != marker) included.insert(file);
        }
      }
    }
  }
  std::set<std::size_t> seen;
  std::set<std::string> seen_folders;
  for (const std::size_t root : changelogs) {
    if (included.contains(root)) continue;
    History history;
    history.path = folder_of(repository.path(root));
    history.framework = Framework::liquibase;
    history.evidence = std::string(repository.path(root));
    Walk walk{scope, candidates, seen, seen_folders, history};
    walk.follow(root, 0);
    if (history.migrations.empty()) continue;
    if (walk.not_judged > 0) {
      history.problems.push_back({Kind::ambiguous,
                                  root,
                                  {},
                                  fmt::format("{} change sets (the first in `{}`) are not written "
                                              "as SQL; what they do to the schema is not known",
                                              walk.not_judged, walk.not_judged_in)});
    }
    scope.claims.out.histories.push_back(std::move(history));
  }

  std::map<std::string_view, History> folders;
  for (const std::size_t file : scope.claims.free_of(scope.sql)) {
    if (!other_dialect(repository.path(file)).empty() ||
        !has_liquibase_header(repository.text(file)))
      continue;
    const std::string_view folder = folder_of(repository.path(file));
    History& history = folders[folder];
    if (history.evidence.empty()) {
      history.path = folder;
      history.framework = Framework::liquibase;
      history.evidence = "`--liquibase formatted sql`";
      history.problems.push_back(
          {Kind::ambiguous,
           file,
           {},
           fmt::format(
               "no changelog includes the files of `{}`; the order of their names is assumed",
               folder.empty() ? "." : folder)});
    }
    read_formatted_sql(repository, scope.claims, file, history);
  }
  for (auto& [folder, history] : folders) scope.claims.out.histories.push_back(std::move(history));
}

}  // namespace backout::sql::framework
