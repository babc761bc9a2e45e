// SELECT → Query: the outputs and FROM items of the leftmost branch, and all names anywhere. Output
// names follow FigureColname() of PostgreSQL's parse_target.c, types are given where the tree alone
// tells them (sql/output_column).
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/lower.h"
#include "sql/output_column.h"
#include "sql/tree_names.h"

namespace backout::sql {
namespace {

// A name bound by WITH, lowered when it is bound.
struct Bound {
  std::string_view name;
  QueryPtr query;  // null while its own recursive query is read
  std::vector<std::string> columns;
};
using Scope = std::vector<Bound>;  // the innermost last

// Sub-queries need their outputs and items only; the names are those of the whole query.
std::shared_ptr<Query> shape_of(Node node, const Scope& outer);

Node unwrapped(Node node) {
  if (const Node body = node.body("SelectStmt")) return body;
  return node;
}

void bind(Node with, Scope& scope) {
  const bool recursive = with.flag("recursive");
  for (const Node cte : with.list("ctes")) {
    const Node body = cte.body();
    std::vector<std::string> columns = strings(body.list("aliascolnames"));
    Scope inner = scope;
    if (recursive) inner.push_back({body.text("ctename"), nullptr, columns});
    scope.push_back({body.text("ctename"), shape_of(body["ctequery"], inner), std::move(columns)});
  }
}

class Items {
 public:
  Items(std::vector<Query::Item>& items, const Scope& scope) : items_(items), scope_(scope) {}

  void add(Node wrapped) {
    // Chains of joins lean left and may be long: down to the first item, then back up.
    std::vector<Node> joins;
    while (wrapped.kind() == "JoinExpr" && !wrapped.body()["alias"]) {
      joins.push_back(wrapped.body());
      wrapped = wrapped.body()["larg"];
    }
    add_one(wrapped);
    while (!joins.empty()) {
      const Node join = joins.back();
      joins.pop_back();
      const std::size_t first = items_.size();
      add(join["rarg"]);
      std::vector<std::string> merged = strings(join.list("usingClause"));
      for (std::size_t i = first; i < items_.size(); ++i) {
        items_[i].natural = join.flag("isNatural");
        items_[i].merged.insert(items_[i].merged.end(), merged.begin(), merged.end());
      }
    }
  }

 private:
  void add_one(Node wrapped) {
    const std::string_view kind = wrapped.kind();
    const Node node = wrapped.body();
    Query::Item item;
    if (kind == "RangeVar") {
      name(item, node);
    } else if (kind == "RangeSubselect") {
      item.subquery = shape_of(node["subquery"], scope_);
    } else if (kind == "RangeFunction") {
      const Node call = node.list("functions").front().body("List").list("items").front();
      item.function = function_name(call.body("FuncCall").list("funcname"));
      item.alias = last_part(item.function);
      for (const Node column : node.list("coldeflist"))
        item.column_aliases.emplace_back(column.body().text("colname"));
      if (item.column_aliases.empty())
        if (const BuiltinFunction* known = builtin_function(item.function);
            known != nullptr && !known->returns.empty())
          item.column_aliases.push_back(item.alias);
    } else if (kind == "RangeTableFunc") {
      for (const Node column : node.list("columns"))
        item.column_aliases.emplace_back(column.body().text("colname"));
    } else if (kind == "RangeTableSample") {
      add(node["relation"]);
      return;
    } else if (kind == "JoinExpr") {  // (a JOIN b) AS j hides a and b
      auto joined = std::make_shared<Query>();
      join_items(node, joined->from);
      joined->outputs.push_back(
          {.name = {}, .star = true, .qualifier = {}, .column = {}, .type = {}, .function = {}});
      item.subquery = std::move(joined);
    }
    alias(item, node["alias"]);
    items_.push_back(std::move(item));
  }

  void name(Query::Item& item, Node node) {
    item.alias = node.text("relname");
    if (node.text("schemaname").empty()) {
      for (std::size_t i = scope_.size(); i-- > 0;) {
        if (scope_[i].name != item.alias) continue;
        item.subquery = scope_[i].query;
        item.column_aliases = scope_[i].columns;
        return;
      }
    }
    item.relation = relation_name(node);
  }

