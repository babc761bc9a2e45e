// `SELECT *` changes its shape when a table gains a column. Without a look at the code, the schema
// shows one kind of reader: functions with a fixed result that select * from the table.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/rule.h"

namespace backout {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Where `word` stands as a whole word in `text` at or after `at`, ASCII case ignored.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t at) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  while (true) {
    const auto it =
        std::search(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), word.begin(),
                    word.end(), [&](char a, char b) { return lower(a) == lower(b); });
    if (it == text.end()) return std::string_view::npos;
    const auto found = static_cast<std::size_t>(it - text.begin());
    const std::size_t end = found + word.size();
    if ((found == 0 || !is_word(text[found - 1])) && (end == text.size() || !is_word(text[end])))
      return found;
    at = found + 1;
  }
}

// `* FROM [schema.]table`, the shape that breaks.
bool selects_star_from(std::string_view body, std::string_view table) {
  for (std::size_t at = find_word(body, table, 0); at != std::string_view::npos;
       at = find_word(body, table, at + 1)) {
    std::string_view before = body.substr(0, at);
    const auto trim = [&] {
      while (!before.empty() &&
             std::string_view(" \t\r\n\"").find(before.back()) != std::string_view::npos)
        before.remove_suffix(1);
    };
    trim();
    if (!before.empty() && before.back() == '.') {
      before.remove_suffix(1);
      trim();
      while (!before.empty() && is_word(before.back())) before.remove_suffix(1);
      trim();
    }
    if (before.size() < 5 || find_word(before.substr(before.size() - 4), "from", 0) != 0) continue;
    before.remove_suffix(4);
    trim();
    if (!before.empty() && before.back() == '*') return true;
  }
  return false;
}

// RETURNS TABLE, record or a named type: fixed. RETURNS SETOF the table itself follows the table.
bool fixed_result(const sql::CreateFunction& function, const sql::Table& table) {
  if (function.returns_table) return true;
  return function.returns_set && function.returns && function.returns->name.name != table.name.name;
}

// Released functions that the change leaves as they are, sorted.
std::vector<std::string> star_readers(const sql::Table& table, const sql::Catalog& catalog) {
  std::vector<std::string> keys;
  for (const auto& [key, function] : catalog.functions.all()) {
    const sql::CreateFunction& definition = function->definition;
    if (definition.body.empty() || !fixed_result(definition, table)) continue;
    const sql::Function* before = catalog.functions.find_before(key);
    if (!before || before->body_hash != function->body_hash) continue;
    if (selects_star_from(definition.body, table.name.name)) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

void check(const NetContext& context, Report& report) {
  const sql::Table* last = nullptr;
  for (const sql::ColumnDifference& d : context.differences.columns) {
    if (d.before || !d.after || d.table_before == last) continue;
    last = d.table_before;  // the differences of a table stand together
    const std::string table = sql::to_string(d.table_before->name);
    for (const std::string& key : star_readers(*d.table_before, context.catalog)) {
      sql::ColumnDifference of_function = d;
      of_function.object = {"function", key};
      report(of_function,
             fmt::format(
                 "function `{}` selects * from `{}`, which gains columns: its result no longer has "
                 "the declared columns, calls may fail; name the columns in it first",
                 key, table));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_select_star_cached_plan{
    .id = "compat/select-star-cached-plan",
    .summary = "a table that is read with * gains columns",
    .letters = "a",
    .severity = Severity::note,
    .why =
        "A function with a fixed result whose last query is SELECT * returns one column more than "
        "it "
        "declares once its table gains one, and every call fails. In application code the same "
        "star "
        "makes a prepared statement fail once per connection (\"cached plan must not change result "
        "type\") and takes the transaction with it; the schema does not show such statements.",
    .instead =
        "1. Name the columns in functions and statements, and release that.\n"
        "2. Add the column.\n"
        "Or let the driver prepare on the client, or retry once.",
    .references =
        "https://www.postgresql.org/docs/15/xfunc-sql.html\n"
        "https://www.postgresql.org/docs/15/sql-prepare.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
