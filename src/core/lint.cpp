#include "core/lint.h"

#include <algorithm>
#include <utility>

#include "core/dispatch.h"

namespace backout {
namespace {

// `lenient`: on top of a dump, which may hold what these statements do already.
std::size_t replay(sql::Catalog& catalog, std::span<const ParsedSection> sections,
                   bool lenient = false) {
  std::size_t count = 0;
  for (const ParsedSection& section : sections) {
    catalog.reset_session();
    for (const sql::Statement& statement : section.script->statements)
      for (const sql::Operation& operation : statement.operations)
        catalog.apply(operation, {section.source, statement.span, operation.span,
                                  operation.conditional || lenient});
    count += section.script->statements.size();
  }
  return count;
}

// Whether any rule that is on subscribed to this subject.
template <class Function>
bool wanted(const RuleSet& rules) {
  constexpr std::size_t subject = Check(Function{}).index();
  return !rules.by_subject[subject].empty();
}

void judge(const MigrationChange& change, sql::Catalog& catalog, DownTrial& trial,
           const Config& config, const RuleSet& rules, HistoryResult& result) {
  std::vector<Finding>& out = result.findings;
  const bool try_downs = wanted<void (*)(const DownSubject&, Report&)>(rules);
  catalog.begin_change();
  for (const ParsedMigration& migration : change.migrations) {
    if (!runs(migration)) continue;
    if (try_downs) {
      const std::vector<sql::Leftover> left = trial.run(migration, catalog);
      if (!left.empty())
        dispatch(
            rules, out,
            DownSubject{migration, left, is_readable(migration.up) && is_readable(migration.down)});
    }
    result.statements += replay(catalog, migration.up);
  }
  dispatch(rules, out, change, config);

  const sql::Differences differences = sql::differences(catalog);
  const NetContext context{catalog, differences, change, config};
  dispatch(rules, out, context);
  const auto judge_all = [&](const auto& subjects) {
    for (const auto& subject : subjects) dispatch(rules, out, subject, context);
  };
  judge_all(differences.schemas);
  judge_all(differences.tables);
  judge_all(differences.columns);
  judge_all(differences.constraints);
  judge_all(differences.indexes);
  judge_all(differences.triggers);
  judge_all(differences.policies);
  judge_all(differences.rules);
  judge_all(differences.views);
  judge_all(differences.sequences);
  judge_all(differences.types);
  judge_all(differences.functions);
  judge_all(differences.extensions);
  judge_all(differences.others);
  for (const ParsedMigration& migration : change.migrations) {
    if (!runs(migration)) continue;
    for (const ParsedSection& section : migration.up)
      for (const sql::Statement& statement : section.script->statements)
        for (const sql::Operation& operation : statement.operations)
          dispatch(rules, out, StepSubject{operation, statement, {section.source, operation.span}},
                   context);
  }
}

}  // namespace

const ActiveRule* find_active(const RuleSet& rules, std::string_view id) {
  for (const auto& subject : rules.by_subject)
    for (const ActiveRule& active : subject)
      if (active.rule->id == id) return &active;
  return nullptr;
}

RuleSet active_rules(const Config& config, std::span<const std::string_view> only) {
  RuleSet set;
  for (const RuleEntry& entry : all_rules()) {
    const Rule& rule = *entry.rule;
    if (!only.empty() && std::find(only.begin(), only.end(), rule.id) == only.end()) continue;
    const std::string_view family = rule.id.substr(0, rule.id.find('/'));
    auto level = config.rules.find(rule.id);
    if (level == config.rules.end()) level = config.rules.find(family);
    const Severity severity = level == config.rules.end() ? rule.severity : level->second;
    if (severity != Severity::off) set.by_subject[rule.check.index()].push_back({&rule, severity});
  }
  return set;
}

HistoryResult lint(const HistoryInput& input, const Config& config, const RuleSet& rules) {
  HistoryResult result;
  sql::Catalog catalog;
  if (input.schema_dump) replay(catalog, {&*input.schema_dump, 1});
  DownTrial trial;
  for (const MigrationChange& change : input.changes) {
    if (!change.released) {
      judge(change, catalog, trial, config, rules, result);
      continue;
    }
    trial.forget();
    for (const ParsedMigration& migration : change.migrations)
      replay(catalog, migration.up, input.schema_dump.has_value());
  }
  result.complete = catalog.complete();
  return result;
}

}  // namespace backout
