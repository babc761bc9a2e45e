#include "core/change.h"

#include <algorithm>

namespace backout {

const sql::Operation* operation_at(const MigrationChange& change, const Source* source,
                                   Span statement, Span place) {
  for (const ParsedMigration& migration : change.migrations)
    for (const ParsedSection& section : migration.up) {
      if (section.source != source) continue;
      const auto& statements = section.script->statements;
      const auto found = std::lower_bound(
          statements.begin(), statements.end(), statement.begin,
          [](const sql::Statement& s, std::uint32_t begin) { return s.span.begin < begin; });
      if (found == statements.end() || found->span != statement) continue;
      for (const sql::Operation& operation : found->operations)
        if (operation.span == place) return &operation;
    }
  return nullptr;
}

}  // namespace backout
