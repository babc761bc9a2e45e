// Flyway: names that can be configured, locations read with their subfolders, and a transaction
// that the statements themselves or a
// `<file>.conf` turn off.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

using Kind = FrameworkProblem::Kind;

struct Settings {
  FlywayNames names;
  std::vector<std::string> locations;
  bool group = false;
  bool mixed = false;
  bool placeholders = true;
  std::string source;  // the file they come from
};

std::string_view unquoted(std::string_view value) {
  value = trim(value);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  return value;
}

// Values between commas, with or without `[ ]` and quotes.
std::vector<std::string> list_of(std::string_view value) {
  value = trim(value);
  if (value.starts_with("[") && value.ends_with("]")) value = value.substr(1, value.size() - 2);
  std::vector<std::string> items;
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    if (const std::string_view item = unquoted(value.substr(0, comma)); !item.empty())
      items.emplace_back(item);
    value = value.substr(std::min(comma + 1, value.size()));
  }
  return items;
}

// flyway.conf (`flyway.key=value`) and flyway.toml (`[flyway]` and `key = value`) name the same
// keys.
void read_settings(std::string_view text, std::string_view folder, Settings& settings) {
  Line line;
  for (std::uint32_t at = 0; next_line(text, at, line);) {
    const std::size_t equals = line.text.find('=');
    std::string_view key = trim(line.text.substr(0, equals));
    if (equals == std::string_view::npos || key.starts_with("#")) continue;
    const std::string_view raw = trim(line.text.substr(equals + 1));
    const std::string_view value = unquoted(raw);
    if (key.starts_with("flyway.")) key.remove_prefix(7);
    if (key == "sqlMigrationPrefix") settings.names.versioned = value;
    if (key == "undoSqlMigrationPrefix") settings.names.undo = value;
    if (key == "repeatableSqlMigrationPrefix") settings.names.repeatable = value;
    if (key == "baselineMigrationPrefix") settings.names.baseline = value;
    if (key == "sqlMigrationSeparator" && !value.empty()) settings.names.separator = value;
    if (key == "sqlMigrationSuffixes") settings.names.suffixes = list_of(raw);
    if (key == "group") settings.group = value == "true";
    if (key == "mixed") settings.mixed = value == "true";
    if (key == "placeholderReplacement") settings.placeholders = value != "false";
    if (key == "locations") {
      for (std::string_view location : list_of(raw)) {
        if (location.starts_with("filesystem:")) {
          location.remove_prefix(11);
          if (location.starts_with("./")) location.remove_prefix(2);
          settings.locations.push_back(
              location == "." || location.empty() ? std::string(folder) : join(folder, location));
        }
      }
    }
  }
}

// `executeInTransaction` of the script's own configuration, `<file>.conf`.
std::optional<bool> configured_transaction(const Repository& repository, std::size_t file) {
  const auto conf = repository.find(std::string(repository.path(file)) + ".conf");
  if (!conf) return {};
  Line line;
  const std::string_view text = repository.text(*conf);
  for (std::uint32_t at = 0; next_line(text, at, line);) {
    const std::size_t equals = line.text.find('=');
    if (equals != std::string_view::npos &&
        trim(line.text.substr(0, equals)) == "executeInTransaction") {
      return trim(line.text.substr(equals + 1)) != "false";
    }
  }
  return {};
}

void set_transactions(const Repository& repository, const Settings& settings, History& history) {
  const auto set = [&](std::vector<Section>& sections) {
    for (Section& section : sections) {
      if (settings.group) section.transaction = Transaction::whole_run;
      const std::optional<bool> configured = configured_transaction(repository, section.file);
      if (configured) {
        if (!*configured) section.transaction = Transaction::none_split;
        continue;
      }
      const FlywayKinds kinds = flyway_kinds(repository.text(section.file));
      if (!kinds.alone) continue;
      section.transaction = Transaction::none_split;
      if (kinds.in_transaction && !settings.mixed) {
        history.problems.push_back({Kind::parse_error, section.file, kinds.place,
                                    "the file has statements that run in a transaction and others "
                                    "that cannot; flyway refuses it "
                                    "unless `mixed` is set"});
      }
    }
  };
  for (Migration& migration : history.migrations) {
    set(migration.up);
    set(migration.down);
  }
}

std::vector<std::size_t> settings_files(const Scope& scope) {
  std::vector<std::size_t> files;
  for (const std::size_t marker : scope.markers) {
    const std::string_view base = base_of(scope.repository.path(marker));
    if (base == "flyway.conf" || base == "flyway.toml") files.push_back(marker);
  }
  return files;
}

// The nearest settings above the folder.
Settings settings_near(const Scope& scope, const std::vector<std::size_t>& files,
                       std::string_view folder) {
  Settings settings;
  std::size_t best = 0;
  for (const std::size_t marker : files) {
    const std::string_view path = scope.repository.path(marker);
    std::string_view above = folder_of(path);
    if (base_of(above) == "conf")
      above = folder_of(above);  // conf/flyway.conf of the command-line tool
    if ((folder != above && !is_below(folder, above)) ||
        (!settings.source.empty() && above.size() < best))
      continue;
    settings = {};
    settings.source = path;
    best = above.size();
    read_settings(scope.repository.text(marker), above, settings);
  }
  return settings;
}

