// Measures on the corpus of real migrations. `corpus catalog CORPUS TRUTH [PROJECT]` replays every
// history and compares the final schema with what a real server held after the same statements
// (TRUTH/X.catalog.json); statements that failed there are left out here too. Prints agreement by
// project and kind; with a project also every difference.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "catalog_compare.h"
#include "core/config.h"
#include "core/parallel.h"
#include "core/source.h"
#include "sql/catalog.h"
#include "sql/framework.h"
#include "sql/parse.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Project {
  std::string name;
  fs::path root;
  std::vector<std::string> paths;  // sorted
  std::map<std::size_t, Source> sources;

  const Source* read(std::size_t file) {
    const auto [it, added] = sources.try_emplace(file);
    if (added) it->second = make_source(paths[file], read_file(root / paths[file]));
    return &it->second;
  }
};

Project load(const fs::path& root) {
  Project project{root.filename(), root, {}, {}};
  for (const auto& entry : fs::recursive_directory_iterator(root))
    if (entry.is_regular_file()) project.paths.push_back(fs::relative(entry.path(), root));
  std::sort(project.paths.begin(), project.paths.end());
  return project;
}

// What the real server did with each statement of a file, in order.
struct Measured {
  std::uint32_t offset;
  bool ok;
};
using Truth = std::map<std::string, std::vector<Measured>>;

Truth read_truth(const fs::path& path) {
  Truth truth;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const json each = json::parse(line);
    truth[each["file"]].push_back({each["off"], each["ok"]});
  }
  return truth;
}

struct Replay {
  sql::Catalog catalog;
  std::size_t statements = 0, unparsed = 0, left_out = 0, unknown = 0, conflicts = 0;
  std::vector<std::string> remarks;
};

// Whether the real server took the statement. Where placeholders were replaced there, offsets
// differ and statements are told by their number.
bool taken(const std::vector<Measured>& measured, std::uint32_t offset, std::size_t number,
           std::size_t count) {
  for (const Measured& each : measured)
    if (each.offset == offset) return each.ok;
  return measured.size() != count || number >= measured.size() || measured[number].ok;
}

void replay(Replay& to, const Source& source, const sql::Section& section, bool psql,
            const Truth& truth) {
  sql::Script script;
  sql::ParseOptions options;
  options.psql = psql;
  parallel_for(1, 1, [&](std::size_t) { script = sql::parse(source, section.span, options); });
  to.unparsed += script.unparsed.size();
  for (const sql::Unparsed& each : script.unparsed)
    to.remarks.push_back(fmt::format("unparsed {}:{} {}", source.path, each.statement.begin, each.message));
  const auto measured = truth.find(source.path);
  std::size_t number = 0;
  to.catalog.reset_session();
  for (const sql::Statement& statement : script.statements) {
    ++to.statements;
    if (measured == truth.end() || !taken(measured->second, statement.span.begin, number++,
                                          script.statements.size())) {
      ++to.left_out;
      continue;
    }
    for (const sql::Operation& operation : statement.operations) {
      const sql::Outcome outcome =
          to.catalog.apply(operation, {&source, statement.span, operation.span, false});
      if (outcome != sql::Outcome::unknown_object && outcome != sql::Outcome::conflict) continue;
      const bool unknown = outcome == sql::Outcome::unknown_object;
      (unknown ? to.unknown : to.conflicts) += 1;
      to.remarks.push_back(fmt::format(
          "{} {}:{} {}", unknown ? "unknown" : "conflict", source.path, statement.span.begin,
          source.text.substr(statement.span.begin,
                             std::min<std::uint32_t>(200, statement.span.end - statement.span.begin))));
    }
  }
}

void print(const std::string& name, const Replay& replay, const Facts& ours, const Facts& theirs,
           bool all) {
  const std::vector<Mismatch> found = compare(ours, theirs);
  std::map<std::string, std::size_t> wrong;
  for (const Mismatch& each : found) ++wrong[each.kind];
  std::string line = fmt::format("{:<20} {:>5} statements, {} left out, {} unparsed, {} unknown, {} conflicts\n    ",
                                 name, replay.statements, replay.left_out, replay.unparsed,
                                 replay.unknown, replay.conflicts);
  std::set<std::string> kinds;
  for (const auto& [kind, objects] : ours) kinds.insert(kind);
  for (const auto& [kind, objects] : theirs) kinds.insert(kind);
  for (const std::string& kind : kinds) {
    std::size_t total = theirs.contains(kind) ? theirs.at(kind).size() : 0;
    for (const Mismatch& each : found)
      if (each.kind == kind && each.theirs.empty()) ++total;
    line += fmt::format("{} {}/{}  ", kind, total - wrong[kind], total);
  }
  fmt::print("{}\n", line);
  if (!all) return;
  for (const std::string& remark : replay.remarks) fmt::print("  {}\n", remark);
  for (const Mismatch& each : found)
    fmt::print("  {} {}\n    ours:   {}\n    theirs: {}\n", each.kind, each.object, each.ours,
               each.theirs);
}

// The history whose migrations the server measured as `truth`.
std::string truth_name(const Project& project, const sql::History& history) {
  if (history.path.find("visibility") != std::string::npos) return project.name + ".visibility";
  if (history.path.find("prover") != std::string::npos) return project.name + ".prover";
  return project.name;
}

void catalog_of(const fs::path& root, const fs::path& truth_directory, bool all) {
  Project project = load(root);
  Config config;
  if (project.name == "kratos")
    config.migrations.push_back({.paths = {"oryx/networkx/migrations/sql", "persistence/sql/migrations/sql"},
                                 .framework = {}, .transaction = {}, .postgres = {}, .code = {}, .schema = {}});
  const sql::Files files{project.paths, [&](std::size_t file) { return project.read(file); }};
  const sql::Discovery discovery = sql::discover(files, config, {});
  for (const sql::History& history : discovery.histories) {
    const std::string name = truth_name(project, history);
    const fs::path catalog = truth_directory / (name + ".catalog.json");
    if (!fs::exists(catalog)) continue;
    const Truth truth = read_truth(truth_directory / (name + ".jsonl"));
    Replay result;
    bool measured = false;
    for (const sql::Migration& migration : history.migrations) {
      for (const sql::Section& section : migration.up) {
        const Source& source = *project.read(section.file);
        measured = measured || truth.contains(source.path);
        replay(result, source, section, history.psql, truth);
      }
    }
    if (!measured) continue;  // another folder of the project
    fmt::print("{} ", history.path);
    print(name, result, facts_of(result.catalog), facts_of(json::parse(read_file(catalog))), all);
  }
}

}  // namespace
}  // namespace backout::test

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() < 3 || words[0] != "catalog") {
    fmt::print(stderr, "usage: corpus catalog CORPUS TRUTH [PROJECT]\n");
    return 2;
  }
  namespace fs = std::filesystem;
  std::vector<fs::path> projects;
  for (const auto& entry : fs::directory_iterator(words[1]))
    if (entry.is_directory() && (words.size() < 4 || entry.path().filename() == words[3]))
      projects.push_back(entry.path());
  std::sort(projects.begin(), projects.end());
  for (const fs::path& project : projects) {
    if (!fs::exists(fs::path(words[2]) / (project.filename().string() + ".catalog.json"))) continue;
    backout::test::catalog_of(project, words[2], words.size() > 3);
  }
  return 0;
}
