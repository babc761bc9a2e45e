// What is judged: migrations of one database, some of them new. Made by core/change.cpp from two
// revisions, the index or folders.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/source.h"
#include "sql/framework.h"
#include "sql/parse.h"

namespace backout {

enum class FileState : std::uint8_t { added, modified, deleted, unchanged };

// A parsed section of a migration.
struct ParsedSection {
  const Source* source = nullptr;
  Span span;
  sql::Transaction transaction = sql::Transaction::per_file;
  std::shared_ptr<const sql::Script> script;  // null: not parsed (down parts that nobody asked for)
};

struct ParsedMigration {
  std::string version, name;
  FileState state = FileState::added;  // against the base
  bool repeatable = false, baseline = false, has_down_form = false;
  std::vector<ParsedSection> up, down;      // of the head; for deleted ones: of the base
  std::vector<ParsedSection> up_before;     // modified ones: of the base
  bool before_newest_released = false;      // added ones: sorts before the newest released version
  bool text_differs_only_in_space = false;  // modified ones: equal but for comments and white space
};

// One database's change: history as released (already applied to the catalog) and what is new, in
// the order the tool runs it.
struct MigrationChange {
  bool released = false;                  // only history: applied to the catalog, not judged
  const sql::History* history = nullptr;  // of the head
  std::vector<ParsedMigration>
      migrations{};  // those that differ from the base: added, modified, deleted
  std::string
      newest_released{};  // version of the newest released migration, empty when there is none
  std::string newest_released_name{};
  std::vector<sql::FrameworkProblem> problems{};  // of files in this change
  std::vector<const Source*> problem_sources{};   // by index of `problems`
  struct Unreadable {
    const Source* source;   // path with an empty text
    std::string reason;     // "symbolic link", "submodule"
    bool limit = false;     // over `limits.file_bytes`
    bool released = false;  // the base has the same
  };
  std::vector<Unreadable> unreadable{};
};

// Whether the tool runs it forward: new migrations, and repeatable ones whose text changed. An
// edited released migration does not run again.
[[nodiscard]] inline bool runs(const ParsedMigration& migration) {
  return migration.state == FileState::added ||
         (migration.state == FileState::modified && migration.repeatable);
}
// Calls `use(section, statement, operation)` for what the sections do, in order.
template <class Use>
void for_each_operation(const std::vector<ParsedSection>& sections, const Use& use) {
  for (const ParsedSection& section : sections)
    for (const sql::Statement& statement : section.script->statements)
      for (const sql::Operation& operation : statement.operations)
        use(section, statement, operation);
}

// The operation that a cause names, null when it lies in none of this change's forward parts.
[[nodiscard]] const sql::Operation* operation_at(const MigrationChange& change,
                                                 const Source* source, Span statement, Span place);

}  // namespace backout
