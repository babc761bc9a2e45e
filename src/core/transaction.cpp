// See transaction.h.
#include "core/transaction.h"

#include <variant>

namespace backout {
namespace {

using sql::Transaction;
using sql::TransactionControl;

const ParsedSection* section_of(const MigrationChange& change, const sql::Cause& cause) {
  for (const ParsedMigration& migration : change.migrations)
    for (const ParsedSection& section : migration.up)
      if (section.source == cause.source && section.span.begin <= cause.statement.begin &&
          cause.statement.begin <= section.span.end)
        return &section;
  return nullptr;
}

const TransactionControl* control(const sql::Statement& statement) {
  return statement.operations.empty()
             ? nullptr
             : std::get_if<TransactionControl>(&statement.operations.front().action);
}

// Where one section stands between `begin` and `end`: in which state it arrives, and whether a
// transaction ended on the way.
struct Stretch {
  bool open;
  bool ended;
};
Stretch walk(const ParsedSection& section, std::uint32_t begin, std::uint32_t end) {
  bool open = section.transaction != Transaction::none_split;
  bool open_at_begin = open, ended = false;
  if (!section.script) return {open, false};
  for (const sql::Statement& statement : section.script->statements) {
    if (statement.span.begin >= end) break;
    if (statement.span.begin <= begin) open_at_begin = open;
    const TransactionControl* c = control(statement);
    if (!c) continue;
    using K = TransactionControl::Kind;
    if (c->kind == K::begin) open = true;
    if (c->kind == K::commit || c->kind == K::rollback || c->kind == K::prepared) {
      open = false;
      if (statement.span.begin > begin) ended = true;
    }
    if (statement.span.begin <= begin) open_at_begin = open;
  }
  return {open_at_begin, ended};
}

}  // namespace

bool same_transaction(const MigrationChange& change, const sql::Cause& first,
                      const sql::Cause& second) {
  if (first.source == second.source && first.statement == second.statement) return true;
  const ParsedSection* a = section_of(change, first);
  const ParsedSection* b = section_of(change, second);
  if (!a || !b) return false;
  if (a != b)
    return a->transaction == Transaction::whole_run && b->transaction == Transaction::whole_run;
  const Stretch stretch = walk(*a, first.statement.begin, second.statement.begin);
  return stretch.open && !stretch.ended;
}

}  // namespace backout
