// Parse tree → Expr. Which node becomes what; how it is made canonical is in expr_build. What has
// no kind of its own, and what lies deeper than `max_depth`, becomes `other` with the columns it
// names.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/expr_build.h"
#include "sql/lower.h"
#include "sql/tree_names.h"

namespace backout::sql {
namespace {

using Kind = Expr::Kind;

constexpr int max_depth = 100;  // what expr.h promises

Expr lower(Node node, int depth);

std::vector<Expr> lower_list(NodeList list, int depth) {
  std::vector<Expr> result;
  result.reserve(list.size());
  for (const Node node : list) result.push_back(lower(node, depth));
  return result;
}

std::vector<Expr> one(Expr expr) {
  std::vector<Expr> list;
  list.push_back(std::move(expr));
  return list;
}

// A tree that is only compared: its fingerprint, and the columns it names for those who ask.
Expr opaque(std::string_view what, Node node) {
  TreeNames names = names_in(node);
  std::vector<Expr> columns;
  for (auto& [qualifier, column] : names.columns)
    columns.push_back(make_expr(Kind::column, std::move(column)));
  return make_expr(Kind::other, std::string(what) + " #" + fingerprint_text(names.fingerprint),
                   std::move(columns));
}

std::string hex_to_bits(std::string_view hex) {
  std::string bits;
  for (const char c : hex) {
    const unsigned value =
        c <= '9' ? static_cast<unsigned>(c - '0') : static_cast<unsigned>((c | 0x20) - 'a' + 10);
    for (unsigned bit = 8; bit != 0; bit >>= 1) bits += (value & bit) != 0 ? '1' : '0';
  }
  return bits;
}

Expr lower_constant(Node node) {
  if (node.flag("isnull")) return make_expr(Kind::null, {});
  if (const Node value = node["ival"]) return make_number(std::to_string(value.number("ival")));
  if (const Node value = node["sval"]) return make_string(value.text("sval"));
  if (const Node value = node["boolval"]) return make_boolean(value.flag("boolval"));
  if (const Node value = node["fval"]) return make_number(value.text("fval"));
  // B'10' and X'1f' come as "b10" and "x1f"; the server prints both as '10'::"bit".
  std::string_view bits = node["bsval"].text("bsval");
  if (bits.empty()) return make_string({});
  const bool hexadecimal = bits.front() == 'x' || bits.front() == 'X';
  bits.remove_prefix(1);
  return make_string(hexadecimal ? hex_to_bits(bits) : std::string(bits));
}

Expr lower_column(Node node) {
  std::string_view qualifier;
  std::string_view column;
  for (const Node field : node.list("fields")) {
    if (field.kind() == "A_Star")
      return make_expr(Kind::other, column.empty() ? "*" : std::string(column) + ".*");
    qualifier = column;
    column = field.string();
  }
  Expr expr = make_expr(Kind::column, std::string(column));
  if (qualifier == "old" || qualifier == "new" || qualifier == "excluded")
    expr.args.push_back(make_expr(Kind::other, std::string(qualifier)));
  return expr;
}

Expr lower_function(Node node, int depth) {
  std::vector<Expr> args = lower_list(node.list("args"), depth);
  if (node.flag("func_variadic") && !args.empty())
    args.back() = make_expr(Kind::other, "VARIADIC", one(std::move(args.back())));
  if (node.flag("agg_star")) args.push_back(make_expr(Kind::other, "*"));
  if (node.flag("agg_distinct")) args.insert(args.begin(), make_expr(Kind::other, "DISTINCT"));
  for (const std::string_view part : {"agg_order", "agg_filter", "over"})
    if (const Node extra = node[part]) args.push_back(opaque(part, extra));
  return make_expr(Kind::function, function_name(node.list("funcname")), std::move(args));
}

// The operator's name: OPERATOR(schema.+) keeps its schema unless it is pg_catalog.
std::string operator_name(Node node) { return function_name(node.list("name")); }

Expr both(std::string_view first, std::string_view second, Kind joint, const Expr& value,
          const Expr& low, const Expr& high) {
  std::vector<Expr> parts;
  parts.push_back(make_op(std::string(first), value, low));
  parts.push_back(make_op(std::string(second), value, high));
  return make_and_or(joint, std::move(parts));
}

// BETWEEN as the server stores it: comparisons.
Expr lower_between(std::string_view kind, Node node, int depth) {
  const Expr value = lower(node["lexpr"], depth);
  const NodeList bounds = node["rexpr"].body("List").list("items");
  const Expr low = lower(bounds.front(), depth);
  const Expr high = lower(bounds.back(), depth);
  const bool negated = kind.starts_with("AEXPR_NOT");
  const auto range = [&](const Expr& from, const Expr& to) {
    return negated ? both("<", ">", Kind::or_, value, from, to)
                   : both(">=", "<=", Kind::and_, value, from, to);
  };
  if (!kind.ends_with("_SYM")) return range(low, high);
  std::vector<Expr> ways;
  ways.push_back(range(low, high));
  ways.push_back(range(high, low));
  return make_and_or(negated ? Kind::and_ : Kind::or_, std::move(ways));
}

Expr lower_operator(Node node, int depth) {
  const std::string_view kind = node.text("kind");
  if (kind.find("BETWEEN") != std::string_view::npos) return lower_between(kind, node, depth);
  if (kind == "AEXPR_IN") {
    Expr in = make_in(lower(node["lexpr"], depth),
                      lower_list(node["rexpr"].body("List").list("items"), depth));
    if (operator_name(node) != "<>") return in;
    if (in.kind != Kind::op) return make_not(std::move(in));
    in.text = "<>";
    return in;
  }
  Expr right = lower(node["rexpr"], depth);
  const Node left_node = node["lexpr"];
  if (!left_node) return make_expr(Kind::op, operator_name(node), one(std::move(right)));
  Expr left = lower(left_node, depth);
  if (kind == "AEXPR_OP_ANY" || kind == "AEXPR_OP_ALL")
    return make_array_op(operator_name(node), kind == "AEXPR_OP_ALL", std::move(left),
                         std::move(right));
  if (kind == "AEXPR_DISTINCT")
    return make_op("is distinct from", std::move(left), std::move(right));
  if (kind == "AEXPR_NOT_DISTINCT")
    return make_op("is not distinct from", std::move(left), std::move(right));
  if (kind == "AEXPR_NULLIF") {
    std::vector<Expr> args = one(std::move(left));
    args.push_back(std::move(right));
    return make_expr(Kind::other, "NULLIF", std::move(args));
  }
  return make_op(operator_name(node), std::move(left), std::move(right));
}

Expr lower_boolean(Node node, int depth) {
  std::vector<Expr> args = lower_list(node.list("args"), depth);
  const std::string_view op = node.text("boolop");
  if (op == "NOT_EXPR" && args.size() == 1) return make_not(std::move(args.front()));
  return make_and_or(op == "OR_EXPR" ? Kind::or_ : Kind::and_, std::move(args));
}

Expr lower_boolean_test(Node node, int depth) {
  std::string_view type = node.text("booltesttype");
  const bool negated = type.starts_with("IS_NOT_");
  type.remove_prefix(std::min<std::size_t>(type.size(), negated ? 7 : 3));
  const Kind kind = type == "TRUE"    ? Kind::is_true
                    : type == "FALSE" ? Kind::is_false
                                      : Kind::is_unknown;
  Expr test = make_expr(kind, {}, one(lower(node["arg"], depth)));
  return negated ? make_not(std::move(test)) : test;
}

Expr lower_case(Node node, int depth) {
  Expr result = make_expr(Kind::case_, {});
  if (const Node arg = node["arg"]) {
    result.text = "simple";
    result.args.push_back(lower(arg, depth));
  }
  for (const Node arm : node.list("args")) {
    result.args.push_back(lower(arm.body()["expr"], depth));
    result.args.push_back(lower(arm.body()["result"], depth));
  }
  const Node otherwise = node["defresult"];
  result.args.push_back(otherwise ? lower(otherwise, depth) : make_expr(Kind::null, {}));
  return result;
}

// CURRENT_TIMESTAMP(3) …; USER and CURRENT_ROLE are other words for CURRENT_USER.
Expr lower_value_function(Node node) {
  std::string text;
  std::string_view op = node.text("op");
  if (op.starts_with("SVFOP_")) op.remove_prefix(6);
  const bool sized = op.ends_with("_N");
  if (sized) op.remove_suffix(2);
  for (const char c : op) text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (text == "user" || text == "current_role") text = "current_user";
  if (sized) text.append(1, '(').append(std::to_string(node.number("typmod"))).append(1, ')');
  return make_expr(Kind::value_function, std::move(text));
}

// x[1], x[1:2], (x).field
Expr lower_indirection(Node node, int depth) {
  std::vector<Expr> args = one(lower(node["arg"], depth));
  std::string text;
  for (const Node step : node.list("indirection")) {
    if (const Node indices = step.body("A_Indices")) {
      text += indices.flag("is_slice") ? "[:]" : "[]";
      for (const std::string_view bound : {"lidx", "uidx"})
        if (const Node index = indices[bound]) args.push_back(lower(index, depth));
    } else if (step.kind() == "A_Star") {
      text += ".*";
    } else {
      text.append(1, '.').append(step.string());
    }
  }
  return make_expr(Kind::other, std::move(text), std::move(args));
}

std::string dotted(NodeList names) {
  std::string text;
  for (const Node name : names) {
    if (!text.empty()) text += '.';
    text += name.string();
  }
  return text;
}

// `wrapper` is the whole node, for what is kept as it is.
Expr lower_body(std::string_view kind, Node node, Node wrapper, int depth) {
  if (kind == "ColumnRef") return lower_column(node);
  if (kind == "A_Const") return lower_constant(node);
  if (kind == "FuncCall") return lower_function(node, depth);
  if (kind == "A_Expr") return lower_operator(node, depth);
  if (kind == "TypeCast") return make_cast(lower(node["arg"], depth), lower_type(node["typeName"]));
  if (kind == "BoolExpr") return lower_boolean(node, depth);
  if (kind == "NullTest") {
    Expr test =
        make_expr(node.text("nulltesttype") == "IS_NULL" ? Kind::is_null : Kind::is_not_null, {});
    test.args.push_back(lower(node["arg"], depth));
    return test;
  }
  if (kind == "BooleanTest") return lower_boolean_test(node, depth);
  if (kind == "CoalesceExpr")
    return make_expr(Kind::coalesce, {}, lower_list(node.list("args"), depth));
  if (kind == "CaseExpr") return lower_case(node, depth);
  if (kind == "SQLValueFunction") return lower_value_function(node);
  if (kind == "A_ArrayExpr")
    return make_expr(Kind::array, {}, lower_list(node.list("elements"), depth));
  if (kind == "RowExpr") return make_expr(Kind::row, {}, lower_list(node.list("args"), depth));
  if (kind == "A_Indirection") return lower_indirection(node, depth);
  if (kind == "CollateClause") {
    const std::string collation = dotted(node.list("collname"));
    return make_expr(Kind::other, "COLLATE " + collation + " ", one(lower(node["arg"], depth)));
  }
  if (kind == "MinMaxExpr")
    return make_expr(Kind::other, node.text("op") == "IS_LEAST" ? "LEAST" : "GREATEST",
                     lower_list(node.list("args"), depth));
  if (kind == "NamedArgExpr")
    return make_expr(Kind::other, std::string(node.text("name")) + " => ",
                     one(lower(node["arg"], depth)));
  if (kind == "ParamRef")
    return make_expr(Kind::other, "$" + std::to_string(node.number("number")));
  if (kind == "SetToDefault") return make_expr(Kind::other, "DEFAULT");
  if (kind == "SubLink") return opaque("(select)", wrapper);
  return opaque(kind, wrapper);
}

Expr lower(Node node, int depth) {
  const std::string_view kind = node.kind();
  if (depth >= max_depth) return opaque("…", node);
  return lower_body(kind, node.body(), node, depth + 1);
}

}  // namespace

ExprPtr lower_expr(Node node) {
  if (!node) return nullptr;
  return std::make_shared<const Expr>(lower(node, 0));
}

}  // namespace backout::sql
