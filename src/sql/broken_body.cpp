#include "sql/broken_body.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

#include "sql/lexer.h"
#include "sql/plpgsql.h"

namespace backout::sql {
namespace {

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool is_system(std::string_view schema, std::string_view name) {
  return schema.starts_with("pg_") || schema == "information_schema" ||
         (schema.empty() && name.starts_with("pg_"));
}

bool is_system_column(std::string_view name) {
  return name == "ctid" || name == "xmin" || name == "xmax" || name == "cmin" || name == "cmax" ||
         name == "tableoid";
}

// Tables that the body itself creates, temporary ones most of the time.
std::vector<std::string> created_by(const CreateFunction& function) {
  std::vector<std::string> names;
  for (const Operation& operation : body_operations(function).operations)
    if (const auto* table = std::get_if<CreateTable>(&operation.action))
      names.push_back(table->name.name);
  return names;
}

// It asks the catalog, tells tables apart, sets its own search path or has a handler for errors.
bool is_guarded(const CreateFunction& function) {
  constexpr std::array words{"to_regclass", "pg_class", "information_schema", "tg_table_name",
                             "tg_relname",  "tg_relid", "tg_table_schema"};
  const std::string_view body = function.body;
  const Span whole{0, static_cast<std::uint32_t>(body.size())};
  Lexer lexer(body, whole);
  bool handler = false;  // the word before was EXCEPTION
  for (Token token = lexer.next_code(); token.kind != Token::Kind::end; token = lexer.next_code()) {
    if (handler && lexer.is(token, "when")) return true;
    handler = lexer.is(token, "exception");
    for (const char* const word : words)
      if (lexer.is(token, word)) return true;
  }
  return false;
}

bool exists(const Catalog& catalog, const QualifiedName& name) {
  const std::string key = catalog.resolve_relation(name);
  return catalog.tables.find(key) || catalog.views.find(key) || catalog.sequences.find(key);
}

// A look at the words alone, to spare most bodies the parser: does one that follows FROM, JOIN,
// UPDATE or INSERT INTO name no relation, or one after NEW or OLD no column?
bool is_suspicious(const Catalog& catalog, std::string_view body, const Table* table) {
  Lexer lexer(body, {0, static_cast<std::uint32_t>(body.size())});
  const auto name_of = [&](const Token& token) {
    std::string name(lexer.text(token));
    if (token.kind == Token::Kind::quoted_name) return name.substr(1, name.size() - 2);
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return name;
  };
  const auto is_name = [](const Token& token) {
    return token.kind == Token::Kind::word || token.kind == Token::Kind::quoted_name;
  };
  Token before, token = lexer.next_code();
  while (token.kind != Token::Kind::end) {
    const bool row = lexer.is(token, "new") || lexer.is(token, "old");
    const bool relation = lexer.is(token, "from") || lexer.is(token, "join") ||
                          lexer.is(token, "update") ||
                          (lexer.is(token, "into") && lexer.is(before, "insert"));
    before = token;
    token = lexer.next_code();
    if (row && lexer.is_symbol(token, '.')) {
      token = lexer.next_code();
      if (is_name(token) && (!table || !table->column(name_of(token)))) return true;
    } else if (relation && is_name(token)) {
      QualifiedName name{{}, name_of(token)};
      if (lexer.is(token, "set") || lexer.is(token, "only") || lexer.is(token, "lateral")) continue;
      token = lexer.next_code();
      if (lexer.is_symbol(token, '.')) {
        token = lexer.next_code();
        name = {std::move(name.name), name_of(token)};
        token = lexer.next_code();
      }
      const bool call = lexer.is_symbol(token, '(') && !lexer.is(before, "into");
      if (!call && !exists(catalog, name)) return true;
    }
  }
  return false;
}

}  // namespace

BrokenBody broken_body(const Catalog& catalog, const CreateFunction& function,
                       const CreateTrigger* trigger, const Table* table) {
  BrokenBody broken;
  if (!is_suspicious(catalog, function.body, table)) return broken;
  const BodyUse use = body_use(function);
  if (!use.understood) return broken;
  for (const QualifiedName& name : use.relations) {
    if (is_system(name.schema, name.name)) continue;
    if (trigger && name.schema.empty() && contains(trigger->transition_tables, name.name)) continue;
    if (exists(catalog, name)) continue;
    const std::string key = catalog.resolve_relation(name);
    const bool lost = catalog.tables.find_before(key) || catalog.views.find_before(key) ||
                      catalog.sequences.find_before(key);
    const bool foreign = !name.schema.empty() && !catalog.schemas.find(name.schema);
    broken.missing.push_back({to_string(name), {}, lost, foreign});
  }
  if (trigger && trigger->row && table && table->known) {
    const Table* before = catalog.tables.find_before(to_string(table->name));
    const auto look_at = [&](std::string_view row, const std::string& column) {
      if (table->column(column) || is_system_column(column) || column == "*") return;
      const bool known =
          std::any_of(broken.missing.begin(), broken.missing.end(),
                      [&](const MissingName& missing) { return missing.column == column; });
      if (!known)
        broken.missing.push_back(
            {std::string(row) + "." + column, column, before && before->column(column), false});
    };
    for (const auto& [qualifier, column] : use.columns)
      if (qualifier == "new" || qualifier == "old")
        look_at(qualifier == "new" ? "NEW" : "OLD", column);
    for (const std::string& column : use.new_columns) look_at("NEW", column);
  }
  if (broken.missing.empty()) return broken;
  const std::vector<std::string> created = created_by(function);
  std::erase_if(broken.missing,
                [&](const MissingName& missing) { return contains(created, missing.name); });
  broken.guarded = is_guarded(function);
  return broken;
}

}  // namespace backout::sql
