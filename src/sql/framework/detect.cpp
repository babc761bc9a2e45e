// Which framework a folder of migrations belongs to, when only names and texts tell. Several tools
// share a grammar of names; what decides is said as evidence, and where nothing decides, the
// assumption is reported.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sql/framework/evidence.h"

namespace backout::sql::framework {
namespace {

// ---- one folder

struct Folder {
  std::string_view path;
  std::vector<std::size_t> files;  // whose names begin with a digit
  std::vector<std::size_t> others;
  std::size_t pairs = 0;     // `N_x.up.sql`, `N_x.down.sql`
  std::size_t dialects = 0;  // with a dialect in the name
};

std::size_t count_texts(const Scope& scope, const std::vector<std::size_t>& files,
                        bool (*test)(std::string_view)) {
  return static_cast<std::size_t>(std::count_if(files.begin(), files.end(), [&](std::size_t file) {
    return other_dialect(scope.repository.path(file)).empty() && test(scope.repository.text(file));
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

}  // namespace

// refinery and Flyway share names; what tells is the library in a Cargo.toml above, but for
// Flyway's own `db/migration`.
void find_refinery(const Scope& scope) {
  std::map<std::string_view, std::vector<std::size_t>> folders;
  for (const std::size_t file : scope.claims.free_of(scope.sql)) {
    const std::string_view path = scope.repository.path(file);
    if (name_refinery(base_of(path))) folders[folder_of(path)].push_back(file);
  }
  Manifests manifests(scope);
  for (const auto& [folder, files] : folders) {
    if (folder == "db/migration" || folder.find("/db/migration") != std::string_view::npos)
      continue;
    const std::string manifest = manifests.find("Cargo.toml", "refinery", folder);
    if (manifest.empty()) continue;
    const std::string_view above = folder_of(manifest);
    if (folder != above && !is_below(folder, above)) continue;
    add_history(scope, {Framework::refinery, fmt::format("`refinery` in `{}`", manifest), {}},
                folder, files);
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
    add_history(scope, verdict, path, files);
  }
}

}  // namespace backout::sql::framework
