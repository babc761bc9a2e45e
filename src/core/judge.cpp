#include "core/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/parallel.h"

namespace backout {
namespace {

using sql::Files;
using sql::History;
using sql::Migration;
using sql::Section;

// Whether the user's paths cover a file: named itself, or below a named folder. No paths:
// everything.
bool covers(const std::vector<std::string>& named, std::string_view path) {
  if (named.empty()) return true;
  return std::any_of(named.begin(), named.end(), [&](std::string_view name) {
    while (name.size() > 1 && name.ends_with('/')) name.remove_suffix(1);
    return name.empty() || name == "." || path == name ||
           (path.starts_with(name) && path.size() > name.size() && path[name.size()] == '/');
  });
}

// ---------------------------------------------------------------- parsing, each section once

class Parser {
 public:
  explicit Parser(const Limits& limits) : limits_(limits) {}

  // Reserves the section; `script_of` is valid after run().
  ParsedSection add(const Files& files, const History& history, const Section& section) {
    const Source* source = files.read(section.file);
    if (!source) return {};
    const auto [it, added] =
        index_.try_emplace({source, section.span.begin, section.span.end}, jobs_.size());
    if (added) {
      sql::ParseOptions options;
      options.placeholders =
          history.placeholders ? sql::Placeholders::any : sql::Placeholders::none;
      options.psql = history.psql;
      options.limits = limits_;
      jobs_.push_back({source, section.span, options, std::make_shared<sql::Script>()});
    }
    return {source, section.span, section.transaction, jobs_[it->second].script};
  }
  void run(unsigned threads) {
    parallel_for(jobs_.size(), threads, [&](std::size_t i) {
      *jobs_[i].script = sql::parse(*jobs_[i].source, jobs_[i].span, jobs_[i].options);
    });
  }

