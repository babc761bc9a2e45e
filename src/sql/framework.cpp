// The table of frameworks and the order in which they are looked for: configuration, files that
// only one tool writes, markers in the text, names. What is left over is skipped with a reason: no
// SQL file disappears silently.
#include "sql/framework.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "sql/framework_parts.h"

namespace backout::sql {
namespace {

using enum Transaction;
constexpr std::string_view refuses = "the tool refuses to run";
constexpr std::string_view second_never_runs = "where the first has run, the second never does";

// Columns: transaction without directives, order, a directory a migration, ways back, what two
// files of one version lead to, names, markers. The facts are those of each tool's own source.
constexpr std::array<Adapter, framework_names.size()> table = {{
    {Framework::flyway, per_file, Order::number, false, true, refuses, nullptr, nullptr},
    {Framework::golang_migrate, none_one_message, Order::number, false, true, refuses,
     name_golang_migrate, nullptr},
    {Framework::goose, per_file, Order::number, false, true, refuses, name_numbered, split_goose},
    {Framework::dbmate, per_file, Order::text, false, true, second_never_runs, name_dbmate,
     split_dbmate},
    {Framework::sqlx, per_file, Order::number, false, true, second_never_runs, name_sqlx,
     split_sqlx},
    {Framework::diesel, per_file, Order::text, true, true, second_never_runs, name_diesel,
     split_diesel},
    {Framework::refinery, per_file, Order::number, false, false, refuses, name_refinery, nullptr},
    {Framework::liquibase, per_file, Order::natural, false, true, refuses, nullptr, nullptr},
    {Framework::prisma, none_one_message, Order::text, true, false, {}, name_prisma, nullptr},
    {Framework::atlas, per_file, Order::text, false, false, second_never_runs, name_atlas,
     split_atlas},
    {Framework::sqitch, none_split, Order::natural, false, true, {}, nullptr, nullptr},
    {Framework::tern, per_file, Order::number, false, true, refuses, name_numbered, split_tern},
    {Framework::node_pg_migrate,
     per_file,
     Order::natural,
     false,
     true,
     {},
     name_node_pg_migrate,
     split_node_pg_migrate},
    {Framework::supabase, none_one_message, Order::text, false, false, second_never_runs,
     name_supabase, nullptr},
    {Framework::graphile, per_file, Order::number, false, false, refuses, name_graphile,
     split_graphile},
    {Framework::drizzle, whole_run, Order::text, true, false, {}, name_prisma, split_breakpoints},
    {Framework::hasura, none_one_message, Order::number, true, true, refuses, name_hasura, nullptr},
    {Framework::pop, per_file, Order::text, false, true, second_never_runs, name_pop, nullptr},
    {Framework::temporal, none_split, Order::number, false, false, {}, nullptr, nullptr},
    {Framework::plain, per_file, Order::natural, false, true, {}, name_plain, nullptr},
}};

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

bool ends_in_sql(std::string_view path) {
  return path.size() > 4 && equal_ignoring_case(path.substr(path.size() - 4), ".sql");
}

// ---- files that are out of the question because of where they lie

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "mysql", "migrations-mysql", "mysql_migrations"
std::string_view dialect_of_folder(std::string_view name) {
  if (const std::string_view dialect = dialect_of(name); !dialect.empty()) return dialect;
  const std::size_t cut = name.find_first_of("-_");
  if (cut == std::string_view::npos) return {};
  const std::string_view first = name.substr(0, cut);
  const std::string_view second = name.substr(cut + 1);
  if (is_one_of(first, {"migration", "migrations"})) return dialect_of(second);
  if (is_one_of(second, {"migration", "migrations"})) return dialect_of(first);
  return {};
}

// What speaks against the files of a folder; empty when nothing does. `chosen`: the user named it
// or a folder above it, so that tests are no reason.
std::string reason_of_place(std::string_view folder, bool chosen) {
  for (std::size_t from = 0; from < folder.size();) {
    const std::size_t end = std::min(folder.find('/', from), folder.size());
    const std::string_view name = folder.substr(from, end - from);
    if (is_one_of(name, {"node_modules", "vendor", "third_party", "site-packages"}))
      return "vendored code";
    if (!chosen && is_one_of(name, {"test", "tests", "testdata", "test-data", "test_data",
                                    "__tests__", "fixtures", "spec", "testing"})) {
      return fmt::format("test data (below `{}`)", folder.substr(0, end));
    }
    if (!chosen && is_one_of(name, {"seed", "seeds", "seeders"})) return "seed data";
    const std::string_view dialect = dialect_of_folder(name);
    if (!dialect.empty() && dialect != "postgres")
      return fmt::format("{} dialect", dialect_title(dialect));
    from = end + 1;
  }
  return {};
}

// Judges files by their folders, of which neighbours in a sorted list share most.
class Places {
 public:
  explicit Places(const std::vector<std::string>& named) : named_(named) {}

