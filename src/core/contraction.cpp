#include "core/contraction.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/dispatch.h"
#include "core/words.h"

namespace backout {
namespace {

constexpr std::size_t places_shown = 4;
// More are not searched for: nobody reads the answer.
constexpr std::size_t objects_limit = 1000;

bool is_compat(const Rule& rule) { return rule.id.starts_with("compat/"); }

// What makes findings of two releases the same one.
using Key = std::tuple<std::string_view, std::string, std::string, const Source*, std::uint32_t,
                       std::uint32_t>;
Key key(const Finding& finding) {
  return {finding.rule,
          finding.object.kind,
          finding.object.name,
          finding.location.source,
          finding.location.span.begin,
          finding.location.span.end};
}

// The text of migrations that will run and that the base does not have.
std::set<const Source*> new_sources(const HistoryInput& input) {
  std::set<const Source*> out;
  for (const MigrationChange& change : input.changes) {
    if (change.released) continue;
    for (const ParsedMigration& migration : change.migrations)
      if (runs(migration))
        for (const ParsedSection& section : migration.up) out.insert(section.source);
  }
  return out;
}

const MigrationChange* change_of(const HistoryInput& input) {
  const auto found = std::find_if(input.changes.begin(), input.changes.end(),
                                  [](const MigrationChange& change) { return !change.released; });
  return found == input.changes.end() ? nullptr : &*found;
}

// Tables that the released migrations created, enough of them to know the code of their database.
std::vector<ObjectRef> some_tables(const HistoryInput& input) {
  constexpr std::size_t enough = 200;
  std::set<std::string> names;
  const auto collect = [&](const ParsedSection&, const sql::Statement&,
                           const sql::Operation& operation) {
    if (const auto* const create = std::get_if<sql::CreateTable>(&operation.action))
      if (names.size() < enough) names.insert(create->name.name);
  };
  for (const MigrationChange& change : input.changes)
    if (change.released)
      for (const ParsedMigration& migration : change.migrations)
        for_each_operation(migration.up, collect);
  if (input.schema_dump) for_each_operation({*input.schema_dump}, collect);
  std::vector<ObjectRef> out;
  for (const std::string& name : names) out.push_back({"table", name});
  return out;
}

std::vector<std::string> names_of(std::span<const ReleaseEvidence> releases,
                                  const std::vector<std::size_t>& indices) {
  std::vector<std::string> out;
  for (const std::size_t i : indices) out.push_back(releases[i].release);
  return out;
}

std::string files_text(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "file" : "files");
}
std::string places_text(const Usages& usages) {
  return fmt::format("{} {} in {}", usages.count, usages.count == 1 ? "place" : "places",
                     files_text(usages.files));
}
// The last part of a name: what code writes.
std::string_view short_name(const ObjectRef& object) {
  const std::string_view name = std::string_view(object.name).substr(0, object.name.find('('));
  return name.substr(name.rfind('.') + 1);
}

// The releases for which a step holds whose code has usages of one kind, and the first places.
class Places {
 public:
  void add(const std::string& release, const Usages& usages) {
    if (usages.count == 0) return;
    counts_.push_back(fmt::format("{} ({})", release, places_text(usages)));
    for (const Usage& usage : usages.shown) {
      const auto known = std::find_if(shown_.begin(), shown_.end(), [&](const auto& one) {
        return one.second->path == usage.path && one.second->line == usage.line &&
               one.second->text == usage.text;
      });
      if (known == shown_.end())
        shown_.push_back({release, &usage});
      else if (!known->first.ends_with(release))
        known->first += ", " + release;
    }
  }
  bool any() const { return !counts_.empty(); }
  std::string counts() const { return fmt::format("{}", fmt::join(counts_, ", ")); }
  // How sure they are comes first, then the order of the releases.
  void notes(std::vector<Note>& out, std::size_t most) {
    std::stable_sort(shown_.begin(), shown_.end(),
                     [](const auto& a, const auto& b) { return a.second->how < b.second->how; });
    for (std::size_t i = 0; i < shown_.size() && i < most; ++i)
      out.push_back({std::nullopt, place(shown_[i].first, *shown_[i].second)});
  }

