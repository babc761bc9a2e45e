#include "core/down.h"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace backout {
namespace {

void apply(sql::Catalog& catalog, const std::vector<ParsedSection>& sections) {
  for (const ParsedSection& section : sections) {
    catalog.reset_session();
    for (const sql::Statement& statement : section.script->statements)
      for (const sql::Operation& operation : statement.operations)
        catalog.apply(operation,
                      {section.source, statement.span, operation.span, operation.conditional});
  }
}

// What a down part would have to undo: not locks, VACUUM and its kin.
bool is_effect(const sql::Operation& operation) {
  return std::visit(
      [](const auto& action) {
        using Action = std::decay_t<decltype(action)>;
        return !std::is_same_v<Action, sql::Read> && !std::is_same_v<Action, sql::Comment> &&
               !std::is_same_v<Action, sql::SetVariable> &&
               !std::is_same_v<Action, sql::TransactionControl> &&
               !std::is_same_v<Action, sql::Lock> && !std::is_same_v<Action, sql::Maintenance>;
      },
      operation.action);
}

}  // namespace

bool has_effect(const std::vector<ParsedSection>& sections) {
  return std::any_of(sections.begin(), sections.end(), [](const ParsedSection& section) {
    const sql::Script& script = *section.script;
    return !script.unparsed.empty() ||
           std::any_of(script.statements.begin(), script.statements.end(),
                       [](const sql::Statement& statement) {
                         return statement.operations.empty() ||
                                std::any_of(statement.operations.begin(),
                                            statement.operations.end(), is_effect);
                       });
  });
}

bool is_readable(const std::vector<ParsedSection>& sections) {
  return std::all_of(sections.begin(), sections.end(), [](const ParsedSection& section) {
    const sql::Script& script = *section.script;
    return script.unparsed.empty() &&
           std::all_of(
               script.statements.begin(), script.statements.end(),
               [](const sql::Statement& statement) {
                 return !statement.operations.empty() &&
                        std::none_of(
                            statement.operations.begin(), statement.operations.end(),
                            [](const sql::Operation& operation) {
                              return std::holds_alternative<sql::DynamicSql>(operation.action);
                            });
               });
  });
}

std::vector<sql::Leftover> DownTrial::run(const ParsedMigration& migration,
                                          const sql::Catalog& before) {
  const bool has_down = has_effect(migration.down);
  if (!has_down && !trial_) return {};
  if (!trial_) trial_ = before;
  trial_->begin_change();
  apply(*trial_, migration.up);
  if (!has_down) return {};
  apply(*trial_, migration.down);
  std::vector<sql::Leftover> left = sql::leftovers(*trial_);
  if (left.empty())
    apply(*trial_, migration.up);
  else
    trial_.reset();
  return left;
}

}  // namespace backout
