// Expressions as text, and what can be asked of them. Trees are shallow (see expr.h), so recursion
// is fine here.
#include "sql/expr.h"

#include <algorithm>
#include <utility>

#include "sql/builtin_functions.h"
#include "sql/expr_build.h"

namespace backout::sql {
namespace {

using Kind = Expr::Kind;

constexpr std::string_view subquery_mark =
    "(select";  // how lower_expr begins the text of sub-queries

void write(std::string& out, const Expr& expr);

// As an operand: in parentheses when it is an operation itself.
void write_operand(std::string& out, const Expr& expr) {
  switch (expr.kind) {
    case Kind::op:
    case Kind::and_:
    case Kind::or_:
    case Kind::not_:
    case Kind::is_null:
    case Kind::is_not_null:
    case Kind::is_true:
    case Kind::is_false:
    case Kind::is_unknown:
    case Kind::in_list:
      out += '(';
      write(out, expr);
      out += ')';
      return;
    default:
      write(out, expr);
  }
}

void write_list(std::string& out, const std::vector<Expr>& args, std::size_t from = 0) {
  for (std::size_t i = from; i < args.size(); ++i) {
    if (i != from) out += ", ";
    write(out, args[i]);
  }
}

void write_quoted(std::string& out, std::string_view text) {
  out += '\'';
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  out += '\'';
}

void write_joined(std::string& out, const Expr& expr, std::string_view word) {
  for (std::size_t i = 0; i < expr.args.size(); ++i) {
    if (i != 0) out += word;
    write_operand(out, expr.args[i]);
  }
}

void write_case(std::string& out, const Expr& expr) {
  out += "CASE";
  std::size_t at = 0;
  if (!expr.text.empty() && !expr.args.empty()) {
    out += ' ';
    write(out, expr.args[at++]);
  }
  for (; at + 1 < expr.args.size(); at += 2) {
    out += " WHEN ";
    write(out, expr.args[at]);
    out += " THEN ";
    write(out, expr.args[at + 1]);
  }
  if (at < expr.args.size()) {
    out += " ELSE ";
    write(out, expr.args[at]);
  }
  out += " END";
}

void write_suffix(std::string& out, const Expr& expr, std::string_view suffix) {
  if (!expr.args.empty()) write_operand(out, expr.args.front());
  out += suffix;
}

void write(std::string& out, const Expr& expr) {
  switch (expr.kind) {
    case Kind::constant:
      expr.string ? write_quoted(out, expr.text) : void(out += expr.text);
      return;
    case Kind::null:
      out += "NULL";
      return;
    case Kind::column:
      if (!expr.args.empty()) out.append(expr.args.front().text).append(1, '.');
      out += expr.text;
      return;
    case Kind::function:
      out += expr.text;
      out += '(';
      write_list(out, expr.args);
      out += ')';
      return;
    case Kind::op:
      if (expr.args.size() == 2) {
        write_operand(out, expr.args[0]);
        out.append(1, ' ').append(expr.text).append(1, ' ');
        write_operand(out, expr.args[1]);
      } else {
        out.append(expr.text).append(1, ' ');
        write_joined(out, expr, " ");
      }
      return;
    case Kind::and_:
      write_joined(out, expr, " AND ");
      return;
    case Kind::or_:
      write_joined(out, expr, " OR ");
      return;
    case Kind::not_:
      if (!expr.args.empty() && expr.args.front().kind == Kind::in_list) {
        write_operand(out, expr.args.front().args.front());
        out += " NOT IN (";
        write_list(out, expr.args.front().args, 1);
        out += ')';
        return;
      }
      out += "NOT ";
      write_joined(out, expr, " ");
      return;
    case Kind::is_null:
      write_suffix(out, expr, " IS NULL");
      return;
    case Kind::is_not_null:
      write_suffix(out, expr, " IS NOT NULL");
      return;
    case Kind::is_true:
      write_suffix(out, expr, " IS TRUE");
      return;
    case Kind::is_false:
      write_suffix(out, expr, " IS FALSE");
      return;
    case Kind::is_unknown:
      write_suffix(out, expr, " IS UNKNOWN");
      return;
    case Kind::cast:
      write_suffix(out, expr, "::");
      out += expr.text;
      return;
    case Kind::in_list:
      write_operand(out, expr.args.front());
      out += " IN (";
      write_list(out, expr.args, 1);
      out += ')';
      return;
    case Kind::array:
      out += "ARRAY[";
      write_list(out, expr.args);
      out += ']';
      return;
    case Kind::row:
      out += "ROW(";
      write_list(out, expr.args);
      out += ')';
      return;
    case Kind::coalesce:
      out += "COALESCE(";
      write_list(out, expr.args);
      out += ')';
      return;
    case Kind::case_:
      write_case(out, expr);
      return;
    case Kind::value_function:
      out += expr.text;
      return;
    case Kind::other:
      out += expr.text;
      if (expr.args.empty()) return;
      out += '(';
      write_list(out, expr.args);
      out += ')';
      return;
  }
}

void collect_columns(const Expr& expr, std::vector<std::string>& columns) {
  if (expr.kind == Kind::column) {
    if (std::find(columns.begin(), columns.end(), expr.text) == columns.end())
      columns.push_back(expr.text);
    return;
  }
  for (const Expr& arg : expr.args) collect_columns(arg, columns);
}

void rename_column(Expr& expr, std::string_view from, std::string_view to) {
  if (expr.kind == Kind::column) {
    if (expr.text == from) expr.text = to;
    return;
  }
  if (expr.kind == Kind::other && expr.text.starts_with(subquery_mark)) return;
  for (Expr& arg : expr.args) rename_column(arg, from, to);
}

bool names_column(const Expr& expr, std::string_view column) {
  if (expr.kind == Kind::column) return expr.text == column;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [&](const Expr& arg) { return names_column(arg, column); });
}

}  // namespace