 private:
  std::vector<std::string> counts_;
  std::vector<std::pair<std::string, const Usage*>> shown_;
};

void explain_use(const Contraction& contraction, const ContractStep& step, Finding& finding) {
  Places places;
  for (const std::size_t r : step.releases)
    places.add(contraction.releases[r].release,
               contraction.releases[r].objects[*step.object].strong);
  finding.notes.push_back({std::nullopt, fmt::format("`{}` is used by {}",
                                                     short_name(finding.object), places.counts())});
  places.notes(finding.notes, places_shown);
}

void explain_doubt(const Contraction& contraction, const ContractStep& step, Finding& finding) {
  Places weak, open;
  std::vector<std::string> unsearched;
  bool no_code = false, other_code = false;
  for (const std::size_t r : step.releases) {
    const ReleaseEvidence& release = contraction.releases[r];
    weak.add(release.release, release.objects[*step.object].weak);
    open.add(release.release, release.objects[*step.object].open);
    no_code |= release.programs == 0;
    other_code |= release.controls == 0U;
    for (const std::string& what : release.unsearched)
      if (std::find(unsearched.begin(), unsearched.end(), what) == unsearched.end())
        unsearched.push_back(what);
  }
  const auto say = [&](std::string text) {
    finding.notes.push_back({std::nullopt, std::move(text)});
  };
  const std::string_view name = short_name(finding.object);
  if (no_code && !weak.any() && !open.any())
    say(
        fmt::format("whether code still uses `{}` is not proven: this repository holds no code "
                    "besides its migrations",
                    name));
  else if (other_code && !weak.any() && !open.any())
    say(
        fmt::format("whether code still uses `{}` is not proven: no program in this repository "
                    "names any table of the database",
                    name));
  if (weak.any()) {
    say(fmt::format("not proven unused: `{}` occurs, and may be something else, in {}", name,
                    weak.counts()));
    weak.notes(finding.notes, 1);
  }
  if (open.any()) {
    say(fmt::format("not proven unused: statements may use `{}` without naming it, in {}", name,
                    open.counts()));
    open.notes(finding.notes, 2);
  }
  if (!unsearched.empty())
    say(fmt::format(
        "not proven unused: {}{}; `releases.exclude` leaves out what is no code",
        unsearched.front(),
        unsearched.size() > 1 ? fmt::format(" and {} more", unsearched.size() - 1) : ""));
}

// What the rule says first, without the effect on code that does not exist.
void prove(const Contraction& contraction, const ContractStep& step, Finding& finding) {
  const std::vector<std::string> names = names_of(contraction.releases, step.releases);
  finding.message =
      fmt::format("{}: no code of {} names it any longer",
                  std::string_view(finding.message).substr(0, finding.message.find(": ")),
                  quoted_list(names, names.size()));
  finding.severity = Severity::note;
  std::vector<std::string> counts;
  std::size_t left_out = 0;
  for (const std::size_t r : step.releases) {
    const ReleaseEvidence& release = contraction.releases[r];
    counts.push_back(fmt::format("{} of {}", files_text(release.files), release.release));
    left_out = std::max(left_out, release.left_out);
  }
  finding.notes.push_back(
      {std::nullopt,
       fmt::format("proof: searched {} for `{}` in every spelling; left out: {} (migrations, "
                   "documents, tests, generated, vendored, data)",
                   fmt::join(counts, ", "), short_name(finding.object), files_text(left_out))});
  const RuleEntry* const entry = find_rule(finding.rule);
  if (entry && entry->rule->letters.find('c') != std::string_view::npos)
    finding.notes.push_back({std::nullopt,
                             "what it holds goes with it: keep a copy if anybody "
                             "may ask for it"});
}

void weigh(const Contraction& contraction, const ContractStep& step, Finding& finding) {
  switch (standing(contraction, step)) {
    case Standing::used:
      return explain_use(contraction, step, finding);
    case Standing::not_proven:
      return explain_doubt(contraction, step, finding);
    case Standing::unused:
      return prove(contraction, step, finding);
  }
}

std::vector<std::string> changed_programs(const Task& task, const CodeScope& scope) {
  std::vector<std::string> out;
  const std::vector<std::string>&old = task.base->paths, &now = task.head.paths;
  if (task.base_blobs.size() != old.size() || task.blobs.size() != now.size()) return out;
  for (std::size_t i = 0, j = 0; i < old.size() || j < now.size();) {
    const int order = i == old.size() ? 1 : j == now.size() ? -1 : old[i].compare(now[j]);
    const std::string& path = order <= 0 ? old[i] : now[j];
    if ((order != 0 || task.base_blobs[i] != task.blobs[j]) && is_program(path) &&
        classify(path, scope) == FileClass::code)
      out.push_back(path);
    i += order <= 0;
    j += order >= 0;
  }
  return out;
}

}  // namespace

Standing standing(const Contraction& contraction, const ContractStep& step, std::size_t release) {
  if (!step.object || contraction.releases[release].objects.empty()) return Standing::not_proven;
  return standing(contraction.releases[release], *step.object);
}

