// Which framework a folder of migrations belongs to, when only names and texts tell. Several tools
// share a grammar of names; what decides is said as evidence, and where nothing decides, the
// assumption is reported.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "sql/framework_parts.h"

namespace backout::sql {
namespace {

using Kind = FrameworkProblem::Kind;

// ---- manifests of the code around the migrations: the tool's library is named there

class Manifests {
 public:
  explicit Manifests(const Scope& scope) : scope_(scope) {}

  // The manifest of that name (`Cargo.toml`) that mentions `library`: the nearest above the folder,
  // else any in the repository.
  std::string find(std::string_view base, std::string_view library, std::string_view folder) {
    const std::vector<std::size_t>& mentioning = all(base, library);
    std::size_t best = scope_.repository.files.paths.size();
    std::size_t best_depth = 0;
    for (const std::size_t file : mentioning) {
      const std::string_view above = folder_of(scope_.repository.path(file));
      if (folder != above && !is_below(folder, above)) continue;
      if (best == scope_.repository.files.paths.size() || above.size() > best_depth) {
        best = file;
        best_depth = above.size();
      }
    }
    if (best < scope_.repository.files.paths.size())
      return std::string(scope_.repository.path(best));
    return mentioning.empty() ? std::string()
                              : std::string(scope_.repository.path(mentioning.front()));
  }

 private:
  const std::vector<std::size_t>& all(std::string_view base, std::string_view library) {
    const auto [entry, is_new] = found_.try_emplace({base, library});
    if (is_new) {
      constexpr std::size_t most =
          200;  // manifests read, of one name: a repository may hold thousands
      std::size_t count = 0;
      for (const std::size_t marker : scope_.markers) {
        if (base_of(scope_.repository.path(marker)) != base) continue;
        if (++count > most) break;
        if (scope_.repository.text(marker).find(library) != std::string_view::npos)
          entry->second.push_back(marker);
      }
    }
    return entry->second;
  }

