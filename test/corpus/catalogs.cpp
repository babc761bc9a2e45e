// Statements that failed on the real server are left out here too.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "catalog_compare.h"
#include "core/parallel.h"
#include "corpus/report.h"
#include "sql/catalog.h"
#include "sql/parse.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// What the real server did with each statement of a file, in order.
struct Measured {
  std::uint32_t offset;
  bool ok;
};
using Truth = std::map<std::string, std::vector<Measured>, std::less<>>;

Truth read_truth(const fs::path& path) {
  Truth truth;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const json each = json::parse(line);
    truth[each["file"]].push_back({each["off"], each["ok"]});
  }
  return truth;
}

// The server's schema. supabase-auth leaves the name of its schema to a placeholder: the server
// was given `auth`, and we, who do not know it, take the search path's `public`.
json read_catalog(const fs::path& path, const std::string& project) {
  std::string text = read_text(path);
  if (project == "supabase-auth") {
    constexpr std::string_view from = "auth.", to = "public.";
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      const char before = at == 0 ? ' ' : text[at - 1];
      if (before == '_' || (before >= 'a' && before <= 'z')) continue;
      text.replace(at, from.size(), to);
    }
  }
  json catalog = json::parse(text);
  if (project == "supabase-auth") catalog["schemas"].erase("auth");
  return catalog;
}

// Partitions that functions create at run time, named after the day: dynamic SQL, of which nothing
// is known. How many were taken out.
std::size_t leave_out_runtime_partitions(json& catalog, const sql::Catalog& ours) {
  std::set<std::string> gone;
  for (const auto& [key, table] : catalog["tables"].items())
    if (table["partition_bound"].is_string() && !ours.tables.find(key)) gone.insert(key);
  for (const std::string& key : gone) catalog["tables"].erase(key);
  for (const char* kind : {"constraints", "indexes", "triggers"})
    for (auto part = catalog[kind].begin(); part != catalog[kind].end();)
      part = gone.contains(part.value()["table"]) ? catalog[kind].erase(part) : std::next(part);
  return gone.size();
}

struct Replay {
  sql::Catalog catalog;
  std::size_t statements = 0, left_out = 0, unparsed = 0, unknown = 0, conflicts = 0;
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

void replay(Replay& to, const Source& source, Span section, bool psql, const Truth& truth) {
  sql::ParseOptions options;
  options.psql = psql;
  const sql::Script script = sql::parse(source, section, options);
  to.unparsed += script.unparsed.size();
  for (const sql::Unparsed& each : script.unparsed)
    to.remarks.push_back(
        fmt::format("unparsed {}:{} {}", source.path, each.statement.begin, each.message));
  const auto measured = truth.find(source.path);
  std::size_t number = 0;
  to.catalog.reset_session();
  to.catalog.begin_change();
  for (const sql::Statement& statement : script.statements) {
    ++to.statements;
    if (measured == truth.end() ||
        !taken(measured->second, statement.span.begin, number++, script.statements.size())) {
      ++to.left_out;
      continue;
    }
    for (const sql::Operation& operation : statement.operations) {
      const sql::Outcome outcome =
          to.catalog.apply(operation, {&source, statement.span, operation.span, false});
      if (outcome != sql::Outcome::unknown_object && outcome != sql::Outcome::conflict) continue;
      const bool unknown = outcome == sql::Outcome::unknown_object;
      ++(unknown ? to.unknown : to.conflicts);
      const std::uint32_t length = statement.span.end - statement.span.begin;
      to.remarks.push_back(fmt::format(
          "{} {}:{} {}", unknown ? "unknown" : "conflict", source.path, statement.span.begin,
          source.text.substr(statement.span.begin, std::min(200U, length))));
    }
  }
}

struct Agreement {
  std::size_t equal = 0, all = 0;
};

using Kinds = std::map<std::string, Agreement>;

Kinds agreement(const Facts& ours, const Facts& theirs, const std::vector<Mismatch>& found) {
  Kinds kinds;
  for (const Facts* facts : {&ours, &theirs})
    for (const auto& [kind, objects] : *facts) kinds[kind];
  for (auto& [kind, count] : kinds) {
    std::set<std::string_view> objects;
    for (const Facts* facts : {&ours, &theirs})
      if (facts->contains(kind))
        for (const auto& [object, text] : facts->at(kind)) objects.insert(object);
    count.equal = count.all = objects.size();
  }
  for (const Mismatch& each : found) --kinds[each.kind].equal;
  return kinds;
}

std::string line(const Kinds& kinds) {
  std::string text;
  for (const auto& [kind, count] : kinds)
    if (count.all > 0) text += fmt::format("  {} {}/{}", kind, count.equal, count.all);
  return text;
}

// Adds to `total`.
void report(const std::string& name, const Replay& replay, json catalog, bool differences,
            Kinds& total) {
  const std::size_t partitions = leave_out_runtime_partitions(catalog, replay.catalog);
  const Facts ours = facts_of(replay.catalog), theirs = facts_of(catalog);
  const std::vector<Mismatch> found = compare(ours, theirs);
  const Kinds kinds = agreement(ours, theirs, found);
  fmt::print(
      "{}: {} statements, {} refused by the server, {} unparsed, {} on unknown objects, {} "
      "conflicts{}{}\n{}\n",
      name, replay.statements, replay.left_out, replay.unparsed, replay.unknown, replay.conflicts,
      replay.catalog.complete() ? "" : ", incomplete",
      partitions ? fmt::format(", without {} partitions made at run time", partitions) : "",
      line(kinds));
  for (const auto& [kind, count] : kinds) {
    total[kind].equal += count.equal;
    total[kind].all += count.all;
  }
  if (!differences) return;
  for (const std::string& remark : replay.remarks) fmt::print("    {}\n", remark);
  for (const Mismatch& each : found)
    fmt::print("    {} {}\n      ours:   {}\n      theirs: {}\n", each.kind, each.object, each.ours,
               each.theirs);
}

}  // namespace

void report_catalogs(const std::vector<Project>& projects, const fs::path& truth,
                     const std::string& differences) {
  Kinds total;
  fmt::print("\nagreement of the final schema with a real server's\n");
  for (const Project& project : projects) {
    if (!fs::exists(truth / (project.name + ".catalog.json"))) continue;
    const sql::Files& files = project.disk.files;
    for (const sql::History& history : sql::discover(files, project.config, {}).histories) {
      const std::string name = truth_name(project, history);
      const Truth measured = read_truth(truth / (name + ".jsonl"));
      const auto of_truth = [&](const sql::Migration& migration) {
        return std::any_of(migration.up.begin(), migration.up.end(), [&](const sql::Section& s) {
          return measured.contains(files.paths[s.file]);
        });
      };
      if (std::none_of(history.migrations.begin(), history.migrations.end(), of_truth)) continue;
      Replay result;
      parallel_for(1, 1, [&](std::size_t) {  // for its stack
        for (const sql::Migration& migration : history.migrations)
          for (const sql::Section& section : migration.up)
            if (const Source* source = files.read(section.file))
              replay(result, *source, section.span, history.psql, measured);
      });
      report(name, result, read_catalog(truth / (name + ".catalog.json"), project.name),
             differences == project.name, total);
    }
  }
  fmt::print("all:{}\n", line(total));
  for (const auto& [kind, count] : total)
    if (count.all > 0)
      fmt::print("  {:<16}{:>8.2f} %\n", kind,
                 100.0 * static_cast<double>(count.equal) / static_cast<double>(count.all));
}

}  // namespace backout::test
