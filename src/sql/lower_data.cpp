// Statements that read or write rows. WITH may hold several writing statements: each becomes an
// operation of its own. The rows of INSERT … VALUES are never looked at.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/builtin_functions.h"
#include "sql/expr_build.h"
#include "sql/lower.h"
#include "sql/output_column.h"
#include "sql/tree_names.h"

namespace backout::sql {
namespace {

using Kind = Expr::Kind;

// Conditions that keep every row: none, TRUE, 1 = 1, 'a' = 'a', and ANDs and ORs of them.
bool is_always_true(const Expr& condition) {
  switch (condition.kind) {
    case Kind::constant:
      return !condition.string && condition.text == "true";
    case Kind::op:
      return condition.args.size() == 2 && condition.args[0].kind == Kind::constant &&
             condition.args[0] == condition.args[1] &&
             (condition.text == "=" || condition.text == "<=" || condition.text == ">=");
    case Kind::and_:
      for (const Expr& part : condition.args)
        if (!is_always_true(part)) return false;
      return true;
    case Kind::or_:
      for (const Expr& part : condition.args)
        if (is_always_true(part)) return true;
      return false;
    case Kind::not_:
      return condition.args.front() == make_boolean(false);
    case Kind::is_true:
      return is_always_true(condition.args.front());
    default:
      return false;
  }
}

bool is_everything(const ExprPtr& where) { return !where || is_always_true(*where); }

// ---------------------------------------------------------------- assignments

// Literals and functions that give one value for the whole statement.
bool is_constant(const Expr& expr) {
  if (expr.kind == Kind::column) return false;
  if (expr.kind == Kind::other && (expr.text.starts_with("(select") || expr.text == "DEFAULT"))
    return expr.text == "DEFAULT";
  for (const Expr& arg : expr.args)
    if (!is_constant(arg)) return false;
  return expr.kind != Kind::function || volatility(expr) != Volatility::volatile_;
}

// Does the tree name a column of the rows that are being changed? `target` is what the statement
// calls their table. Outside sub-queries an unqualified name may be one of theirs; inside, only a
// qualified one is taken for it.
class OldValues {
 public:
  OldValues(std::string_view target, bool excluded) : target_(target), excluded_(excluded) {}

  [[nodiscard]] bool named_in(const Node& value) const {
    if (!value) return false;
    if (const Node query = value.body("SubLink")) return qualified_in(query);
    return named_below(value.element(), 0);
  }

 private:
  [[nodiscard]] bool qualified_in(const Node& query) const {
    for (const auto& [qualifier, column] : names_in(query).columns)
      if (qualifier == target_) return true;
    return false;
  }
  [[nodiscard]] bool named_below(simdjson::dom::element element, int depth) const {
    if (++depth > 400) return true;  // too deep to tell: the milder answer
    simdjson::dom::array array;
    simdjson::dom::object object;
    if (!element.get(array)) {
      for (const simdjson::dom::element child : array)
        if (named_below(child, depth)) return true;
    } else if (!element.get(object)) {
      for (const auto field : object) {
        if (field.key == "SubLink"     ? qualified_in(Node(field.value))
            : field.key == "ColumnRef" ? is_old(Node(field.value))
                                       : named_below(field.value, depth))
          return true;
      }
    }
    return false;
  }
  [[nodiscard]] bool is_old(Node column) const {
    std::string_view qualifier, last;
    for (const Node field : column.list("fields")) {
      qualifier = last;
      last = field.string();
    }
    if (excluded_ && qualifier == "excluded") return false;
    return qualifier.empty() || qualifier == target_;
  }

