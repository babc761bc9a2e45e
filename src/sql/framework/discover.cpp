// Discovery: the order in which frameworks are looked for (configuration, files that only one tool
// writes, markers in the text, names) and what becomes of the rest. No SQL file disappears
// silently.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sql/framework.h"
#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

using enum Transaction;

std::optional<Framework> framework_of(std::string_view name) {
  const auto found = std::find(framework_names.begin(), framework_names.end(), name);
  if (found == framework_names.end()) return {};
  return static_cast<Framework>(found - framework_names.begin());
}

std::optional<Transaction> transaction_of(std::string_view word) {
  if (word == "per-file") return per_file;
  if (word == "whole-run") return whole_run;
  if (word == "none-split") return none_split;
  if (word == "none-one-message") return none_one_message;
  return {};
}

// ---- configuration

void find_all(const Scope& scope) {
  find_sqitch(scope);
  find_temporal(scope);
  find_liquibase(scope);
  find_drizzle(scope);
  find_graphile(scope);
  find_directories(scope);
  find_refinery(scope);
  find_flyway(scope, false);
  find_by_folder(scope);
}

void find_as(Framework framework, const Scope& scope, const MigrationsConfig& entry) {
  std::vector<std::size_t> plans;  // of tools that are ruled by one: only those the entry names
  for (const std::size_t marker : scope.markers) {
    if (std::any_of(entry.paths.begin(), entry.paths.end(), [&](const std::string& path) {
          return matches(path, scope.repository.path(marker));
        })) {
      plans.push_back(marker);
    }
  }
  const Scope planned{scope.repository, scope.claims, scope.sql, plans};
  const std::size_t before = scope.claims.out.histories.size();
  switch (framework) {
    case Framework::sqitch:
      find_sqitch(planned);
      break;
    case Framework::temporal:
      find_temporal(planned);
      break;
    case Framework::liquibase:
      find_liquibase(planned);
      break;
    case Framework::flyway:
      find_flyway(scope, true);
      break;
    case Framework::graphile:
      find_graphile(planned);
      break;
    case Framework::drizzle:
      find_drizzle(planned);
      break;
    default:
      break;
  }
  const Adapter& adapter = adapter_of(framework);
  if (scope.claims.out.histories.size() == before && adapter.name != nullptr) {
    std::vector<Named> named =
        name_files(scope.repository, scope.claims, adapter, scope.claims.free_of(scope.sql));
    if (!named.empty()) {
      scope.claims.out.histories.push_back(
          assemble(scope.repository, scope.claims, adapter, std::move(named), "", ""));
    }
  }
  for (const std::size_t file : scope.sql) {
    scope.claims.skip(file,
                      reason_to_skip(scope.repository, file,
                                     fmt::format("{} does not run it", to_string(framework))));
  }
}

// One entry of `migrations:`.
void find_configured(const Scope& all, const MigrationsConfig& entry) {
  std::vector<std::size_t>
      sql;  // the first path's files first: where two folders hold one file, the first counts
  std::vector<bool> listed(all.claims.taken);
  for (const std::string& path : entry.paths) {
    for (const std::size_t file : all.sql) {
      if (listed[file] || !matches(path, all.repository.path(file))) continue;
      listed[file] = true;
      sql.push_back(file);
    }
  }
  const Scope scope{all.repository, all.claims, sql, all.markers};
  Discovery& out = all.claims.out;
  const std::size_t before = out.histories.size();

  if (const std::optional<Framework> framework = framework_of(entry.framework)) {
    find_as(*framework, scope, entry);
  } else {
    // Without a framework: look, and when several folders turn out to be of one, read them again as
    // one history.
    Discovery tried;
    Claims claims{tried, all.claims.taken};
    find_all({all.repository, claims, sql, all.markers});
    const bool same =
        std::all_of(tried.histories.begin(), tried.histories.end(), [&](const History& history) {
          return history.framework == tried.histories.front().framework;
        });
    if (tried.histories.empty()) {
      find_as(Framework::plain, scope, entry);
    } else if (tried.histories.size() > 1 && entry.paths.size() > 1 && same) {
      find_as(tried.histories.front().framework, scope, entry);
    } else {
      find_all(scope);
    }
  }
  if (out.histories.size() == before) {
    out.histories.push_back({.path = entry.paths.front(),
                             .framework = framework_of(entry.framework).value_or(Framework::plain),
                             .evidence = "no migrations below this path",
                             .migrations = {},
                             .problems = {}});
  }
  for (std::size_t i = before; i < out.histories.size(); ++i) {
    History& history = out.histories[i];
    if (history.path.empty()) history.path = entry.paths.front();
    history.evidence =
        history.evidence.empty() ? "configuration" : "configuration, " + history.evidence;
    if (const std::optional<Transaction> transaction = transaction_of(entry.transaction)) {
      for (Migration& migration : history.migrations) {
        for (Section& section : migration.up) section.transaction = *transaction;
        for (Section& section : migration.down) section.transaction = *transaction;
      }
    }
  }
  for (const std::size_t file : sql) {
    all.claims.skip(file, reason_to_skip(all.repository, file, "no migration framework reads it"));
  }
}

