// Tools that give each migration a folder of its own, and graphile-migrate, whose folders have
// fixed names.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sql/framework/evidence.h"

namespace backout::sql::framework {
namespace {

// `provider = "mysql"` of migration_lock.toml
std::string_view provider_of(std::string_view lock) {
  Line line;
  for (std::uint32_t at = 0; next_line(lock, at, line);) {
    const std::size_t equals = line.text.find('=');
    if (equals == std::string_view::npos || trim(line.text.substr(0, equals)) != "provider")
      continue;
    std::string_view value = trim(line.text.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.find('"', 1) - 1);
    return value;
  }
  return {};
}

void find_migration_sql(const Scope& scope, std::string_view parent,
                        const std::vector<std::size_t>& files) {
  const Repository& repository = scope.repository;
  const auto lock = repository.find(join(parent, "migration_lock.toml"));
  if (lock) {
    const std::string_view provider = provider_of(repository.text(*lock));
    const std::string_view dialect = dialect_of(provider);
    if (!provider.empty() && dialect != "postgres") {
      for (const std::size_t file : files) {
        scope.claims.skip(file, fmt::format("{} dialect (migration_lock.toml)",
                                            dialect.empty() ? provider : dialect_title(dialect)));
      }
      return;
    }
  }
  const bool snapshots = std::any_of(files.begin(), files.end(), [&](std::size_t file) {
    return repository.find(join(folder_of(repository.path(file)), "snapshot.json")).has_value();
  });
  const bool dated = std::all_of(files.begin(), files.end(), [&](std::size_t file) {
    return is_digit(base_of(folder_of(repository.path(file))).front());
  });
  if (!lock && !snapshots && !dated) return;
  add_history(scope,
              snapshots
                  ? Verdict{Framework::drizzle, "snapshot.json next to migration.sql", {}}
                  : Verdict{Framework::prisma,
                            lock ? "migration_lock.toml" : "folders `<time>_<name>/migration.sql`",
                            {}},
              parent, files);
}

Verdict judge_up_down(const Scope& scope, Manifests& manifests, std::string_view parent,
                      const std::vector<std::size_t>& files) {
  const Repository& repository = scope.repository;
  for (std::string_view above = parent;; above = folder_of(above)) {
    if (repository.find(join(above, "diesel.toml")))
      return {Framework::diesel, join(above, "diesel.toml"), {}};
    if (repository.find(join(above, "metadata/version.yaml")))
      return {Framework::hasura, join(above, "metadata/version.yaml"), {}};
    if (const auto config = repository.find(join(above, "config.yaml"))) {
      if (repository.text(*config).find("metadata_directory") != std::string_view::npos) {
        return {Framework::hasura, join(above, "config.yaml"), {}};
      }
    }
    if (above.empty()) break;
  }
  bool milliseconds = true;
  for (const std::size_t file : files) {
    const std::string_view name = base_of(folder_of(repository.path(file)));
    const std::string_view version = name.substr(0, name.find('_'));
    if (name == "00000000000000_diesel_initial_setup" ||
        version.find('-') != std::string_view::npos) {
      return {Framework::diesel, fmt::format("folder `{}`", name), {}};
    }
    if (repository.find(join(folder_of(repository.path(file)), "metadata.toml"))) {
      return {Framework::diesel, "metadata.toml next to up.sql", {}};
    }
    milliseconds = milliseconds && version.size() == 13;
  }
  if (const std::string manifest = manifests.find("Cargo.toml", "diesel", parent);
      !manifest.empty()) {
    return {Framework::diesel, fmt::format("`diesel` in `{}`", manifest), {}};
  }
  if (milliseconds) return {Framework::hasura, "folders `<milliseconds>_<name>/up.sql`", {}};
  return {Framework::diesel, "folders `<version>_<name>/up.sql`",
          "the names fit diesel and hasura, which differ in transactions; diesel is assumed"};
}

// Files of `fixtures/` that a migration includes run with it, though their folder looks like test
// data.
void claim_included(const Scope& scope, const History& history) {
  std::set<std::size_t> files;
  for (const Migration& migration : history.migrations) {
    for (const Section& section : migration.up) files.insert(section.file);
  }
  for (const std::size_t file : files) scope.claims.take(file);
  std::erase_if(scope.claims.out.skipped,
                [&](const Skipped& skipped) { return files.contains(skipped.file); });
}

}  // namespace

void find_directories(const Scope& scope) {
  std::map<std::string_view, std::vector<std::size_t>> scripts;  // parent → …/migration.sql
  std::map<std::string_view, std::vector<std::size_t>> up_downs;  // parent → …/up.sql, …/down.sql
  for (const std::size_t file : scope.claims.free_of(scope.sql)) {
    const std::string_view path = scope.repository.path(file);
    const std::string_view folder = folder_of(path);
    if (base_of(folder).empty()) continue;
    const std::string_view base = base_of(path);
    if (base == "migration.sql") scripts[folder_of(folder)].push_back(file);
    if ((base == "up.sql" || base == "down.sql") && is_digit(base_of(folder).front()))
      up_downs[folder_of(folder)].push_back(file);
  }
  for (const auto& [parent, files] : scripts) {
    find_migration_sql(scope, parent, files);
    for (const std::size_t file : files) {
      const auto down =
          scope.repository.find(join(folder_of(scope.repository.path(file)), "down.sql"));
      if (down && scope.claims.taken[file]) scope.claims.skip(*down, "prisma runs no way back");
    }
  }
  Manifests manifests(scope);
  for (const auto& [parent, files] : up_downs) {
    const std::vector<std::size_t> free = scope.claims.free_of(files);
    if (!free.empty())
      add_history(scope, judge_up_down(scope, manifests, parent, free), parent, free);
  }
}

void find_graphile(const Scope& scope) {
  const Repository& repository = scope.repository;
  std::map<std::string_view, std::vector<std::size_t>>
      roots;  // …/migrations → committed files, then current ones
  const std::vector<std::size_t> free = scope.claims.free_of(scope.sql);
  const auto configured = [&](std::string_view root) {
    for (std::string_view above = root;; above = folder_of(above)) {
      for (const std::string_view name : {".gmrc", ".gmrc.js", ".gmrc.cjs"}) {
        if (repository.find(join(above, name))) return true;
      }
      if (above.empty()) return false;
    }
  };
  for (const std::size_t file : free) {
    const std::string_view folder = folder_of(repository.path(file));
    if (base_of(folder) != "committed" || !name_graphile(base_of(repository.path(file)))) continue;
    const std::string_view root = folder_of(folder);
    if (roots.contains(root) || has_graphile_header(repository.text(file)) || configured(root))
      roots[root].push_back(file);
  }
  for (const std::size_t file : free) {
    const std::string_view path = repository.path(file);
    if (base_of(path) == "current.sql" && base_of(folder_of(path)) == "migrations" &&
        configured(folder_of(path))) {
      roots.try_emplace(folder_of(path));
    }
  }
  const Adapter& adapter = adapter_of(Framework::graphile);
  for (const auto& [root, committed] : roots) {
    History history = assemble(
        repository, scope.claims, adapter, name_files(repository, scope.claims, adapter, committed),
        std::string(root), fmt::format("{} committed migrations", committed.size()));
    history.psql = true;  // `:NAME` placeholders
    const std::string folder = join(root, "current");
    for (const std::size_t file : free) {
      const std::string_view path = repository.path(file);
      if (path != folder + ".sql" && !is_below(path, folder)) continue;
      Parts parts;
      if (const Source* const source = repository.source(file))
        adapter.split(repository, adapter, file, *source, parts);
      if (parts.up.empty()) parts.up.push_back({file, {0, 0}, adapter.transaction});
      history.migrations.push_back({.version = "current",
                                    .name = std::string(path),
                                    .up = std::move(parts.up),
                                    .down = {},
                                    .repeatable = true});
      scope.claims.take(file);
    }
    claim_included(scope, history);
    scope.claims.out.histories.push_back(std::move(history));
  }
}

}  // namespace backout::sql::framework
