// Follows the server's own algorithms, truncation included, so that later statements that use a
// chosen name find it.
#include "sql/catalog_names.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace backout::sql {
namespace {

constexpr std::size_t longest_name = 63;  // NAMEDATALEN - 1

// Cuts to at most `bytes` without splitting a UTF-8 character.
std::string_view clip(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

// The names that the grammar gives types, which is what an unnamed cast is called.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> internal_names{{
    {"bigint", "int8"},
    {"bit varying", "varbit"},
    {"boolean", "bool"},
    {"character", "bpchar"},
    {"character varying", "varchar"},
    {"double precision", "float8"},
    {"integer", "int4"},
    {"real", "float4"},
    {"smallint", "int2"},
    {"time with time zone", "timetz"},
    {"time without time zone", "time"},
    {"timestamp with time zone", "timestamptz"},
    {"timestamp without time zone", "timestamp"},
    {"bit", "bit"},
    {"numeric", "numeric"},
    {"interval", "interval"},
    {"text", "text"},
}};

std::string internal_type_name(std::string_view canonical) {
  // "timestamp(3) without time zone" → "timestamp without time zone"; arrays go by their element.
  std::string text(canonical);
  while (text.size() > 2 && text.ends_with("[]")) text.resize(text.size() - 2);
  if (const auto open = text.find('('); open != std::string::npos) {
    const auto close = text.find(')', open);
    text.erase(open, close == std::string::npos ? std::string::npos : close - open + 1);
  }
  for (const auto& [name, internal] : internal_names) {
    if (name == text) return std::string(internal);
  }
  const auto dot = text.rfind('.');
  return dot == std::string::npos ? text : text.substr(dot + 1);
}

std::string last_part(std::string_view name) {
  const auto dot = name.rfind('.');
  return std::string(dot == std::string_view::npos ? name : name.substr(dot + 1));
}

int figure(const Expr& expr, std::string& name);

// COLLATE and subscripts are called as what they stand on, (x).field as the field.
int figure_other(const Expr& expr, std::string& name) {
  if (expr.text == "LEAST" || expr.text == "GREATEST" || expr.text == "NULLIF") {
    name = expr.text == "LEAST" ? "least" : expr.text == "GREATEST" ? "greatest" : "nullif";
    return 2;
  }
  const auto dot = expr.text.rfind('.');
  if (expr.text.starts_with(".") || expr.text.starts_with("[")) {
    if (dot != std::string::npos) {
      name = expr.text.substr(dot + 1, expr.text.find('[', dot) - dot - 1);
      return 2;
    }
    return expr.args.empty() ? 0 : figure(expr.args.front(), name);
  }
  if (expr.text.starts_with("COLLATE ") && !expr.args.empty())
    return figure(expr.args.front(), name);
  return 0;
}

// How sure a name is: 0 none, 1 may be replaced by an outer one, 2 certain (FigureColnameInternal).
int figure(const Expr& expr, std::string& name) {
  switch (expr.kind) {
    case Expr::Kind::column:
    case Expr::Kind::function:
      name = last_part(expr.text);
      return 2;
    case Expr::Kind::value_function:
      name = expr.text.substr(0, expr.text.find('('));
      return 2;
    case Expr::Kind::other:
      return figure_other(expr, name);
    case Expr::Kind::coalesce:
      name = "coalesce";
      return 2;
    case Expr::Kind::array:
      name = "array";
      return 2;
    case Expr::Kind::row:
      name = "row";
      return 2;
    case Expr::Kind::case_: {
      const int strength = expr.args.empty() ? 0 : figure(expr.args.back(), name);
      if (strength > 1) return strength;
      name = "case";
      return 1;
    }
    case Expr::Kind::cast: {
      const int strength = expr.args.empty() ? 0 : figure(expr.args.front(), name);
      if (strength > 1) return strength;
      name = internal_type_name(expr.text);
      return 1;
    }
    default:
      return 0;
  }
}

}  // namespace

std::string qualify(std::string_view schema, std::string_view name) {
  std::string key;
  key.reserve(schema.size() + 1 + name.size());
  return key.append(schema).append(".").append(name);
}

std::string_view schema_of(std::string_view key) { return key.substr(0, key.find('.')); }

std::string compose_name(std::string_view first, std::string_view second, std::string_view label) {
  const std::size_t overhead = (second.empty() ? 0 : 1) + (label.empty() ? 0 : label.size() + 1);
  const std::size_t room = longest_name > overhead ? longest_name - overhead : 0;
  std::size_t a = first.size();
  std::size_t b = second.size();
  while (a + b > room) a > b ? --a : --b;
  std::string name(clip(first, a));
  if (!second.empty()) name.append("_").append(clip(second, b));
  if (!label.empty()) name.append("_").append(label);
  return name;
}

std::string joined(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) {
    if (!text.empty()) text += '_';
    text += clip(column, longest_name);
    if (text.size() > longest_name) break;
  }
  return text;
}

std::vector<std::string> key_names(const std::vector<IndexKey>& keys,
                                   const std::vector<std::string>& include) {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& wanted) {
    std::string name = wanted;
    for (int i = 1; std::find(names.begin(), names.end(), name) != names.end(); ++i) {
      const std::string number = std::to_string(i);
      name = std::string(clip(wanted, longest_name - number.size())) + number;
    }
    names.push_back(std::move(name));
  };
  for (const IndexKey& key : keys) {
    std::string name = key.column;
    if (name.empty() && key.expression) figure(*key.expression, name);
    add(name.empty() ? "expr" : name);
  }
  for (const std::string& column : include) add(column);
  return names;
}

QualifiedName name_in_text(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size(); ++i) {
        if (text[i] == '"' && (i + 1 == text.size() || text[i + 1] != '"')) break;
        if (text[i] == '"') ++i;
        parts.back() += text[i];
      }
    } else if (c == '.') {
      parts.emplace_back();
    } else if (c != ' ') {
      parts.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  QualifiedName name;
  name.name = parts.back();
  if (parts.size() > 1) name.schema = parts[parts.size() - 2];
  return name;
}

}  // namespace backout::sql