 private:
  struct Job {
    const Source* source;
    Span span;
    sql::ParseOptions options;
    std::shared_ptr<sql::Script> script;
  };
  struct Hash {
    std::size_t operator()(
        const std::tuple<const Source*, std::uint32_t, std::uint32_t>& key) const {
      const auto& [source, begin, end] = key;
      return std::hash<const void*>{}(source) ^ (std::size_t{begin} * 0x9E3779B97F4A7C15U) ^ end;
    }
  };
  Limits limits_;
  std::vector<Job> jobs_;
  std::unordered_map<std::tuple<const Source*, std::uint32_t, std::uint32_t>, std::size_t, Hash>
      index_;
};

std::vector<ParsedSection> sections(Parser& parser, const Files& files, const History& history,
                                    const std::vector<Section>& list) {
  std::vector<ParsedSection> out;
  for (const Section& section : list)
    if (ParsedSection parsed = parser.add(files, history, section); parsed.source)
      out.push_back(std::move(parsed));
  return out;
}

ParsedMigration parsed(Parser& parser, const Files& files, const History& history,
                       const Migration& migration, FileState state) {
  ParsedMigration out;
  out.version = migration.version;
  out.name = migration.name;
  out.state = state;
  out.repeatable = migration.repeatable;
  out.baseline = migration.baseline;
  out.has_down_form = migration.has_down_form;
  out.up = sections(parser, files, history, migration.up);
  out.down = sections(parser, files, history, migration.down);
  return out;
}

// ---------------------------------------------------------------- what is new

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

// Without a base: every migration is a change on top of those before it; what the user did not name
// is only history.
HistoryInput without_base(Parser& parser, const Task& task, const History& history) {
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
    input.changes.back().migrations.push_back(parsed(
        parser, task.head, history, *migration, judged ? FileState::added : FileState::unchanged));
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

// Against a base: what the base has is released; what differs is one change, in the order the tool
// runs it.
HistoryInput against_base(Parser& parser, const Task& task, const History& head,
                          const History* base) {
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
          parsed(parser, *task.base, *base, *migration, FileState::unchanged));
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
    if (old && text_of(*task.base, *old) == text_of(task.head, migration)) continue;
    if (!covers(task.named, migration.name)) continue;
    const bool early = !old && !migration.repeatable && i < newest;
    ParsedMigration next =
        parsed(parser, task.head, head, migration, old ? FileState::modified : FileState::added);
    next.before_newest_released = early;
    if (old) next.up_before = sections(parser, *task.base, *base, old->up);
    change.migrations.push_back(std::move(next));
    for (const auto* list : {&migration.up, &migration.down})
      for (const Section& section : *list) changed_files.insert(section.file);
  }
  if (base)
    for (const Migration& migration : base->migrations) {
      if (head_by_name.count(migration.name) || head_by_version.count(migration.version) ||
          !covers(task.named, migration.name))
        continue;
      change.migrations.push_back(parsed(parser, *task.base, *base, migration, FileState::deleted));
    }
  // A problem of a file that is in no migration at all is of this change when the base does not
  // have the same file.
  std::unordered_set<std::string_view> base_paths;
  for (const std::string& path : task.base->paths) base_paths.insert(path);
  for (const sql::FrameworkProblem& problem : head.problems)
    if (!base_paths.count(task.head.paths[problem.file])) changed_files.insert(problem.file);
  attach_problems(change, task.head, head, changed_files);
  input.changes.push_back(std::move(released));
  if (!change.migrations.empty() || !change.problems.empty())
    input.changes.push_back(std::move(change));
  return input;
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

// The dump that a history starts from, as configured; `missing` takes the name of one that is not
// there.
std::optional<ParsedSection> schema_dump(Parser& parser, const Task& task, const Config& config,
                                         const History& history,
                                         std::vector<std::string>& missing) {
  std::string_view name = config.schema;
  for (const MigrationsConfig& entry : config.migrations)
    if (!entry.schema.empty() && covers(entry.paths, history.path.empty() ? "." : history.path))
      name = entry.schema;
  if (name.empty()) return std::nullopt;
  const Files& files = task.base ? *task.base : task.head;
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
  return parser.add(files, as_dump, {index, {0, static_cast<std::uint32_t>(source->text.size())}});
}

// ---------------------------------------------------------------- the account of files

// What cannot be read and matters: new or changed, anywhere but where no migration lies; or
// released and a migration of a history, which then is not known whole.
std::vector<MigrationChange::Unreadable> unreadable_files(const Task& task,
                                                          const sql::Discovery& discovery,
                                                          std::vector<std::string>& limits) {
  if (task.unreadable.empty()) return {};
  std::unordered_map<std::string_view, std::string_view> skipped;
  for (const sql::Skipped& file : discovery.skipped)
    skipped.emplace(task.head.paths[file.file], file.reason);
  std::unordered_set<std::string_view> folders;
  for (const History& history : discovery.histories) folders.insert(history.path);

  std::vector<MigrationChange::Unreadable> out;
  for (const MigrationChange::Unreadable& file : task.unreadable) {
    const std::string_view path = file.source->path;
    const bool named = covers(task.named, path);
    if (!named && task.base) continue;
    const auto reason = skipped.find(path);
    const bool claimed = reason == skipped.end();
    const bool beside_migrations = folders.count(path.substr(0, path.rfind('/'))) != 0;
    const bool is_context = file.released || !named;
    const bool matters = is_context ? file.limit && (claimed || beside_migrations)
                                    : claimed || reason->second == sql::no_framework;
    if (!matters) continue;
    if (file.limit) limits.push_back(fmt::format("{}: {}", path, file.reason));
    if (!is_context) out.push_back(file);
  }
  return out;
}

void describe_files(const Task& task, const sql::Discovery& discovery, Judgement& out) {
  std::map<std::size_t, FileUse> uses;
  for (const sql::Skipped& skipped : discovery.skipped) uses[skipped.file].reason = skipped.reason;
  for (const History& history : discovery.histories)
    for (const Migration& migration : history.migrations)
      for (const bool up : {true, false})
        for (const Section& section : up ? migration.up : migration.down) {
          FileUse& use = uses[section.file];
          const std::string_view direction = up ? "up" : "down";
          if (use.use.empty())
            use.use = fmt::format("{}, {}", to_string(history.framework), direction);
          else if (!use.use.ends_with(direction))
            use.use += fmt::format(" and {}", direction);
        }
  for (auto& [file, use] : uses) {
    use.path = task.head.paths[file];
    if (file < task.blobs.size()) use.blob = task.blobs[file];
    out.files.push_back(std::move(use));
  }
  std::sort(out.files.begin(), out.files.end(),
            [](const FileUse& a, const FileUse& b) { return a.path < b.path; });
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

// Why a file that is part of a history was not judged.
void explain_files(const Task& task, const std::unordered_set<std::string_view>& judged_paths,
                   Judgement& out) {
  std::unordered_map<std::string_view, std::string_view> unreadable;
  for (const MigrationChange::Unreadable& file : task.unreadable)
    unreadable.emplace(file.source->path, file.reason);
  for (FileUse& use : out.files) {
    use.judged = judged_paths.count(use.path) != 0;
    if (const auto it = unreadable.find(use.path); it != unreadable.end())
      use.reason = it->second;
    else if (!use.judged && use.reason.empty())
      use.reason = !covers(task.named, use.path) ? "not named"
                   : task.base                   ? "as released"
                                                 : "its migrations are there one by one";
  }
}

}  // namespace

Judgement judge(const Task& task, const Config& config, const RuleSet& rules) {
  Judgement out;
  sql::Discovery head = sql::discover(task.head, config, task.named);
  sql::Discovery base =
      task.base ? sql::discover(*task.base, config, task.named) : sql::Discovery{};
  describe_files(task, head, out);
  const std::vector<MigrationChange::Unreadable> unreadable =
      unreadable_files(task, head, out.limits);
  const auto own = [&](History& history) -> const History& {
    return out.owned.emplace_back(std::move(history));
  };

  Parser parser(config.limits);
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
      inputs.push_back(without_base(parser, task, owned));
    else
      inputs.push_back(against_base(parser, task, owned,
                                    released == base_by_path.end() ? nullptr : released->second));
    if (released != base_by_path.end()) base_by_path.erase(released);
  }
  for (const auto& [path, released] : base_by_path) {  // the whole folder is gone
    const History& nothing =
        out.owned.emplace_back(History{.path = released->path, .framework = released->framework});
    inputs.push_back(against_base(parser, task, nothing, released));
  }
  for (HistoryInput& input : inputs)
    input.schema_dump = schema_dump(parser, task, config, *input.history, out.limits);
  parser.run(task.threads);
  for (HistoryInput& input : inputs)
    for (MigrationChange& change : input.changes)
      for (ParsedMigration& migration : change.migrations)
        migration.text_differs_only_in_space = migration.state == FileState::modified &&
                                               same_statements(migration.up, migration.up_before);
  if (!unreadable.empty()) {
    const History& nothing = out.owned.emplace_back();
    inputs.push_back({.history = &nothing,
                      .changes = {MigrationChange{.history = &nothing, .unreadable = unreadable}}});
  }

  std::vector<HistoryResult> results(inputs.size());
  parallel_for(inputs.size(), task.threads,
               [&](std::size_t i) { results[i] = lint(inputs[i], config, rules); });

  std::unordered_set<std::string_view> judged_paths;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    account(inputs[i], results[i], judged_paths, out);
    std::move(results[i].findings.begin(), results[i].findings.end(),
              std::back_inserter(out.findings));
  }
  explain_files(task, judged_paths, out);
  return out;
}

}  // namespace backout
