#include "report/highlight.h"

#include <algorithm>
#include <cctype>

namespace backout::report {
namespace {

constexpr std::string_view keywords[] = {
    "add",       "after",        "all",       "alter",        "always",     "and",
    "as",        "attach",       "before",    "begin",        "by",         "cascade",
    "check",     "column",       "commit",    "concurrently", "constraint", "create",
    "default",   "delete",       "detach",    "disable",      "distinct",   "do",
    "domain",    "drop",         "each",      "else",         "enable",     "end",
    "enum",      "execute",      "exists",    "extension",    "for",        "foreign",
    "from",      "function",     "generated", "grant",        "group",      "if",
    "identity",  "in",           "index",     "insert",       "into",       "is",
    "join",      "key",          "language",  "level",        "like",       "limit",
    "lock",      "materialized", "not",       "null",         "on",         "or",
    "order",     "owner",        "partition", "policy",       "primary",    "procedure",
    "public",    "references",   "rename",    "replace",      "restrict",   "returning",
    "returns",   "revoke",       "role",      "row",          "rule",       "schema",
    "security",  "select",       "sequence",  "set",          "stored",     "table",
    "temporary", "then",         "to",        "trigger",      "truncate",   "type",
    "unique",    "unlogged",     "update",    "using",        "valid",      "validate",
    "value",     "values",       "view",      "when",         "where",      "with",
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_keyword(std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::binary_search(std::begin(keywords), std::end(keywords), lower);
}

// End of the piece that begins at `at`, and its colour.
std::size_t piece(std::string_view sql, std::size_t at, const Style& style,
                  std::string_view& color) {
  const auto to = [&](std::size_t found, std::size_t behind) {
    return found == std::string_view::npos ? sql.size() : found + behind;
  };
  color = {};
  if (sql.substr(at).starts_with("--")) {
    color = style.faint;
    return to(sql.find('\n', at), 0);
  }
  if (sql[at] == '\'') {
    color = style.literal;
    return to(sql.find('\'', at + 1), 1);
  }
  if (!is_word(sql[at])) return at + 1;
  std::size_t end = at;
  while (end < sql.size() && is_word(sql[end])) ++end;
  if (is_keyword(sql.substr(at, end - at))) color = style.keyword;
  return end;
}

}  // namespace

void append_highlighted_sql(std::string& out, std::string_view sql, const Style& style) {
  for (std::size_t at = 0; at < sql.size();) {
    std::string_view color;
    const std::size_t end = piece(sql, at, style, color);
    out += color;
    out += sql.substr(at, end - at);
    if (!color.empty()) out += style.reset;
    at = end;
  }
}

}  // namespace backout::report
