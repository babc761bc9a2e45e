// What a path and the head of a file say without any framework: vendored, a test's, seed data,
// another database's dialect, a dump.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

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

}  // namespace

Places::Places(const std::vector<std::string>& named) : named_(named) {}

const std::string& Places::reason(std::string_view path) {
  const std::string_view folder = folder_of(path);
  if (known_ && folder == folder_) return reason_;
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
  return reason_;
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
  if (const std::string_view dialect = other_dialect(base); !dialect.empty())
    return fmt::format("{} dialect", dialect_title(dialect));
  const std::string_view head = repository.text(file).substr(0, 400);
  if (head.find("-- PostgreSQL database dump") != std::string_view::npos)
    return "schema dump (pg_dump)";
  return std::string(otherwise);
}

}  // namespace backout::sql::framework