  const Scope& scope_;
  std::map<std::pair<std::string_view, std::string_view>, std::vector<std::size_t>> found_;
};

struct Verdict {
  Framework framework;
  std::string evidence;
  std::string ambiguity;  // what else it could be; empty: decided
};

// ---- one folder

struct Folder {
  std::string_view path;
  std::vector<std::size_t> files;  // whose names begin with a digit
  std::vector<std::size_t> others;
  std::size_t pairs = 0;     // `N_x.up.sql`, `N_x.down.sql`
  std::size_t dialects = 0;  // with a dialect in the name
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t count_texts(const Scope& scope, const std::vector<std::size_t>& files,
                        bool (*test)(std::string_view)) {
  return static_cast<std::size_t>(std::count_if(files.begin(), files.end(), [&](std::size_t file) {
    return test(scope.repository.text(file));
  }));
}

bool has_go_template(std::string_view text) {
  for (std::size_t at = text.find("{{"); at != std::string_view::npos;
       at = text.find("{{", at + 2)) {
    std::string_view rest = text.substr(at + 2, 40);
    if (rest.starts_with("-")) rest.remove_prefix(1);
    rest = trim(rest);
    if (rest.starts_with(".") || rest.starts_with("index .") || rest.starts_with("if ") ||
        rest.starts_with("range "))
      return true;
  }
  return false;
}

// The comment that `sqlx migrate add` writes into a new file.
bool has_sqlx_header(std::string_view text) {
  const std::string_view head = text.substr(0, 200);
  return head.find("migration script here") != std::string_view::npos ||
         head.starts_with("-- no-transaction");
}

bool has_atlas_directive(std::string_view text) {
  return text.find("-- atlas:") != std::string_view::npos;
}

std::string found_in(std::size_t count, std::size_t total, std::string_view what) {
  return fmt::format("{} in {} of {} files", what, count, total);
}

constexpr std::string_view pairs_are_ambiguous =
    "the names fit golang-migrate, sqlx and others, which differ in transactions";

Verdict judge_pairs(const Scope& scope, Manifests& manifests, const Folder& folder) {
  if (folder.dialects > 0) {
    return {Framework::pop,
            fmt::format("dialects in the names of {} of {} files", folder.dialects,
                        folder.files.size()),
            {}};
  }
  if (scope.repository.find(join(folder.path, "atlas.sum"))) {
    return {Framework::golang_migrate, "atlas.sum, names `<version>_<name>.up.sql`", {}};
  }
  if (const std::size_t count = count_texts(scope, folder.files, has_sqlx_header)) {
    return {Framework::sqlx, found_in(count, folder.files.size(), "sqlx's head comment"), {}};
  }
  struct Library {
    std::string_view manifest, name;
    Framework framework;
  };
  for (const Library& library : {Library{"Cargo.toml", "sqlx", Framework::sqlx},
                                 {"go.mod", "golang-migrate", Framework::golang_migrate},
                                 {"go.mod", "gobuffalo/pop", Framework::pop},
                                 {"go.mod", "ory/pop", Framework::pop}}) {
    if (const std::string manifest = manifests.find(library.manifest, library.name, folder.path);
        !manifest.empty()) {
      return {library.framework, fmt::format("`{}` in `{}`", library.name, manifest), {}};
    }
  }
  if (const std::size_t count = count_texts(scope, folder.files, has_go_template)) {
    return {Framework::pop, found_in(count, folder.files.size(), "Go templates"), {}};
  }
  return {Framework::golang_migrate, "names `<version>_<name>.up.sql`",
          fmt::format("{}; golang-migrate is assumed", pairs_are_ambiguous)};
}

Verdict judge_numbered(const Scope& scope, Manifests& manifests, const Folder& folder) {
  struct Marker {
    bool (*test)(std::string_view);
    std::string_view what;
    Framework framework;
  };
  const std::size_t total = folder.files.size();
  for (const Marker& marker :
       {Marker{has_goose_marker, "`-- +goose` annotations", Framework::goose},
        {has_dbmate_marker, "`-- migrate:up` markers", Framework::dbmate},
        {has_tern_marker, "tern's separator", Framework::tern},
        {has_graphile_header, "`--! Previous:` headers", Framework::graphile}}) {
    if (const std::size_t count = count_texts(scope, folder.files, marker.test)) {
      return {marker.framework, found_in(count, total, marker.what), {}};
    }
  }
  if (scope.repository.find(join(folder.path, "atlas.sum")))
    return {Framework::atlas, "atlas.sum", {}};
  if (base_of(folder.path) == "migrations" && base_of(folder_of(folder.path)) == "supabase") {
    return {Framework::supabase, "folder `supabase/migrations`", {}};
  }
  if (scope.repository.find(join(folder.path, "tern.conf")))
    return {Framework::tern, "tern.conf", {}};
  if (const std::size_t count = count_texts(scope, folder.files, has_node_pg_migrate_marker)) {
    return {Framework::node_pg_migrate, found_in(count, total, "`-- Up Migration` markers"), {}};
  }
  if (const std::size_t count = count_texts(scope, folder.files, has_sqlx_header)) {
    return {Framework::sqlx, found_in(count, total, "sqlx's head comment"), {}};
  }
  if (const std::size_t count = count_texts(scope, folder.files, has_atlas_directive)) {
    return {Framework::atlas, found_in(count, total, "`-- atlas:` directives"), {}};
  }
  struct Library {
    std::string_view manifest, name;
    Framework framework;
  };
  for (const Library& library : {Library{"Cargo.toml", "sqlx", Framework::sqlx},
                                 {"package.json", "node-pg-migrate", Framework::node_pg_migrate},
                                 {"go.mod", "jackc/tern", Framework::tern},
                                 {"go.mod", "ariga.io/atlas", Framework::atlas}}) {
    if (const std::string manifest = manifests.find(library.manifest, library.name, folder.path);
        !manifest.empty()) {
      return {library.framework, fmt::format("`{}` in `{}`", library.name, manifest), {}};
    }
  }
  return {Framework::plain, "numbered files in a folder of migrations",
          "the names fit sqlx, tern, atlas and others, which differ in transactions; one "
          "transaction a file is assumed"};
}

bool is_named_for_migrations(std::string_view folder) {
  return find_ignoring_case(base_of(folder), "migrat") != std::string_view::npos ||
         find_ignoring_case(base_of(folder_of(folder)), "migrat") != std::string_view::npos;
}

// What one folder with pairs does not tell, its nearest neighbours may, when they agree. Still an
// assumption, and said to be one.
void lean_on_neighbours(std::vector<std::pair<const Folder*, Verdict>>& judged) {
  const auto shared = [](std::string_view a, std::string_view b) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()) && a[i] == b[i]; ++i) {
      if (a[i] == '/') length = i;
    }
    return length;
  };
  constexpr std::size_t most = 200;  // histories compared with each other
  if (judged.size() > most) return;
  for (auto& [folder, verdict] : judged) {
    if (folder->pairs == 0 || verdict.ambiguity.empty()) continue;
    std::optional<Framework> agreed;
    std::string_view neighbour;
    std::size_t best = 0;
    bool differ = false;
    for (const auto& [other, known] : judged) {
      if (other->pairs == 0 || !known.ambiguity.empty() || known.framework == Framework::pop)
        continue;
      const std::size_t near = shared(folder->path, other->path);
      if (agreed && near < best) continue;
      differ = agreed && near == best && (differ || *agreed != known.framework);
      agreed = known.framework;
      neighbour = other->path;
      best = near;
    }
    if (!agreed || differ || *agreed == verdict.framework) continue;
    verdict.framework = *agreed;
    verdict.evidence = fmt::format("as in `{}`", neighbour);
    verdict.ambiguity = fmt::format("{}; {} is assumed, as in `{}`", pairs_are_ambiguous,
                                    to_string(*agreed), neighbour);
  }
}