  std::string_view target_;
  bool excluded_;
};

std::string_view called(Node range_var) {
  const std::string_view alias = range_var["alias"].text("aliasname");
  return alias.empty() ? range_var.text("relname") : alias;
}

// SET a = …, (b, c) = (…), (d, e) = (SELECT …).
std::vector<Assignment> assignments(NodeList targets, const OldValues& old_values) {
  std::vector<Assignment> result;
  for (const Node wrapped : targets) {
    const Node target = wrapped.body();
    Node value = target["val"];
    if (const Node multiple = value.body("MultiAssignRef")) {
      value = multiple["source"];
      if (const Node row = value.body("RowExpr"))
        value = row.list("args").at(static_cast<std::size_t>(multiple.number("colno")) - 1);
    }
    Assignment assignment;
    assignment.column = target.text("name");
    assignment.value = lower_expr(value);
    // SET a[1] = … and SET a.b = … keep the rest of the old value.
    assignment.depends_on_column =
        !target.list("indirection").empty() || old_values.named_in(value);
    assignment.constant =
        assignment.value && !assignment.depends_on_column && is_constant(*assignment.value);
    result.push_back(std::move(assignment));
  }
  return result;
}

// ---------------------------------------------------------------- writing statements

void lower_with(const Lowering& to, Node with);

void lower_delete(const Lowering& to, Node node, bool in_with) {
  Delete operation;
  operation.table = relation_name(node["relation"]);
  operation.where = lower_expr(node["whereClause"]);
  operation.everything = is_everything(operation.where);
  operation.returned = in_with && !node.list("returningList").empty();
  to.add(std::move(operation));
}

void lower_update(const Lowering& to, Node node) {
  Update operation;
  operation.table = relation_name(node["relation"]);
  operation.assignments =
      assignments(node.list("targetList"), OldValues(called(node["relation"]), false));
  operation.where = lower_expr(node["whereClause"]);
  operation.everything = is_everything(operation.where);
  to.add(std::move(operation));
}

void lower_insert(const Lowering& to, Node node) {
  Insert operation;
  operation.table = relation_name(node["relation"]);
  for (const Node column : node.list("cols"))
    operation.columns.emplace_back(column.body().text("name"));
  const Node source = node["selectStmt"].body("SelectStmt");
  if (const Node with = source["withClause"]) lower_with(to, with);
  if (source && !source["valuesLists"]) {
    operation.from_query = true;
    operation.sources = names_in(source).relations;
  }
  const QualifiedName table = operation.table;
  to.add(std::move(operation));

  const Node conflict = node["onConflictClause"];
  if (conflict.text("action") != "ONCONFLICT_UPDATE") return;
  Update update;
  update.table = table;
  update.on_conflict = true;
  update.assignments =
      assignments(conflict.list("targetList"), OldValues(called(node["relation"]), true));
  update.where = lower_expr(conflict["whereClause"]);
  to.add(std::move(update));
}

void lower_merge(const Lowering& to, Node node) {
  Merge operation;
  operation.table = relation_name(node["relation"]);
  const OldValues old_values(called(node["relation"]), false);
  for (const Node wrapped : node.list("mergeWhenClauses")) {
    const Node clause = wrapped.body();
    const std::string_view command = clause.text("commandType");
    if (command == "CMD_DELETE") operation.deletes = true;
    if (command != "CMD_UPDATE") continue;
    for (Assignment& assignment : assignments(clause.list("targetList"), old_values))
      operation.assignments.push_back(std::move(assignment));
  }
  to.add(std::move(operation));
}

void lower_truncate(const Lowering& to, Node node) {
  Truncate operation;
  for (const Node table : node.list("relations"))
    operation.tables.push_back(relation_name(table.body()));
  operation.cascade = node.text("behavior") == "DROP_CASCADE";
  operation.restart_identity = node.flag("restart_seqs");
  to.add(std::move(operation));
}

void lower_copy(const Lowering& to, Node node) {
  if (const Node query = node["query"]) {  // COPY (…) TO
    lower_statement(to, query);
    return;
  }
  Copy operation;
  operation.table = relation_name(node["relation"]);
  operation.columns = strings(node.list("attlist"));
  operation.from = node.flag("is_from");
  operation.from_stdin =
      operation.from && node.text("filename").empty() && !node.flag("is_program");
  to.add(std::move(operation));
}

// ---------------------------------------------------------------- SELECT and CALL

QualifiedName call_name(Node call) { return object_name(call.list("funcname")); }

std::string constant_text(Node node) {
  const ExprPtr value = lower_expr(node);
  return value && value->kind == Kind::constant ? value->text : std::string();
}

// set_config('search_path', '', false) is SET. A name that is not constant stays a call.
bool lower_set_config(const Lowering& to, NodeList args) {
  SetVariable operation;
  operation.name = constant_text(args.front());
  if (operation.name.empty()) return false;
  operation.value = constant_text(args.at(1));
  operation.local = constant_text(args.at(2)) == "true";
  // As SET search_path = a, b would give them.
  for (std::size_t begin = 0; begin < operation.value.size();) {
    const std::size_t end = std::min(operation.value.find(',', begin), operation.value.size());
    std::string_view item = std::string_view(operation.value).substr(begin, end - begin);
    while (!item.empty() && (item.front() == ' ' || item.front() == '"')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '"')) item.remove_suffix(1);
    operation.values.emplace_back(item);
    begin = end + 1;
  }
  to.add(std::move(operation));
  return true;
}

void lower_call(const Lowering& to, Node call) {
  const BuiltinFunction* const known = builtin_function(function_name(call.list("funcname")));
  if (known != nullptr && known->name == "set_config" && lower_set_config(to, call.list("args")))
    return;
  Call operation;
  operation.function = call_name(call);
  if (operation.function.schema == "pg_catalog") operation.function.schema.clear();
  for (const Node arg : call.list("args")) operation.arguments.push_back(lower_expr(arg));
  to.add(std::move(operation));
}

// Functions called for what they do: those that are not PostgreSQL's own, and its few that change
// something a migration cares about.
bool is_called_for_effect(Node call) {
  const BuiltinFunction* const known = builtin_function(function_name(call.list("funcname")));
  return known == nullptr || known->name == "setval" || known->name == "set_config";
}

// Calls anywhere below, sub-queries included, in order.
void lower_calls(const Lowering& to, simdjson::dom::element root) {
  std::vector<simdjson::dom::element> pending{root};
  while (!pending.empty()) {
    const simdjson::dom::element element = pending.back();
    pending.pop_back();
    const auto first = static_cast<std::ptrdiff_t>(pending.size());
    simdjson::dom::array array;
    simdjson::dom::object object;
    if (!element.get(array)) {
      for (const simdjson::dom::element child : array) pending.push_back(child);
    } else if (!element.get(object)) {
      for (const auto field : object) {
        if (field.key == "withClause") continue;  // lowered by itself
        if (field.key == "FuncCall" && is_called_for_effect(Node(field.value)))
          lower_call(to, Node(field.value));
        pending.push_back(field.value);
      }
    }
    std::reverse(pending.begin() + first, pending.end());
  }
}

void lower_select(const Lowering& to, Node node) {
  if (const Node into = node["intoClause"]) {  // SELECT … INTO t creates a table
    CreateTable table;
    table.name = relation_name(into["rel"]);
    table.temporary = into["rel"].text("relpersistence") == "t";
    table.unlogged = into["rel"].text("relpersistence") == "u";
    table.as_query = lower_query(node);
    table.as_columns = strings(into.list("colNames"));
    to.add(std::move(table));
    return;
  }
  const std::size_t before = to.operations->size();
  lower_calls(to, node.element());
  if (to.operations->size() == before) to.add(Read{});
}

// The statements of WITH that write; those that only read are part of the statement around them.
void lower_with(const Lowering& to, Node with) {
  for (const Node cte : with.list("ctes")) {
    const Node query = cte.body()["ctequery"];
    const std::string_view kind = query.kind();
    const Node body = query.body();
    if (const Node inner = body["withClause"]) lower_with(to, inner);
    if (kind == "DeleteStmt")
      lower_delete(to, body, true);
    else if (kind == "UpdateStmt")
      lower_update(to, body);
    else if (kind == "InsertStmt")
      lower_insert(to, body);
    else if (kind == "MergeStmt")
      lower_merge(to, body);
    else
      lower_calls(to, body.element());
  }
}

// INSERT … SELECT from a WITH name reads what that name's query reads.
void resolve_sources(const Lowering& to, std::size_t first, Node with) {
  for (std::size_t i = first; i < to.operations->size(); ++i) {
    auto* const insert = std::get_if<Insert>(&(*to.operations)[i].action);
    if (insert == nullptr) continue;
    for (const Node cte : with.list("ctes")) {
      const auto named = std::find(insert->sources.begin(), insert->sources.end(),
                                   QualifiedName{{}, std::string(cte.body().text("ctename"))});
      if (named == insert->sources.end()) continue;
      insert->sources.erase(named);
      for (QualifiedName& read : names_in(cte.body()["ctequery"]).relations)
        if (std::find(insert->sources.begin(), insert->sources.end(), read) ==
            insert->sources.end())
          insert->sources.push_back(std::move(read));
    }
  }
}

}  // namespace

