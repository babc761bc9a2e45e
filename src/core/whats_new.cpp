#include "core/whats_new.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace backout {
namespace {

using sql::Files;
using sql::History;
using sql::Migration;
using sql::Section;

// The text of a migration, both directions: two are the same migration when these are.
std::string text_of(const Files& files, const Migration& migration) {
  std::string text;
  for (const auto* list : {&migration.up, &migration.down})
    for (const Section& section : *list)
      if (const Source* source = files.read(section.file))
        text.append(source->text, section.span.begin, section.span.end - section.span.begin)
            .push_back('\0');
  return text;
}

// A baseline stands for migrations that are not there; where they are, it must not run as well.
std::vector<const Migration*> without_redundant_baselines(const History& history) {
  std::vector<const Migration*> out;
  bool seen = false;
  for (const Migration& migration : history.migrations) {
    if (migration.baseline && seen) continue;
    seen = seen || !migration.repeatable;
    out.push_back(&migration);
  }
  return out;
}

// Problems of the files of one change.
void attach_problems(MigrationChange& change, const Files& files, const History& history,
                     const std::unordered_set<std::size_t>& in_change) {
  for (const sql::FrameworkProblem& problem : history.problems) {
    const bool by_twin = !in_change.count(problem.file);
    if (by_twin && !(problem.twin && in_change.count(*problem.twin))) continue;
    change.problems.push_back(problem);
    if (by_twin) change.problems.back().file = *problem.twin;
    change.problem_sources.push_back(files.read(change.problems.back().file));
  }
}

// Comments and white space apart, the same statements in the same order.
bool same_statements(const std::vector<ParsedSection>& a, const std::vector<ParsedSection>& b) {
  const auto texts = [](const std::vector<ParsedSection>& list) {
    std::vector<std::string_view> out;
    for (const ParsedSection& section : list)
      for (const sql::Statement& s : section.script->statements)
        out.push_back(
            std::string_view(section.source->text).substr(s.span.begin, s.span.end - s.span.begin));
    return out;
  };
  const auto readable = [](const ParsedSection& section) {
    return section.script->unparsed.empty();
  };
  return std::all_of(a.begin(), a.end(), readable) && std::all_of(b.begin(), b.end(), readable) &&
         texts(a) == texts(b);
}

}  // namespace

HistoryInput without_base(Scripts& scripts, const Task& task, const History& history) {
  HistoryInput input{.history = &history};
  const auto is_judged = [&](const Migration& migration) {
    return std::any_of(
               migration.up.begin(), migration.up.end(),
               [&](const Section& s) { return covers(task.named, task.head.paths[s.file]); }) ||
           std::any_of(migration.down.begin(), migration.down.end(), [&](const Section& s) {
             return covers(task.named, task.head.paths[s.file]);
           });
  };
  std::unordered_map<std::size_t, std::size_t> change_of_file;
  for (const Migration* migration : without_redundant_baselines(history)) {
    const bool judged = is_judged(*migration);
    const bool extend = !input.changes.empty() && input.changes.back().released == !judged &&
                        (!judged || task.together);
    if (!extend) input.changes.push_back({.released = !judged, .history = &history});
    input.changes.back().migrations.push_back(scripts.add(
        task.head, history, *migration, judged ? FileState::added : FileState::unchanged));
    for (const auto* list : {&migration->up, &migration->down})
      for (const Section& section : *list)
        change_of_file.emplace(section.file, input.changes.size() - 1);
  }
  for (const sql::FrameworkProblem& problem : history.problems) {
    if (!covers(task.named, task.head.paths[problem.file])) continue;
    const auto it = change_of_file.find(problem.file);
    if (it == change_of_file.end() &&
        (input.changes.empty() || !input.changes.back().migrations.empty()))
      input.changes.push_back({.history = &history});
    MigrationChange& change =
        it == change_of_file.end() ? input.changes.back() : input.changes[it->second];
    change.problems.push_back(problem);
    change.problem_sources.push_back(task.head.read(problem.file));
  }
  return input;
}

HistoryInput against_base(Scripts& scripts, const Task& task, const Files& base_files,
                          const History& head, const History* base) {
  HistoryInput input{.history = &head};
  MigrationChange released{.released = true, .history = &head};
  MigrationChange change{.history = &head};
  std::unordered_map<std::string_view, const Migration*> by_name, by_version, head_by_name,
      head_by_version;
  for (const Migration& migration : head.migrations) {
    head_by_name.emplace(migration.name, &migration);
    head_by_version.emplace(migration.version, &migration);
  }
  if (base) {
    for (const Migration* migration : without_redundant_baselines(*base)) {
      released.migrations.push_back(
          scripts.add(base_files, *base, *migration, FileState::unchanged));
      if (!migration->repeatable) {
        released.newest_released = migration->version;
        change.newest_released = migration->version;
        change.newest_released_name = migration->name;
      }
    }
    for (const Migration& migration : base->migrations) {
      by_name.emplace(migration.name, &migration);
      by_version.emplace(migration.version, &migration);
    }
  }
  // The released migration that a head migration is: the same file, or (renamed) the same version
  // whose own file is gone.
  const auto released_as = [&](const Migration& migration) -> const Migration* {
    if (const auto it = by_name.find(migration.name); it != by_name.end()) return it->second;
    if (const auto it = by_version.find(migration.version);
        it != by_version.end() && !head_by_name.count(it->second->name))
      return it->second;
    return nullptr;
  };
  std::unordered_set<std::size_t> changed_files;
  // Position of the newest released migration in the head's order; what is new must come after it.
  std::size_t newest = 0;
  for (std::size_t i = 0; i < head.migrations.size(); ++i)
    if (!head.migrations[i].repeatable && released_as(head.migrations[i])) newest = i;
  for (std::size_t i = 0; i < head.migrations.size(); ++i) {
    const Migration& migration = head.migrations[i];
    const Migration* old = released_as(migration);
    if (old && text_of(base_files, *old) == text_of(task.head, migration)) continue;
    if (!covers(task.named, migration.name)) continue;
    const bool early = !old && !migration.repeatable && i < newest;
    ParsedMigration next =
        scripts.add(task.head, head, migration, old ? FileState::modified : FileState::added);
    next.before_newest_released = early;
    if (old) next.up_before = scripts.add(base_files, *base, old->up);
    change.migrations.push_back(std::move(next));
    for (const auto* list : {&migration.up, &migration.down})
      for (const Section& section : *list) changed_files.insert(section.file);
  }
  if (base)
    for (const Migration& migration : base->migrations) {
      if (head_by_name.count(migration.name) || head_by_version.count(migration.version) ||
          !covers(task.named, migration.name))
        continue;
      change.migrations.push_back(scripts.add(base_files, *base, migration, FileState::deleted));
    }
  // A problem of a file that is in no migration at all is of this change when the base does not
  // have the same file.
  std::unordered_set<std::string_view> base_paths;
  for (const std::string& path : base_files.paths) base_paths.insert(path);
  for (const sql::FrameworkProblem& problem : head.problems)
    if (!base_paths.count(task.head.paths[problem.file])) changed_files.insert(problem.file);
  attach_problems(change, task.head, head, changed_files);
  input.changes.push_back(std::move(released));
  if (!change.migrations.empty() || !change.problems.empty())
    input.changes.push_back(std::move(change));
  return input;
}

void compare_edited(HistoryInput& input) {
  for (MigrationChange& change : input.changes)
    for (ParsedMigration& migration : change.migrations)
      migration.text_differs_only_in_space = migration.state == FileState::modified &&
                                             same_statements(migration.up, migration.up_before);
}

}  // namespace backout