Standing standing(const Contraction& contraction, const ContractStep& step) {
  Standing out = Standing::unused;
  for (const std::size_t r : step.releases) out = std::min(out, standing(contraction, step, r));
  return step.releases.empty() ? Standing::not_proven : out;
}

std::string place(std::string_view release, const Usage& usage) {
  return fmt::format("{} {}:{}: `{}` ({}{}{})", release, usage.path, usage.line, usage.text,
                     usage.mapper, usage.mapper.empty() ? "" : " ", to_string(usage.how));
}

RuleSet release_rules(const RuleSet& rules) {
  RuleSet out;
  for (std::size_t i = 0; i < std::size(rules.by_subject); ++i)
    std::copy_if(rules.by_subject[i].begin(), rules.by_subject[i].end(),
                 std::back_inserter(out.by_subject[i]),
                 [](const ActiveRule& active) { return is_compat(*active.rule); });
  return out;
}

void judge_contraction(const Task& task, const Config& config, const RuleSet& rules,
                       ContractInput input, std::vector<std::string>& limits) {
  const MigrationChange* const change = change_of(*input.input);
  if (!change) return;
  std::vector<Finding>& findings = *input.findings;
  const std::set<const Source*> fresh = new_sources(*input.input);

  // Which finding holds for which release.
  std::vector<std::pair<std::size_t, std::vector<std::size_t>>> held;  // finding, releases
  std::map<Key, std::size_t> known;                                    // index into `held`
  for (std::size_t i = 0; i < findings.size(); ++i)
    if (findings[i].rule.starts_with("compat/") && fresh.contains(findings[i].location.source)) {
      known.try_emplace(key(findings[i]), held.size());
      held.push_back({i, {0}});
    }
  for (ContractInput::Older& older : input.older)
    for (Finding& finding : older.findings) {
      if (!fresh.contains(finding.location.source)) continue;
      const auto [it, added] = known.try_emplace(key(finding), held.size());
      if (added) {
        held.push_back({findings.size(), {older.release + 1}});
        findings.push_back(std::move(finding));
      } else if (auto& releases = held[it->second].second; releases.back() != older.release + 1) {
        releases.push_back(older.release + 1);
      }
    }
  if (held.empty()) return;

  // What their code says.
  std::vector<ObjectRef> objects;
  std::map<std::pair<std::string, std::string>, std::size_t> object_of;
  std::vector<ContractStep> steps;
  for (auto& [index, releases] : held) {
    const Finding& finding = findings[index];
    ContractStep step{nullptr, std::move(releases)};
    const RuleEntry* const entry = find_rule(finding.rule);
    if (entry && entry->rule->absence_proves && is_searchable(finding.object)) {
      const auto [it, added] =
          object_of.try_emplace({finding.object.kind, finding.object.name}, objects.size());
      if (added && objects.size() < objects_limit) objects.push_back(finding.object);
      if (it->second < objects_limit) step.object = it->second;
    }
    steps.push_back(std::move(step));
  }
  std::vector<ReleaseEvidence> evidence;
  if (task.search && !objects.empty()) {
    Result<std::vector<ReleaseEvidence>> found =
        task.search(objects, some_tables(*input.input), input.scope);
    if (found)
      evidence = *std::move(found);
    else
      limits.push_back("old code is not searched: " + found.error().message);
  }
  const bool searched = !evidence.empty();
  if (!searched) {
    evidence.resize(task.releases.size() + 2);
    evidence.front().release = task.base_name;
    for (std::size_t i = 0; i < task.releases.size(); ++i)
      evidence[i + 1].release = task.releases[i].name;
  }
  const Contraction contraction{*change,
                                steps,
                                std::span(evidence).first(evidence.size() - 1),
                                searched ? &evidence.back() : nullptr,
                                static_cast<bool>(task.search),
                                changed_programs(task, input.scope),
                                config};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Finding& finding = findings[held[i].first];
    const bool proven =
        searched && steps[i].object && standing(contraction, steps[i]) == Standing::unused;
    if (!task.releases.empty() && finding.severity == Severity::error && !proven) {
      const std::vector<std::string> names = names_of(contraction.releases, steps[i].releases);
      finding.notes.push_back(
          {std::nullopt, fmt::format("holds for {}", quoted_list(names, names.size()))});
    }
    if (searched && steps[i].object) weigh(contraction, steps[i], finding);
  }
  for (std::size_t i = 0; i < steps.size(); ++i) steps[i].finding = &findings[held[i].first];
  std::vector<Finding> more;
  dispatch(rules, more, contraction);
  std::move(more.begin(), more.end(), std::back_inserter(findings));
}

}  // namespace backout