void lower_data(const Lowering& to, std::string_view kind, Node node) {
  if (kind == "ExplainStmt") {
    // Only EXPLAIN ANALYZE runs its statement.
    for (const Node option : node.list("options"))
      if (option.body().text("defname") == "analyze") return lower_statement(to, node["query"]);
    return to.add(Read{});
  }
  if (kind == "PrepareStmt") return to.add(Other{std::string(kind)});
  if (kind == "ExecuteStmt") return to.add(DynamicSql{std::string(node.text("name"))});
  if (kind == "DeclareCursorStmt") return lower_statement(to, node["query"]);

  const Node with = node["withClause"];
  const std::size_t first = to.operations->size();
  if (with) lower_with(to, with);
  if (kind == "DeleteStmt")
    lower_delete(to, node, false);
  else if (kind == "UpdateStmt")
    lower_update(to, node);
  else if (kind == "InsertStmt")
    lower_insert(to, node);
  else if (kind == "MergeStmt")
    lower_merge(to, node);
  else if (kind == "TruncateStmt")
    lower_truncate(to, node);
  else if (kind == "CopyStmt")
    lower_copy(to, node);
  else if (kind == "CallStmt")
    lower_call(to, node["funccall"].body("FuncCall") ? node["funccall"].body() : node["funccall"]);
  else
    lower_select(to, node);
  if (with) resolve_sources(to, first, with);
}

}  // namespace backout::sql