void add(const Scope& scope, const Verdict& verdict, std::string_view path,
         const std::vector<std::size_t>& files) {
  const Adapter& adapter = adapter_of(verdict.framework);
  std::vector<Named> named = name_files(scope.repository, scope.claims, adapter, files);
  if (named.empty()) return;
  const std::size_t first = named.front().file;
  History history = assemble(scope.repository, scope.claims, adapter, std::move(named),
                             std::string(path), verdict.evidence);
  if (!verdict.ambiguity.empty()) {
    const std::size_t file =
        history.migrations.empty() ? first : history.migrations.front().up.front().file;
    history.problems.push_back({Kind::ambiguous,
                                file,
                                {},
                                fmt::format("{}; set `framework` for `{}` in `.backout.yaml`",
                                            verdict.ambiguity, path.empty() ? "." : path)});
  }
  if (verdict.framework == Framework::tern) {
    // tern counts: 1, 2, 3 …
    std::size_t expected = 1;
    for (const Migration& migration : history.migrations) {
      const int order = compare_versions(migration.version, std::to_string(expected));
      if (order > 0) {
        history.problems.push_back(
            {Kind::duplicate_version,
             migration.up.front().file,
             {},
             fmt::format("version {} is missing before `{}`; tern refuses to run", expected,
                         migration.name)});
        break;
      }
      if (order == 0) ++expected;
    }
  }
  scope.claims.out.histories.push_back(std::move(history));
}

// ---- directories

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
  add(scope,
      snapshots ? Verdict{Framework::drizzle, "snapshot.json next to migration.sql", {}}
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
    if (!free.empty()) add(scope, judge_up_down(scope, manifests, parent, free), parent, free);
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
    const std::string folder = join(root, "current");
    for (const std::size_t file : free) {
      const std::string_view path = repository.path(file);
      if (is_below(path, join(root, "fixtures")))
        scope.claims.skip(file, "runs where a migration includes it");
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
    scope.claims.out.histories.push_back(std::move(history));
  }
}