  const std::string& reason(std::string_view path) {
    const std::string_view folder = folder_of(path);
    if (!known_ || folder != folder_) {
      std::size_t below = 0;  // of a folder the user named, only what lies under it counts
      bool chosen = false;
      for (const std::string& name : named_) {
        if (name.empty() || (folder != name && !is_below(folder, name))) continue;
        chosen = true;
        below = std::max(below, name.size());
      }
      reason_ = reason_of_place(folder.substr(below), chosen);
      folder_ = folder;
      known_ = true;
    }
    return reason_;
  }

 private:
  const std::vector<std::string>& named_;
  std::string_view folder_;
  std::string reason_;
  bool known_ = false;
};

// ---- configuration

void find_all(const Scope& scope) {
  find_sqitch(scope);
  find_temporal(scope);
  find_liquibase(scope);
  find_drizzle(scope);
  find_graphile(scope);
  find_directories(scope);
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
  for (std::size_t i = before; i < out.histories.size(); ++i) {
    History& history = out.histories[i];
    if (history.path.empty() && entry.paths.front().find_first_of("*?") == std::string::npos) {
      history.path = entry.paths.front();
    }
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

// Files the user named, or that lie in folders the user named, and that no framework claims: a
// folder is a history.
void find_plain(const Scope& scope, const std::vector<std::string>& named) {
  constexpr std::string_view none = "no migration framework recognised in this folder";
  std::map<std::string_view, std::vector<Named>> folders;
  for (const std::size_t file : scope.claims.free_of(scope.sql)) {
    const std::string_view path = scope.repository.path(file);
    const bool below = std::any_of(named.begin(), named.end(), [&](const std::string& folder) {
      return path == folder || is_below(path, folder);
    });
    const bool itself = std::find(named.begin(), named.end(), path) != named.end();
    std::string reason = itself ? std::string(none) : reason_to_skip(scope.repository, file, none);
    auto name = below && reason == none ? name_plain(base_of(path)) : std::nullopt;
    if (name) {
      folders[folder_of(path)].push_back({file, std::move(*name)});
    } else {
      scope.claims.skip(file, std::move(reason));
    }
  }
  for (auto& [folder, files] : folders) {
    scope.claims.out.histories.push_back(
        assemble(scope.repository, scope.claims, adapter_of(Framework::plain), std::move(files),
                 std::string(folder), "named on the command line"));
  }
}

}  // namespace

std::string_view to_string(Framework framework) {
  return framework_names[static_cast<std::size_t>(framework)];
}

const Adapter& adapter_of(Framework framework) {
  return table[static_cast<std::size_t>(framework)];
}

Discovery discover(const Files& files, const Config& config,
                   const std::vector<std::string>& plain_folders) {
  Discovery out;
  const Repository repository{files};
  Claims claims{out, std::vector<bool>(files.paths.size())};
  std::vector<std::size_t> sql;
  std::vector<std::size_t> markers;
  for (std::size_t i = 0; i < files.paths.size(); ++i) {
    if (ends_in_sql(files.paths[i])) {
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
