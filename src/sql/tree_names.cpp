// The walk behind names_in: a stack of nodes, each with the WITH names that are visible there.
#include "sql/tree_names.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "sql/lower.h"

namespace backout::sql {
namespace {

// A WITH name and those visible before it; -1 is none.
struct Scope {
  std::string_view name;
  int outer;
};

struct Pending {
  std::string_view key;  // the field it stands in; a wrapped node's kind
  simdjson::dom::element element;
  int scope;
};

class Fingerprint {
 public:
  void add(std::string_view text) {
    for (const char c : text) step(static_cast<unsigned char>(c));
    step(0xFF);
  }
  void add(char mark, std::uint64_t number) {
    step(static_cast<unsigned char>(mark));
    for (int shift = 0; shift < 64; shift += 8) step((number >> shift) & 0xFF);
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void step(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001B3ULL; }  // FNV-1a
  std::uint64_t value_ = 0xCBF29CE484222325ULL;
};

// Fields that tell where, not what. list_start and list_end came with PostgreSQL 18.
bool is_location(std::string_view key) {
  return key.ends_with("location") || key == "stmt_len" || key.ends_with("list_start") ||
         key.ends_with("list_end");
}

template <class T>
void add_once(std::vector<T>& list, T value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

class Walk {
 public:
  TreeNames run(simdjson::dom::element root) {
    pending_.push_back({{}, root, -1});
    while (!pending_.empty()) {
      const Pending next = pending_.back();
      pending_.pop_back();
      hash_.add(next.key);
      visit(next);
    }
    found_.fingerprint = hash_.value();
    return std::move(found_);
  }

 private:
  void visit(const Pending& at) {
    switch (at.element.type()) {
      case simdjson::dom::element_type::OBJECT:
        visit_object(at);
        return;
      case simdjson::dom::element_type::ARRAY:
        visit_array(at);
        return;
      case simdjson::dom::element_type::STRING: {
        std::string_view text;
        if (!at.element.get(text)) hash_.add(text);
        return;
      }
      case simdjson::dom::element_type::BOOL: {
        bool flag = false;
        if (!at.element.get(flag)) hash_.add('b', flag ? 1 : 0);
        return;
      }
      case simdjson::dom::element_type::INT64: {
        std::int64_t number = 0;
        if (!at.element.get(number)) hash_.add('i', static_cast<std::uint64_t>(number));
        return;
      }
      default:
        hash_.add('?', 0);
    }
  }

  void visit_array(const Pending& at) {
    simdjson::dom::array array;
    if (at.element.get(array)) return;
    const std::size_t first = pending_.size();
    for (const simdjson::dom::element element : array) pending_.push_back({{}, element, at.scope});
    hash_.add('[', pending_.size() - first);
    std::reverse(pending_.begin() + static_cast<std::ptrdiff_t>(first), pending_.end());
  }

  void visit_object(const Pending& at) {
    simdjson::dom::object object;
    if (at.element.get(object)) return;
    const std::size_t first = pending_.size();
    int scope = at.scope;
    Node with;
    bool relation = false;
    for (const auto field : object) {
      if (is_location(field.key)) continue;
      if (field.key == "withClause")
        with = Node(field.value);
      else if (field.key == "relname")
        relation = true;
    }
    if (with) scope = enter(with, at.scope);
    for (const auto field : object)
      if (!is_location(field.key) && field.key != "withClause")
        pending_.push_back({field.key, field.value, scope});
    hash_.add('{', pending_.size() - first);
    std::reverse(pending_.begin() + static_cast<std::ptrdiff_t>(first), pending_.end());
    note(at, Node(at.element), relation);
  }

  // Queues the queries of a WITH clause, each with the names it may use, and returns the scope of
  // what follows it.
  int enter(Node with, int outer) {
    const bool recursive = with.flag("recursive");
    int scope = outer;
    std::vector<Pending> queries;
    for (const Node cte : with.list("ctes")) {
      const Node body = cte.body();
      queries.push_back({body.text("ctename"), body["ctequery"].element(), scope});
      scopes_.push_back({body.text("ctename"), scope});
      scope = static_cast<int>(scopes_.size()) - 1;
    }
    for (Pending& query : queries) {
      if (recursive) query.scope = scope;
      pending_.push_back(query);
    }
    hash_.add(recursive ? 'R' : 'W', queries.size());
    return scope;
  }

  [[nodiscard]] bool bound(std::string_view name, int scope) const {
    for (; scope >= 0; scope = scopes_[static_cast<std::size_t>(scope)].outer)
      if (scopes_[static_cast<std::size_t>(scope)].name == name) return true;
    return false;
  }

  void note(const Pending& at, Node node, bool relation) {
    if (relation) {
      QualifiedName name = relation_name(node);
      if (name.schema.empty() && bound(name.name, at.scope)) return;
      add_once(found_.relations, std::move(name));
    } else if (at.key == "ColumnRef") {
      note_column(node);
    } else if (at.key == "FuncCall") {
      add_once(found_.functions, function_name(node.list("funcname")));
    } else if (at.key == "JoinExpr") {
      for (const Node column : node.list("usingClause"))
        add_once(found_.columns, {std::string(), std::string(column.string())});
    } else if (at.key == "UpdateStmt" || at.key == "InsertStmt" || at.key == "MergeWhenClause") {
      note_targets(node, at.key == "InsertStmt" ? "cols" : "targetList");
    } else if (at.key == "onConflictClause") {
      note_targets(node, "targetList");
    }
  }

  void note_column(Node node) {
    std::string_view qualifier;
    std::string_view column;
    for (const Node field : node.list("fields")) {
      if (field.kind() == "A_Star") {
        found_.has_star = true;
        return;
      }
      qualifier = column;
      column = field.string();
    }
    add_once(found_.columns, {std::string(qualifier), std::string(column)});
  }

  void note_targets(Node node, std::string_view list) {
    for (const Node target : node.list(list))
      add_once(found_.columns, {std::string(), std::string(target.body().text("name"))});
  }

  std::vector<Pending> pending_;
  std::vector<Scope> scopes_;
  Fingerprint hash_;
  TreeNames found_;
};

}  // namespace

TreeNames names_in(Node tree) { return tree ? Walk().run(tree.element()) : TreeNames(); }

std::string fingerprint_text(std::uint64_t fingerprint) {
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; fingerprint >>= 4)
    text[i] = "0123456789abcdef"[fingerprint & 15];
  return text;
}

std::string function_name(NodeList names) {
  std::string name;
  for (const Node part : names) {
    const std::string_view text = part.string();
    if (name.empty() && text == "pg_catalog") continue;
    if (!name.empty()) name += '.';
    name += text;
  }
  return name;
}

}  // namespace backout::sql
