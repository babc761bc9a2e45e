// Trees are shallow (see expr.h), so recursion is safe. Parts kept as text carry the columns they
// name as arguments.
#include "sql/catalog_expr.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

bool names_column(const Expr& expr, std::string_view column) {
  if (expr.kind == Expr::Kind::column) return expr.text == column;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [column](const Expr& arg) { return names_column(arg, column); });
}

void rename_within(Expr& expr, std::string_view from, std::string_view to) {
  if (expr.kind == Expr::Kind::column) {
    if (expr.text == from) expr.text = to;
    return;
  }
  for (Expr& arg : expr.args) rename_within(arg, from, to);
}

void collect_functions(const Expr& expr, std::vector<std::string>& names) {
  if (expr.kind == Expr::Kind::function &&
      std::find(names.begin(), names.end(), expr.text) == names.end())
    names.push_back(expr.text);
  for (const Expr& arg : expr.args) collect_functions(arg, names);
}

bool is_regclass(std::string_view type) {
  return type == "regclass" || type == "pg_catalog.regclass";
}

// The constant that a call of nextval names its sequence by; null when it is no such call.
const Expr* sequence_constant(const Expr& expr) {
  if (expr.kind != Expr::Kind::function || expr.args.size() != 1) return nullptr;
  if (expr.text != "nextval" && expr.text != "pg_catalog.nextval") return nullptr;
  const Expr* arg = &expr.args.front();
  if (arg->kind == Expr::Kind::cast && is_regclass(arg->text) && arg->args.size() == 1)
    arg = &arg->args.front();
  return arg->kind == Expr::Kind::constant && arg->string ? arg : nullptr;
}

void collect_sequences(const Expr& expr, std::vector<std::string>& names) {
  if (const Expr* constant = sequence_constant(expr)) names.push_back(constant->text);
  for (const Expr& arg : expr.args) collect_sequences(arg, names);
}

Expr nextval_call(std::string_view key) {
  Expr name;
  name.kind = Expr::Kind::constant;
  name.string = true;
  name.text = key;
  Expr cast;
  cast.kind = Expr::Kind::cast;
  cast.text = "regclass";
  cast.args.push_back(std::move(name));
  Expr call;
  call.kind = Expr::Kind::function;
  call.text = "nextval";
  call.args.push_back(std::move(cast));
  return call;
}

void rename_sequences(Expr& expr, const std::function<std::string(const std::string&)>& rename) {
  if (const Expr* constant = sequence_constant(expr)) {
    expr = nextval_call(rename(constant->text));
    return;
  }
  for (Expr& arg : expr.args) rename_sequences(arg, rename);
}

// A constant of a type whose text the server writes in its own way; empty when it stays as it is.
std::string text_as_stored(const std::string& text, const std::string& type) {
  const bool zoned = type == "timestamp with time zone";
  if (zoned || type == "timestamp without time zone") {
    if (text == "epoch") return zoned ? "1970-01-01 00:00:00+00" : "1970-01-01 00:00:00";
    const std::size_t zone = text.find('+');
    if (!zoned && zone != std::string::npos)
      return text.substr(0, zone);  // it has no meaning there
  }
  if (type != "bytea" || text.find('\\') != std::string::npos) return {};
  std::string hex = "\\x";
  for (const char c : text) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[static_cast<unsigned char>(c) >> 4];
    hex += digits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

}  // namespace

bool mentions(const ExprPtr& expr, std::string_view column) {
  return expr && !column.empty() && names_column(*expr, column);
}

ExprPtr rename_column(const ExprPtr& expr, std::string_view from, std::string_view to) {
  if (!mentions(expr, from) || from == to) return expr;
  auto copy = std::make_shared<Expr>(*expr);
  rename_within(*copy, from, to);
  return copy;
}

std::vector<std::string> functions_called(const Expr& expr) {
  std::vector<std::string> names;
  collect_functions(expr, names);
  return names;
}

std::vector<std::string> nextval_targets(const Expr& expr) {
  std::vector<std::string> names;
  collect_sequences(expr, names);
  return names;
}

ExprPtr rename_nextval(const ExprPtr& expr,
                       const std::function<std::string(const std::string&)>& rename) {
  if (!expr || nextval_targets(*expr).empty()) return expr;
  auto copy = std::make_shared<Expr>(*expr);
  rename_sequences(*copy, rename);
  return copy;
}

ExprPtr constant_of_type(const ExprPtr& expr, const Type& type) {
  if (!expr || expr->kind != Expr::Kind::constant || !expr->string || type.dimensions != 0 ||
      !type.name.schema.empty())
    return expr;
  const std::string& text = expr->text;
  const std::string& name = type.name.name;
  if (std::string stored = text_as_stored(text, name); !stored.empty()) {
    auto constant = std::make_shared<Expr>(*expr);
    constant->text = std::move(stored);
    return constant;
  }
  std::string plain;
  if (name == "boolean") {
    if (text == "t" || text == "true" || text == "yes" || text == "on" || text == "1")
      plain = "true";
    else if (text == "f" || text == "false" || text == "no" || text == "off" || text == "0")
      plain = "false";
  } else if (is_numeric(type) && !text.empty() && text.size() < 20 &&
             text.find_first_not_of("0123456789.") == std::string::npos && text.front() != '.' &&
             std::count(text.begin(), text.end(), '.') <= (name == "numeric" ? 1 : 0)) {
    plain = text;
  }
  if (plain.empty()) return expr;
  auto constant = std::make_shared<Expr>(*expr);
  constant->string = false;
  constant->text = std::move(plain);
  return constant;
}

ExprPtr nextval_of(std::string_view key) { return std::make_shared<Expr>(nextval_call(key)); }

}  // namespace backout::sql