std::string to_text(const Expr& expr) {
  std::string out;
  write(out, expr);
  return out;
}

bool same(const ExprPtr& a, const ExprPtr& b) {
  if (!a || !b) return !a && !b;
  return a == b || to_text(*a) == to_text(*b);
}

Volatility volatility(const Expr& expr) {
  Volatility worst = Volatility::immutable;
  if (expr.kind == Kind::value_function) worst = Volatility::stable;
  if (expr.kind == Kind::other && expr.text.starts_with(subquery_mark)) worst = Volatility::stable;
  if (expr.kind == Kind::function) {
    const BuiltinFunction* const function = builtin_function(expr.text);
    const char letter = function != nullptr ? function->volatility : 'v';
    worst = letter == 'v'   ? Volatility::volatile_
            : letter == 's' ? Volatility::stable
                            : Volatility::immutable;
  }
  for (const Expr& arg : expr.args) worst = std::max(worst, volatility(arg));
  return worst;
}

std::vector<std::string> columns_of(const Expr& expr) {
  std::vector<std::string> columns;
  collect_columns(expr, columns);
  return columns;
}

ExprPtr as_default_of(const ExprPtr& expr, const Type& type) {
  if (!expr) return expr;
  Type unsized = type;
  unsized.modifiers.clear();
  if (expr->kind == Kind::cast &&
      (expr->text == to_string(type) || expr->text == to_string(unsized)))
    return as_default_of(std::make_shared<const Expr>(expr->args.front()), type);
  if (expr->kind != Kind::constant || !expr->string) return expr;
  Expr converted = make_cast(*expr, unsized);
  if (converted == *expr || converted.kind == Kind::cast) return expr;
  return std::make_shared<const Expr>(std::move(converted));
}

ExprPtr with_renamed_column(const ExprPtr& expr, std::string_view from, std::string_view to) {
  if (!expr || !names_column(*expr, from)) return expr;
  Expr renamed = *expr;
  rename_column(renamed, from, to);
  return std::make_shared<const Expr>(std::move(renamed));
}

}  // namespace backout::sql