  // Both sides of a join with an alias, as if it had none.
  void join_items(Node join, std::vector<Query::Item>& into) {
    Items side(into, scope_);
    side.add(join["larg"]);
    const std::size_t first = into.size();
    side.add(join["rarg"]);
    for (std::size_t i = first; i < into.size(); ++i) {
      into[i].natural = join.flag("isNatural");
      into[i].merged = strings(join.list("usingClause"));
    }
  }

  static void alias(Query::Item& item, Node node) {
    if (!node) return;
    item.alias = node.text("aliasname");
    std::size_t i = 0;
    for (std::string& column : strings(node.list("colnames"))) {
      // Fewer aliases than columns: the others keep their names.
      if (i < item.column_aliases.size())
        item.column_aliases[i] = std::move(column);
      else
        item.column_aliases.push_back(std::move(column));
      ++i;
    }
    // A function with a scalar result calls its column as the table alias says.
    if (i == 0 && !item.function.empty() && item.column_aliases.size() == 1 &&
        item.column_aliases.front() == last_part(item.function))
      item.column_aliases.front() = item.alias;
  }

  std::vector<Query::Item>& items_;
  const Scope& scope_;
};

Query::Output output_of(Node target) {
  const Node value = target["val"];
  Query::Output output;
  if (const Node column = value.body("ColumnRef")) {
    std::string_view qualifier, last;
    for (const Node field : column.list("fields")) {
      qualifier = last;
      last = field.string();
      if (field.kind() == "A_Star") output.star = true;
    }
    output.qualifier = qualifier;
    output.column = last;
  } else if (const Node call = value.body("FuncCall")) {
    output.function = function_name(call.list("funcname"));
  }
  if (output.star) return output;
  output.name = target.text("name");
  if (output.name.empty()) output.name = output_name(value);
  output.type = output_type(value);
  return output;
}

void set_values(Query& query, NodeList rows) {
  std::size_t number = 0;
  for (const Node value : rows.front().body("List").list("items")) {
    Query::Output output;
    output.name = "column" + std::to_string(++number);
    output.type = output_type(value);
    query.outputs.push_back(std::move(output));
  }
}

// Automatically updatable, from the shape alone (view_query_is_auto_updatable() of PostgreSQL's
// rewriter).
bool is_updatable(Node select, const Query& query) {
  for (const std::string_view field :
       {"distinctClause", "groupClause", "havingClause", "limitCount", "limitOffset", "withClause",
        "larg", "valuesLists"})
    if (select[field]) return false;
  if (query.from.size() != 1 || query.from.front().relation.name.empty()) return false;
  for (const Node target : select.list("targetList"))
    if (has_aggregate(target)) return false;
  return true;
}

std::shared_ptr<Query> shape_of(Node node, const Scope& outer) {
  auto query = std::make_shared<Query>();
  Scope scope = outer;
  const std::string_view kind = node.kind();
  if (kind == "InsertStmt" || kind == "UpdateStmt" || kind == "DeleteStmt" || kind == "MergeStmt") {
    // WITH moved AS (DELETE … RETURNING *): a relation's rows
    Query::Item item;
    item.relation = relation_name(node.body()["relation"]);
    item.alias = item.relation.name;
    query->from.push_back(std::move(item));
    for (const Node target : node.body().list("returningList"))
      query->outputs.push_back(output_of(target.body()));
    return query;
  }
  Node select = unwrapped(node);
  const Node whole = select;
  if (const Node with = select["withClause"]) bind(with, scope);
  while (const Node left = select["larg"]) {
    select = unwrapped(left);
    if (const Node with = select["withClause"]) bind(with, scope);
  }
  Items items(query->from, scope);
  for (const Node item : select.list("fromClause")) items.add(item);
  if (const NodeList rows = select.list("valuesLists"); !rows.empty()) set_values(*query, rows);
  for (const Node target : select.list("targetList"))
    query->outputs.push_back(output_of(target.body()));
  query->updatable = is_updatable(whole, *query);
  return query;
}

}  // namespace

QueryPtr lower_query(Node select) {
  if (!select) return nullptr;
  const std::shared_ptr<Query> query = shape_of(select, {});
  TreeNames names = names_in(select.body("SelectStmt") ? select.body() : select);
  query->relations = std::move(names.relations);
  query->columns = std::move(names.columns);
  query->functions = std::move(names.functions);
  query->has_star = names.has_star;
  query->text = fingerprint_text(names.fingerprint);
  return query;
}

}  // namespace backout::sql