// ---- what is left

// How a text without a telling name or neighbours is cut: by the markers in it.
Framework framework_of_text(std::string_view text) {
  if (has_goose_marker(text)) return Framework::goose;
  if (has_dbmate_marker(text)) return Framework::dbmate;
  if (has_node_pg_migrate_marker(text)) return Framework::node_pg_migrate;
  return Framework::plain;
}

// Files the user named, whatever their names, or that lie in folders the user named, and that no
// framework claims: a folder is a history.
void find_plain(const Scope& scope, const std::vector<std::string>& named) {
  std::map<std::pair<std::string_view, Framework>, std::vector<Named>> folders;
  for (const std::size_t file : scope.claims.free_of(scope.sql)) {
    const std::string_view path = scope.repository.path(file);
    const bool below = std::any_of(named.begin(), named.end(), [&](const std::string& folder) {
      return path == folder || is_below(path, folder);
    });
    const bool itself = std::find(named.begin(), named.end(), path) != named.end();
    std::string reason =
        itself ? std::string(no_framework) : reason_to_skip(scope.repository, file, no_framework);
    const std::string_view base = base_of(path);
    auto name = !below || reason != no_framework ? std::nullopt
                : is_sql_file(path)              ? name_plain(base)
                                                 : name_plain(fmt::format("{}.sql", base));
    const Framework framework =
        itself ? framework_of_text(scope.repository.text(file)) : Framework::plain;
    if (name) {
      folders[{folder_of(path), framework}].push_back({file, std::move(*name)});
    } else {
      scope.claims.skip(file, std::move(reason));
    }
  }
  for (auto& [place, files] : folders) {
    const auto& [folder, framework] = place;
    scope.claims.out.histories.push_back(
        assemble(scope.repository, scope.claims, adapter_of(framework), std::move(files),
                 std::string(folder), "named on the command line"));
  }
}

}  // namespace

}  // namespace backout::sql::framework

namespace backout::sql {

using namespace framework;

bool is_sql_file(std::string_view path) {
  return path.size() > 4 && equal_ignoring_case(path.substr(path.size() - 4), ".sql");
}

std::string_view other_dialect(std::string_view path) {
  std::string_view stem = base_of(path);
  stem.remove_suffix(std::min<std::size_t>(4, stem.size()));
  for (std::size_t dot = stem.rfind('.'); dot != std::string_view::npos; dot = stem.rfind('.')) {
    const std::string_view dialect = dialect_of(stem.substr(dot + 1));
    if (!dialect.empty() && dialect != "postgres") return dialect;
    stem = stem.substr(0, dot);
  }
  return {};
}

Discovery discover(const Files& files, const Config& config,
                   const std::vector<std::string>& plain_folders) {
  Discovery out;
  const Repository repository{files};
  Claims claims{out, std::vector<bool>(files.paths.size())};
  std::vector<std::size_t> sql;
  std::vector<std::size_t> markers;
  for (std::size_t i = 0; i < files.paths.size(); ++i) {
    const bool named = std::find(plain_folders.begin(), plain_folders.end(), files.paths[i]) !=
                       plain_folders.end();
    if (is_sql_file(files.paths[i]) || (named && !is_marker(files.paths[i]))) {
      sql.push_back(i);
    } else if (is_marker(files.paths[i])) {
      markers.push_back(i);
    }
  }
  const Scope scope{repository, claims, sql, markers};
  for (const MigrationsConfig& entry : config.migrations) find_configured(scope, entry);
  if (!config.migrations.empty()) {
    for (const std::size_t file : sql)
      claims.skip(file, "not below a path of `migrations` in the configuration");
  }
  Places places(plain_folders);
  for (const std::size_t file : sql) {
    const std::string& path = files.paths[file];
    const std::string& reason = places.reason(path);
    const bool named =
        std::find(plain_folders.begin(), plain_folders.end(), path) != plain_folders.end();
    if (!reason.empty() && !named) claims.skip(file, reason);
  }
  std::erase_if(markers,
                [&](std::size_t file) { return !places.reason(files.paths[file]).empty(); });
  find_all(scope);
  find_plain(scope, plain_folders);

  std::stable_sort(out.histories.begin(), out.histories.end(),
                   [](const History& a, const History& b) { return a.path < b.path; });
  std::sort(out.skipped.begin(), out.skipped.end(),
            [](const Skipped& a, const Skipped& b) { return a.file < b.file; });
  return out;
}

}  // namespace backout::sql