// Where Flyway was pointed at: a configured location, else `…/db/migration`, else the highest
// folder above with versions of its own.
std::string_view location_of(const Settings& settings, std::string_view folder,
                             const std::set<std::string_view>& versioned) {
  for (const std::string& location : settings.locations) {
    if (folder == location || is_below(folder, location)) return folder.substr(0, location.size());
  }
  std::string_view best = folder;
  for (std::string_view above = folder;; above = folder_of(above)) {
    if (base_of(above) == "migration" && base_of(folder_of(above)) == "db") return above;
    if (versioned.contains(above)) best = above;
    if (above.empty()) break;
  }
  return best;
}

struct Location {
  Settings settings;
  std::vector<Named> named;
  std::vector<std::size_t> files;
};

bool has_duplicates(const std::vector<Named>& named) {
  std::set<std::string_view> seen;
  return std::any_of(named.begin(), named.end(), [&](const Named& each) {
    return each.name.role == Role::single && !seen.insert(each.name.version).second;
  });
}

void build(const Scope& scope, std::string_view folder, Location location) {
  std::size_t versioned = 0;
  for (const Named& each : location.named)
    versioned += each.name.role == Role::single || each.name.role == Role::baseline;
  std::string evidence =
      fmt::format("{} names `{}<version>{}…`", versioned, location.settings.names.versioned,
                  location.settings.names.separator);
  if (!location.settings.source.empty()) evidence = location.settings.source + ", " + evidence;
  History history = assemble(scope.repository, scope.claims, adapter_of(Framework::flyway),
                             std::move(location.named), std::string(folder), std::move(evidence));
  history.placeholders = location.settings.placeholders;
  set_transactions(scope.repository, location.settings, history);
  for (const std::size_t file : location.files) {
    const std::string_view base = base_of(scope.repository.path(file));
    const bool callback = base.starts_with("before") || base.starts_with("after");
    scope.claims.skip(file, callback ? "a flyway callback, not a migration"
                                     : reason_to_skip(scope.repository, file,
                                                      "not a file name that flyway reads"));
  }
  scope.claims.out.histories.push_back(std::move(history));
}

}  // namespace

void find_flyway(const Scope& scope, bool merge) {
  const std::vector<std::size_t> free = scope.claims.free_of(scope.sql);
  const std::vector<std::size_t> settings = settings_files(scope);
  std::map<std::string_view, Location> folders;  // those with files that Flyway reads
  std::set<std::string_view> versioned;
  const FlywayNames usual;
  for (const std::size_t file : free) {
    const std::string_view path = scope.repository.path(file);
    Settings own;
    if (!settings.empty()) own = settings_near(scope, settings, folder_of(path));
    auto name = name_flyway(base_of(path), settings.empty() ? usual : own.names);
    if (!name) continue;
    const auto [place, is_new] = folders.try_emplace(folder_of(path));
    if (is_new) place->second.settings = std::move(own);
    if (name->role == Role::single || name->role == Role::baseline) versioned.insert(place->first);
    place->second.named.push_back({file, std::move(*name)});
  }
  if (versioned.empty()) return;
  for (const std::size_t file : free) {
    const auto folder = folders.find(folder_of(scope.repository.path(file)));
    if (folder != folders.end()) folder->second.files.push_back(file);
  }

  std::map<std::string_view, std::vector<std::string_view>>
      locations;  // location → its folders that hold migrations
  for (const auto& [folder, content] : folders) {
    std::string_view at =
        merge ? std::string_view() : location_of(content.settings, folder, versioned);
    if (!merge && !versioned.contains(folder) && at == folder) {
      // Repeatable migrations alone: they belong to the one history next to them.
      std::set<std::string_view> beside;
      for (const std::string_view other : versioned) {
        if (folder_of(other) == folder_of(folder))
          beside.insert(location_of(folders.at(other).settings, other, versioned));
      }
      if (beside.size() == 1) at = *beside.begin();
      if (beside.empty()) continue;  // `R__x.sql` far from any version proves nothing
    }
    locations[at].push_back(folder);
  }
  for (const auto& [at, parts] : locations) {
    Location all;
    for (const std::string_view part : parts) {
      const Location& folder = folders.at(part);
      all.settings = folder.settings;
      all.named.insert(all.named.end(), folder.named.begin(), folder.named.end());
      all.files.insert(all.files.end(), folder.files.begin(), folder.files.end());
    }
    if (!merge && parts.size() > 1 && has_duplicates(all.named)) {
      // The same version in two folders: two databases side by side, for Flyway would refuse them
      // as one.
      for (const std::string_view part : parts) build(scope, part, std::move(folders.at(part)));
      continue;
    }
    build(scope, merge && parts.size() == 1 ? parts.front() : at, std::move(all));
  }
}

}  // namespace backout::sql::framework
