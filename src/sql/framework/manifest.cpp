// Histories that a JSON file orders: Temporal's versioned/vN.M/manifest.json, one a step; Drizzle's
// meta/_journal.json, one for all.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sql/framework/parts.h"
#include "yaml/parse.h"

namespace backout::sql::framework {
namespace {

using Kind = FrameworkProblem::Kind;
using yaml::Node;

struct Step {
  std::size_t manifest;
  std::string_view version;  // "1.10" of "v1.10"
};

const Node* list_of(const Node& root, std::string_view key) {
  const Node* const found = root.find(key);
  return found != nullptr && found->kind == yaml::Kind::sequence ? found : nullptr;
}
std::span<const Node> items_of(const Node* list) {
  return list == nullptr ? std::span<const Node>() : list->items;
}

std::string_view text_of(const Node& node, std::string_view key) {
  const Node* const found = node.find(key);
  return found == nullptr ? std::string_view() : found->text;
}

void broken(History& history, std::size_t file, std::string message) {
  history.problems.push_back({Kind::parse_error, file, {}, std::move(message)});
}

void build_temporal(const Scope& scope, std::string_view versioned, std::vector<Step> steps) {
  const Repository& repository = scope.repository;
  const Adapter& adapter = adapter_of(Framework::temporal);
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    return compare_versions(a.version, b.version) < 0;
  });
  History history;
  history.path = versioned;
  history.framework = Framework::temporal;
  history.placeholders = adapter.placeholders;
  history.evidence = fmt::format("manifest.json in {} folders", steps.size());
  for (const Step& step : steps) {
    const std::string_view folder = folder_of(repository.path(step.manifest));
    const auto manifest =
        yaml::parse_document(repository.text(step.manifest), repository.path(step.manifest));
    if (!manifest) {
      broken(history, step.manifest, manifest.error().message);
      continue;
    }
    Migration migration;
    migration.version = step.version;
    const Node* const files = list_of(manifest->root, "SchemaUpdateCqlFiles");
    for (const Node& item : items_of(files)) {
      const auto file = repository.find(join(folder, item.text));
      if (!file) {
        broken(history, step.manifest,
               fmt::format("there is no file `{}`; the step cannot run", join(folder, item.text)));
        continue;
      }
      if (migration.name.empty()) migration.name = repository.path(*file);
      migration.up.push_back(whole(repository, *file, adapter.transaction));
      scope.claims.take(*file);
    }
    if (!migration.up.empty()) history.migrations.push_back(std::move(migration));
  }
  const std::string_view database = folder_of(versioned);
  for (const std::size_t file : scope.sql) {
    const std::string_view path = repository.path(file);
    if (is_below(path, versioned)) {
      scope.claims.skip(file, "not named in its manifest.json");
    } else if (folder_of(path) == database) {
      scope.claims.skip(file, base_of(path) == "schema.sql"
                                  ? "schema dump: the state after all versioned steps"
                                  : "set-up of the database, not a versioned step");
    }
  }
  scope.claims.out.histories.push_back(std::move(history));
}

// "v1.10" → "1.10"
std::string_view version_of_folder(std::string_view folder) {
  const std::string_view name = base_of(folder);
  if (name.size() < 2 || name.front() != 'v') return {};
  if (name.find_first_not_of("0123456789.", 1) != std::string_view::npos) return {};
  return name.substr(1);
}

void build_drizzle(const Scope& scope, std::size_t journal) {
  const Repository& repository = scope.repository;
  const Adapter& adapter = adapter_of(Framework::drizzle);
  const std::string_view folder = folder_of(folder_of(repository.path(journal)));
  std::vector<std::size_t> files;
  for (const std::size_t file : scope.sql) {
    if (folder_of(repository.path(file)) == folder && !scope.claims.taken[file])
      files.push_back(file);
  }
  const auto document = yaml::parse_document(repository.text(journal), repository.path(journal));
  if (document) {
    const std::string_view dialect = text_of(document->root, "dialect");
    if (!dialect.empty() && dialect_of(dialect) != "postgres") {
      const std::string_view title = dialect_title(dialect_of(dialect));
      for (const std::size_t file : files) {
        scope.claims.skip(
            file, fmt::format("{} dialect (meta/_journal.json)", title.empty() ? dialect : title));
      }
      return;
    }
  }
  History history;
  history.path = folder;
  history.framework = Framework::drizzle;
  history.placeholders = adapter.placeholders;
  history.evidence = std::string(repository.path(journal));
  const Node* const entries = document ? list_of(document->root, "entries") : nullptr;
  if (!document) {
    broken(history, journal, document.error().message);
  } else if (entries == nullptr) {
    broken(history, journal, "the journal has no list `entries`; drizzle runs nothing");
  }
  for (const Node& entry : items_of(entries)) {
    const std::string tag(text_of(entry, "tag"));
    const auto file = repository.find(join(folder, tag + ".sql"));
    if (!file) {
      broken(history, journal,
             fmt::format("entry `{}` has no file `{}`; drizzle refuses to run", tag,
                         join(folder, tag + ".sql")));
      continue;
    }
    Parts parts;
    if (const Source* const source = repository.source(*file))
      adapter.split(repository, adapter, *file, *source, parts);
    if (parts.up.empty()) parts.up.push_back({*file, {0, 0}, adapter.transaction});
    history.migrations.push_back({.version = tag,
                                  .name = std::string(repository.path(*file)),
                                  .up = std::move(parts.up),
                                  .down = {}});
    scope.claims.take(*file);
  }
  for (const std::size_t file : files) {
    scope.claims.skip(
        file, fmt::format("not in `{}`; drizzle does not run it", repository.path(journal)));
  }
  scope.claims.out.histories.push_back(std::move(history));
}

}  // namespace

void find_temporal(const Scope& scope) {
  std::map<std::string_view, std::vector<Step>> by_folder;  // …/versioned → its steps
  for (const std::size_t marker : scope.markers) {
    const std::string_view path = scope.repository.path(marker);
    if (base_of(path) != "manifest.json") continue;
    const std::string_view version = version_of_folder(folder_of(path));
    const std::string_view versioned = folder_of(folder_of(path));
    if (version.empty() || base_of(versioned) != "versioned") continue;
    by_folder[versioned].push_back({marker, version});
  }
  for (auto& [folder, steps] : by_folder) {
    const std::string_view versioned = folder;  // a lambda cannot take a structured binding
    const bool has_sql = std::any_of(scope.sql.begin(), scope.sql.end(), [&](std::size_t file) {
      return !scope.claims.taken[file] && is_below(scope.repository.path(file), versioned);
    });
    if (has_sql) build_temporal(scope, versioned, std::move(steps));
  }
}

void find_drizzle(const Scope& scope) {
  for (const std::size_t marker : scope.markers) {
    const std::string_view path = scope.repository.path(marker);
    if (base_of(path) == "_journal.json" && base_of(folder_of(path)) == "meta")
      build_drizzle(scope, marker);
  }
}

}  // namespace backout::sql::framework
