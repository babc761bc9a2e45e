// See enforced.h.
#include "sql/enforced.h"

#include <string>

#include "sql/implies.h"

namespace backout::sql {
namespace {

bool is_check(const Constraint& constraint) {
  return constraint.kind == ConstraintKind::check && constraint.enforced && constraint.expression;
}

bool follows(Expr all, const Expr& condition) {
  if (all.args.empty()) return false;
  return implies(all.args.size() == 1 ? all.args.front() : all, condition);
}

}  // namespace

Expr not_null(std::string_view column) {
  Expr name{.kind = Expr::Kind::column, .string = false, .text = std::string(column), .args = {}};
  return {.kind = Expr::Kind::is_not_null, .string = false, .text = {}, .args = {std::move(name)}};
}

bool enforces(const Table& table, const Expr& condition) {
  Expr all{.kind = Expr::Kind::and_, .string = false, .text = {}, .args = {}};
  for (const auto& constraint : table.constraints)
    if (is_check(*constraint)) all.args.push_back(*constraint->expression);
  for (const std::string& name : columns_of(condition)) {
    const Column* column = table.column(name);
    if (column && column->not_null) all.args.push_back(not_null(name));
  }
  return follows(std::move(all), condition);
}

bool enforces(const UserType& domain, const Expr& condition) {
  Expr all{.kind = Expr::Kind::and_, .string = false, .text = {}, .args = {}};
  for (const auto& constraint : domain.constraints)
    if (is_check(*constraint)) all.args.push_back(*constraint->expression);
  if (domain.not_null) all.args.push_back(not_null("value"));
  return follows(std::move(all), condition);
}

const Constraint* enforcing_check(const Table& table, const Expr& condition) {
  for (const auto& constraint : table.constraints)
    if (is_check(*constraint) && implies(*constraint->expression, condition))
      return constraint.get();
  return nullptr;
}

}  // namespace backout::sql