void find_by_folder(const Scope& scope) {
  std::map<std::string_view, Folder> folders;
  Folder* last = nullptr;  // neighbours mostly share their folder
  for (const std::size_t file : scope.claims.free_of(scope.sql)) {
    const std::string_view path = scope.repository.path(file);
    const std::string_view base = base_of(path);
    if (last == nullptr || last->path != folder_of(path)) last = &folders[folder_of(path)];
    Folder& folder = *last;
    folder.path = folder_of(path);
    if (base.empty() || !is_digit(base.front())) {
      folder.others.push_back(file);
      continue;
    }
    folder.files.push_back(file);
    const auto pop = name_pop(base);
    if (pop && !pop->dialect.empty()) ++folder.dialects;
    if (pop || name_golang_migrate(base)) ++folder.pairs;
  }
  Manifests manifests(scope);
  std::vector<std::pair<const Folder*, Verdict>> judged;
  for (const auto& [path, folder] : folders) {
    if (folder.files.empty() && !scope.repository.find(join(path, "atlas.sum"))) continue;
    judged.emplace_back(&folder, folder.files.empty() ? Verdict{Framework::atlas, "atlas.sum", {}}
                                 : folder.pairs * 2 >= folder.files.size()
                                     ? judge_pairs(scope, manifests, folder)
                                     : judge_numbered(scope, manifests, folder));
  }
  lean_on_neighbours(judged);
  for (const auto& [judged_folder, verdict] : judged) {
    const Folder& folder = *judged_folder;
    const std::string_view path = folder.path;
    if (verdict.framework == Framework::plain && !is_named_for_migrations(path)) continue;
    std::vector<std::size_t> files = folder.files;
    if (verdict.framework != Framework::plain)
      files.insert(files.end(), folder.others.begin(), folder.others.end());
    std::sort(files.begin(), files.end());
    add(scope, verdict, path, files);
  }
}

bool is_marker(std::string_view path) {
  constexpr std::array names = {"Cargo.toml", "_journal.json", "flyway.conf",  "flyway.toml",
                                "go.mod",     "manifest.json", "package.json", "sqitch.plan"};
  const std::string_view base = base_of(path);
  if (base.size() < 6) return false;
  if (std::find(names.begin(), names.end(), base) != names.end()) return true;
  // Liquibase changelogs may have any name; they lie in a folder called so, or are called so.
  if (!path.ends_with(".xml") && !path.ends_with(".yaml") && !path.ends_with(".yml") &&
      !path.ends_with(".json"))
    return false;
  return find_ignoring_case(path, "changelog") != std::string_view::npos ||
         find_ignoring_case(path, "liquibase") != std::string_view::npos;
}

std::string reason_to_skip(const Repository& repository, std::size_t file,
                           std::string_view otherwise) {
  const std::string_view base = base_of(repository.path(file));
  std::string_view stem = base.substr(0, base.size() - 4);
  for (const std::string_view name : {"seed", "seeds", "seed_data", "sample_data", "test_data"}) {
    if (equal_ignoring_case(stem, name)) return "seed data";
  }
  for (const std::string_view name : {"schema", "structure", "dump", "schema_dump"}) {
    if (equal_ignoring_case(stem, name)) return "schema dump";
  }
  const std::string_view head = repository.text(file).substr(0, 400);
  if (head.find("-- PostgreSQL database dump") != std::string_view::npos)
    return "schema dump (pg_dump)";
  // `x.mysql.sql`, `x.sqlite.up.sql`
  while (!stem.empty()) {
    const std::size_t dot = stem.rfind('.');
    if (dot == std::string_view::npos) break;
    const std::string_view dialect = dialect_of(stem.substr(dot + 1));
    if (!dialect.empty() && dialect != "postgres")
      return fmt::format("{} dialect", dialect_title(dialect));
    stem = stem.substr(0, dot);
  }
  return std::string(otherwise);
}

}  // namespace backout::sql
