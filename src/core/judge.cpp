#include "core/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "core/contraction.h"
#include "core/file_account.h"
#include "core/parallel.h"
#include "core/scripts.h"
#include "core/whats_new.h"

namespace backout {
namespace {

using sql::Files;
using sql::History;

// The dump that a history starts from, as configured; `missing` takes the name of one that is not
// there.
std::optional<ParsedSection> schema_dump(Scripts& scripts, const Files& files, const Config& config,
                                         const History& history,
                                         std::vector<std::string>& missing) {
  std::string_view name = config.schema;
  for (const MigrationsConfig& entry : config.migrations)
    if (!entry.schema.empty() && covers(entry.paths, history.path.empty() ? "." : history.path))
      name = entry.schema;
  if (name.empty()) return std::nullopt;
  const auto it = std::lower_bound(files.paths.begin(), files.paths.end(), name);
  const auto index = static_cast<std::size_t>(it - files.paths.begin());
  const Source* source = it != files.paths.end() && *it == name ? files.read(index) : nullptr;
  if (!source) {
    missing.push_back(
        fmt::format("schema dump `{}` of the configuration is not there or cannot be read", name));
    return std::nullopt;
  }
  History as_dump;
  as_dump.psql = true;
  return scripts.add(files, as_dump,
                     sql::Section{index, {0, static_cast<std::uint32_t>(source->text.size())}});
}

// The same database's migrations in another release: in the same folder, else, where the folder was
// renamed since, the only ones of the same tool.
const History* find_history(const sql::Discovery& release, const History& history) {
  const History* twin = nullptr;
  std::size_t twins = 0;
  for (const History& one : release.histories) {
    if (one.path == history.path) return &one;
    if (one.framework != history.framework) continue;
    twin = &one;
    ++twins;
  }
  return twins == 1 ? twin : nullptr;
}

// What is code to a database: the configured paths; not its migrations nor anybody else's.
CodeScope code_scope(const Config& config, const History& history,
                     const std::deque<History>& histories) {
  CodeScope scope{{}, config.releases.exclude, {}};
  if (!config.schema.empty()) scope.exclude.push_back(config.schema);
  for (const MigrationsConfig& entry : config.migrations) {
    if (covers(entry.paths, history.path.empty() ? "." : history.path))
      scope.code.insert(scope.code.end(), entry.code.begin(), entry.code.end());
    if (!entry.schema.empty()) scope.exclude.push_back(entry.schema);
  }
  for (const History& one : histories) {
    if (!one.path.empty())
      scope.migrations.push_back(one.path);
    else  // in the root, among everything else
      for (const sql::Migration& migration : one.migrations)
        scope.migrations.push_back(migration.name);
  }
  std::sort(scope.migrations.begin(), scope.migrations.end());
  scope.migrations.erase(std::unique(scope.migrations.begin(), scope.migrations.end()),
                         scope.migrations.end());
  return scope;
}

bool has_new(const HistoryInput& input) {
  return std::any_of(input.changes.begin(), input.changes.end(), [](const MigrationChange& change) {
    return !change.released &&
           std::any_of(change.migrations.begin(), change.migrations.end(), runs);
  });
}

// The changes with something that will run; without a base nobody knows what is new.
std::vector<const MigrationChange*> migrations_of(const Task& task,
                                                  const std::vector<HistoryInput>& inputs) {
  std::vector<const MigrationChange*> found;
  if (!task.base) return found;
  for (const HistoryInput& input : inputs)
    for (const MigrationChange& change : input.changes)
      if (!change.released && std::any_of(change.migrations.begin(), change.migrations.end(), runs))
        found.push_back(&change);
  return found;
}

void account(const HistoryInput& input, const HistoryResult& result,
             std::unordered_set<std::string_view>& judged_paths, Judgement& out) {
  HistoryUse use{input.history->path,
                 std::string(to_string(input.history->framework)),
                 input.history->evidence,
                 input.history->migrations.size(),
                 0,
                 result.statements,
                 result.complete};
  for (const MigrationChange& change : input.changes) {
    if (change.released) continue;
    for (const ParsedMigration& migration : change.migrations) {
      ++use.judged;
      if (migration.state == FileState::deleted) continue;
      for (const auto* list : {&migration.up, &migration.down})
        for (const ParsedSection& section : *list) {
          judged_paths.insert(section.source->path);
          out.judged.push_back({section.source, section.script.get()});
          out.scripts.push_back(section.script);
          for (const sql::Unparsed& unparsed : section.script->unparsed)
            if (unparsed.cause == sql::ParseFailure::limit)
              out.limits.push_back(section.source->path + ": " + unparsed.message);
        }
    }
  }
  out.histories.push_back(std::move(use));
}

}  // namespace

Judgement judge(const Task& task, const Config& config, const RuleSet& rules) {
  Judgement out;
  // A manifest that is named is no SQL, whatever else named files are taken for.
  std::vector<std::string> plain = task.named;
  std::erase_if(plain, [](const std::string& name) { return argo::is_manifest_name(name); });
  sql::Discovery head = sql::discover(task.head, config, plain);
  sql::Discovery base = task.base ? sql::discover(*task.base, config, plain) : sql::Discovery{};
  out.files = describe_files(task, head);
  const std::vector<MigrationChange::Unreadable> unreadable =
      unreadable_files(task, head, out.limits);
  const auto own = [&](History& history) -> const History& {
    return out.owned.emplace_back(std::move(history));
  };

  Scripts scripts(config.limits);
  std::vector<HistoryInput> inputs;
  std::map<std::string, const History*, std::less<>> base_by_path;
  for (History& history : base.histories) {
    const History& owned = own(history);
    base_by_path.emplace(owned.path, &owned);
  }
  for (History& history : head.histories) {
    const History& owned = own(history);
    const auto released = base_by_path.find(owned.path);
    if (!task.base)
      inputs.push_back(without_base(scripts, task, owned));
    else
      inputs.push_back(against_base(scripts, task, *task.base, owned,
                                    released == base_by_path.end() ? nullptr : released->second));
    if (released != base_by_path.end()) base_by_path.erase(released);
  }
  for (const auto& [path, released] : base_by_path) {  // the whole folder is gone
    const History& nothing =
        out.owned.emplace_back(History{.path = released->path, .framework = released->framework});
    inputs.push_back(against_base(scripts, task, *task.base, nothing, released));
  }
  for (HistoryInput& input : inputs)
    input.schema_dump = schema_dump(scripts, task.base ? *task.base : task.head, config,
                                    *input.history, out.limits);

  // The same changes as each older release finds them.
  struct Older {
    std::size_t input, release;
    HistoryInput against;
    std::vector<Finding> findings{};
  };
  std::vector<Older> older;
  for (std::size_t r = 0; r < task.releases.size(); ++r) {
    if (std::none_of(inputs.begin(), inputs.end(), has_new)) break;
    const Files& files = task.releases[r].files;
    sql::Discovery release = sql::discover(files, config, plain);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!has_new(inputs[i])) continue;
      const History* const known = find_history(release, *inputs[i].history);
      if (!known) continue;  // a database that the release does not have
      const History& owned = out.owned.emplace_back(*known);
      older.push_back({i, r, against_base(scripts, task, files, *inputs[i].history, &owned)});
      older.back().against.schema_dump =
          schema_dump(scripts, files, config, *inputs[i].history, out.limits);
    }
  }
  scripts.parse(task);
  for (HistoryInput& input : inputs) compare_edited(input);
  if (!unreadable.empty()) {
    const History& nothing = out.owned.emplace_back();
    inputs.push_back({.history = &nothing,
                      .changes = {MigrationChange{.history = &nothing, .unreadable = unreadable}}});
  }

  std::vector<HistoryResult> results(inputs.size());
  const RuleSet for_older = release_rules(rules);
  parallel_for(inputs.size() + older.size(), task.threads, [&](std::size_t i) {
    if (i < inputs.size())
      results[i] = lint(inputs[i], config, rules);
    else
      older[i - inputs.size()].findings =
          lint(older[i - inputs.size()].against, config, for_older).findings;
  });
  for (std::size_t i = 0; task.base && i < inputs.size(); ++i) {
    if (!has_new(inputs[i])) continue;
    ContractInput contract{&inputs[i], &results[i].findings};
    for (Older& one : older)
      if (one.input == i) contract.older.push_back({one.release, std::move(one.findings)});
    contract.scope = code_scope(config, *inputs[i].history, out.owned);
    judge_contraction(task, config, rules, std::move(contract), out.limits);
  }

  std::unordered_set<std::string_view> judged_paths;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    account(inputs[i], results[i], judged_paths, out);
    std::move(results[i].findings.begin(), results[i].findings.end(),
              std::back_inserter(out.findings));
  }
  explain_files(task, judged_paths, out.files);

  out.manifests =
      judge_manifests(task, config, rules, out.histories.empty(), migrations_of(task, inputs));
  const auto move_to = [](auto& from, auto& to) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
    from.clear();
  };
  move_to(out.manifests.findings, out.findings);
  move_to(out.manifests.limits, out.limits);
  if (!out.manifests.files.empty()) {
    move_to(out.manifests.files, out.files);
    std::stable_sort(out.files.begin(), out.files.end(),
                     [](const FileUse& a, const FileUse& b) { return a.path < b.path; });
  }
  return out;
}

}  // namespace backout
