// Names follow FigureColnameInternal() of PostgreSQL's parse_target.c: a name is strong (2), weak
// (1) or missing (0); CASE and casts take a strong name from within, else their own weak one.
#include "sql/output_column.h"

#include <optional>
#include <utility>
#include <vector>

#include "sql/lower.h"
#include "sql/tree_names.h"

namespace backout::sql {
namespace {

constexpr int max_depth = 100;  // deeper expressions have no name or type worth finding

struct Named {
  std::string name;
  int strength = 0;
};

Named strong(std::string_view name) { return {std::string(name), 2}; }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// "CURRENT_TIMESTAMP_N" of SVFOP_CURRENT_TIMESTAMP_N → "current_timestamp"
std::string value_function_name(Node node) {
  std::string_view op = node.text("op");
  if (op.starts_with("SVFOP_")) op.remove_prefix(6);
  if (op.ends_with("_N")) op.remove_suffix(2);
  return lower_case(op);
}

Named name_of(Node wrapped, int depth);

Named sublink_name(Node node, int depth) {
  const std::string_view type = node.text("subLinkType");
  if (type == "EXISTS_SUBLINK") return strong("exists");
  if (type == "ARRAY_SUBLINK") return strong("array");
  if (type != "EXPR_SUBLINK") return {};
  Node select = node["subselect"].body("SelectStmt");
  while (const Node left = select["larg"]) select = left.body("SelectStmt") ? left.body() : left;
  const Node target = select.list("targetList").front().body();
  const std::string_view given = target.text("name");
  return given.empty() ? name_of(target["val"], depth) : strong(given);
}

Named name_of(Node wrapped, int depth) {
  if (++depth > max_depth) return {};
  const std::string_view kind = wrapped.kind();
  const Node node = wrapped.body();
  if (kind == "ColumnRef") {
    std::string_view last;
    for (const Node field : node.list("fields"))
      if (field.kind() == "String") last = field.string();
    return last.empty() ? Named{} : strong(last);
  }
  if (kind == "A_Indirection") {
    std::string_view last;
    for (const Node step : node.list("indirection"))
      if (step.kind() == "String") last = step.string();
    return last.empty() ? name_of(node["arg"], depth) : strong(last);
  }
  if (kind == "FuncCall") return strong(node.list("funcname").back().string());
  if (kind == "A_Expr") return node.text("kind") == "AEXPR_NULLIF" ? strong("nullif") : Named{};
  if (kind == "TypeCast") {
    Named inner = name_of(node["arg"], depth);
    if (inner.strength > 1) return inner;
    return {std::string(node["typeName"].list("names").back().string()), 1};
  }
  if (kind == "CollateClause") return name_of(node["arg"], depth);
  if (kind == "SubLink") return sublink_name(node, depth);
  if (kind == "CaseExpr") {
    Named inner = name_of(node["defresult"], depth);
    return inner.strength > 1 ? inner : Named{"case", 1};
  }
  if (kind == "A_ArrayExpr") return strong("array");
  if (kind == "RowExpr") return strong("row");
  if (kind == "CoalesceExpr") return strong("coalesce");
  if (kind == "MinMaxExpr") return strong(node.text("op") == "IS_LEAST" ? "least" : "greatest");
  if (kind == "SQLValueFunction") return strong(value_function_name(node));
  if (kind == "GroupingFunc") return strong("grouping");
  if (kind == "XmlSerialize") return strong("xmlserialize");
  if (kind == "XmlExpr") {
    std::string op = lower_case(node.text("op"));  // is_xmlelement
    return op.starts_with("is_xml") ? strong(op.substr(3)) : Named{};
  }
  return {};
}

Type builtin(std::string_view name) { return {{std::string(), std::string(name)}, {}, 0}; }

Type constant_type(Node node) {
  if (node["ival"]) return builtin("integer");
  if (node["sval"]) return builtin("text");
  if (node["boolval"]) return builtin("boolean");
  if (node["bsval"]) return builtin("bit");
  if (const Node value = node["fval"]) {
    const std::string_view text = value.text("fval");
    const bool big = text.find_first_of(".eE") == std::string_view::npos && text.size() < 19;
    return builtin(big ? "bigint" : "numeric");
  }
  return {};
}

Type value_function_type(Node node) {
  const std::string name = value_function_name(node);
  if (name == "current_date") return builtin("date");
  if (name == "current_time") return builtin("time with time zone");
  if (name == "current_timestamp") return builtin("timestamp with time zone");
  if (name == "localtime") return builtin("time without time zone");
  if (name == "localtimestamp") return builtin("timestamp without time zone");
  return builtin("name");
}

bool is_comparison(std::string_view op) {
  return op == "=" || op == "<>" || op == "<" || op == ">" || op == "<=" || op == ">=" ||
         op == "~" || op == "!~" || op == "~*" || op == "!~*" || op == "~~" || op == "!~~" ||
         op == "~~*" || op == "!~~*" || op == "@>" || op == "<@" || op == "?" || op == "?|" ||
         op == "?&" || op == "@@" || op == "&&";
}

Type operator_type(Node node) {
  const std::string_view op = node.list("name").back().string();
  const std::string_view kind = node.text("kind");
  if (kind == "AEXPR_NULLIF") return {};
  if (kind != "AEXPR_OP" || is_comparison(op)) return builtin("boolean");
  if (op == "->>" || op == "#>>") return builtin("text");
  return {};
}

Type type_of(Node wrapped, int depth);

// Of COALESCE and CASE: what all results agree on; literals follow the others.
Type common_type(const std::vector<Node>& results, int depth) {
  std::optional<Type> found, literal;
  for (const Node result : results) {
    Type type = type_of(result, depth);
    if (const Node constant = result.body("A_Const")) {
      if (!constant.flag("isnull")) literal = std::move(type);
      continue;
    }
    if (type.name.name.empty() || (found && *found != type)) return {};
    found = std::move(type);
  }
  if (found) return *found;
  return literal.value_or(Type{});
}

Type type_of(Node wrapped, int depth) {
  if (++depth > max_depth) return {};
  const std::string_view kind = wrapped.kind();
  const Node node = wrapped.body();
  if (kind == "TypeCast") return lower_type(node["typeName"]);
  if (kind == "A_Const") return constant_type(node);
  if (kind == "FuncCall") {
    const BuiltinFunction* const function = builtin_function(function_name(node.list("funcname")));
    if (function == nullptr || function->returns.empty()) return {};
    std::string_view returns = function->returns;
    Type type;
    if (returns.ends_with("[]")) {
      returns.remove_suffix(2);
      type.dimensions = 1;
    }
    type.name.name = returns;
    return type;
  }
  if (kind == "BoolExpr" || kind == "NullTest" || kind == "BooleanTest") return builtin("boolean");
  if (kind == "SubLink") {
    const std::string_view type = node.text("subLinkType");
    if (type == "EXPR_SUBLINK") {
      const Node target = node["subselect"].body("SelectStmt").list("targetList").front().body();
      return target ? type_of(target["val"], depth) : Type{};
    }
    return type == "ARRAY_SUBLINK" ? Type{} : builtin("boolean");
  }
  if (kind == "A_Expr") return operator_type(node);
  if (kind == "SQLValueFunction") return value_function_type(node);
  if (kind == "CollateClause") return type_of(node["arg"], depth);
  std::vector<Node> results;
  if (kind == "CoalesceExpr" || kind == "MinMaxExpr") {
    for (const Node arg : node.list("args")) results.push_back(arg);
  } else if (kind == "CaseExpr") {
    for (const Node arm : node.list("args")) results.push_back(arm.body()["result"]);
    if (const Node otherwise = node["defresult"]) results.push_back(otherwise);
  }
  return common_type(results, depth);
}

bool is_aggregate(Node call) {
  if (call["over"] || call.flag("agg_star") || call["agg_filter"] || call["agg_order"]) return true;
  const BuiltinFunction* const function = builtin_function(function_name(call.list("funcname")));
  return function != nullptr && function->kind != 'f';
}

bool aggregate_below(simdjson::dom::element element, int depth) {
  if (++depth > 2 * max_depth) return false;
  simdjson::dom::array array;
  simdjson::dom::object object;
  if (!element.get(array)) {
    for (const simdjson::dom::element child : array)
      if (aggregate_below(child, depth)) return true;
  } else if (!element.get(object)) {
    for (const auto field : object) {
      if (field.key == "SubLink") continue;
      if (field.key == "FuncCall" && is_aggregate(Node(field.value))) return true;
      if (aggregate_below(field.value, depth)) return true;
    }
  }
  return false;
}

}  // namespace

std::string output_name(Node expression) {
  Named named = name_of(expression, 0);
  return named.strength == 0 ? "?column?" : std::move(named.name);
}

Type output_type(Node expression) { return expression ? type_of(expression, 0) : Type{}; }

bool has_aggregate(Node expression) {
  return expression && aggregate_below(expression.element(), 0);
}

std::string last_part(std::string_view dotted) {
  return std::string(dotted.substr(dotted.rfind('.') + 1));
}

}  // namespace backout::sql
