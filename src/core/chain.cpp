#include "core/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sql/framework.h"

namespace backout {
namespace {

bool is_of(std::string_view tool, sql::Framework framework) {
  std::string lower(tool);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return lower == sql::to_string(framework);
}

bool ignores_missing(const yaml::Node& container) {
  for (const std::string_view key : {"command", "args"})
    if (const yaml::Node* const list = container.find(key))
      for (const yaml::Node& word : list->items)
        if (word.text.find("--ignore-missing") != std::string_view::npos) return true;
  return false;
}

}  // namespace

bool may_run(const argo::MigrationStep& step, sql::Framework framework, bool only_one) {
  return step.migrator.tool.empty() ? only_one : is_of(step.migrator.tool, framework);
}

// Flyway, goose, dbmate, diesel, Atlas and others carry on.
bool refuses_newer(sql::Framework framework, const argo::MigrationStep& step) {
  using sql::Framework;
  return (framework == Framework::golang_migrate || framework == Framework::sqlx ||
          framework == Framework::refinery || framework == Framework::tern) &&
         !ignores_missing(*step.migrator.container);
}

std::vector<ChainLink> chain(const ManifestContext& context) {
  std::vector<ChainLink> out;
  if (context.migrations.empty()) return out;
  const std::vector<argo::MigrationStep> steps = argo::migration_steps(context.head);
  for (const MigrationChange* const change : context.migrations) {
    const auto first =
        std::find_if(change->migrations.begin(), change->migrations.end(),
                     [](const ParsedMigration& m) { return runs(m) && !m.up.empty(); });
    if (first == change->migrations.end() || change->history == nullptr) continue;
    for (const argo::MigrationStep& step : steps) {
      if (may_run(step, change->history->framework, context.migrations.size() == 1))
        out.push_back({change, &*first, step});
    }
  }
  return out;
}

std::string title(const argo::MigrationStep& step) {
  return fmt::format("{} `{}`", to_string(step.object->kind), step.object->full_name());
}

Location begin_of(const ParsedMigration& migration) {
  const ParsedSection& section = migration.up.front();
  return {section.source, {section.span.begin, section.span.begin}};
}

}  // namespace backout
