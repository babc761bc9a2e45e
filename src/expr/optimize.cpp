// One rewriting pass after the other over the tree, children first, in the engine's order.
#include "expr/optimize.h"

#include <fmt/format.h>

#include <cmath>

#include "expr/number.h"
#include "expr/pattern.h"

namespace backout::expr {
namespace {

using K = Node::Kind;

class Optimizer {
 public:
  Optimizer(Tree& tree, std::vector<Type>& types, Engine engine)
      : tree_(tree), types_(types), engine_(engine) {}

  std::optional<Problem> run() {
    pass(&Optimizer::look_up_literals);
    constexpr int most = 1000;
    for (int i = 0; i < most; ++i) {
      folded_ = false;
      pass(&Optimizer::fold);
      if (!folded_ || problem_) break;
    }
    pass(&Optimizer::compare_with_range);
    if (!modern(engine_)) pass(&Optimizer::make_range);
    pass(&Optimizer::count_filtered);
    pass(&Optimizer::find_first);
    if (modern(engine_)) {
      pass(&Optimizer::join_predicates);
      pass(&Optimizer::sum_without_list);
      pass(&Optimizer::stop_counting);
    }
    pass(&Optimizer::check_pattern);
    return std::move(problem_);
  }

 private:
  using Rewrite = void (Optimizer::*)(NodeId);

  // Nodes can be shared, so each is visited once.
  void pass(Rewrite rewrite) {
    visited_.assign(tree_.nodes.size(), false);
    if (!problem_) walk(tree_.root, rewrite);
  }
  void walk(NodeId id, Rewrite rewrite) {
    if (id == no_node || id >= visited_.size() || visited_[id] || problem_) return;
    visited_[id] = true;
    for (std::size_t i = 0; i < node(id).children.size(); ++i) walk(node(id).children[i], rewrite);
    (this->*rewrite)(id);
  }

  Node& node(NodeId id) { return tree_.nodes[id]; }
  NodeId child(NodeId id, std::size_t i) { return node(id).children[i]; }
  bool is_binary(NodeId id, std::string_view op) {
    return node(id).kind == K::binary && node(id).text == op;
  }
  bool is_builtin(NodeId id, std::string_view name, std::size_t arguments) {
    return node(id).kind == K::builtin && node(id).text == name &&
           node(id).children.size() == arguments;
  }
  NodeId add(Node added, Type type) {
    for (const NodeId part : added.children)
      added.depth = std::max(added.depth, node(part).depth + 1);
    tree_.nodes.push_back(std::move(added));
    types_.push_back(type);
    return static_cast<NodeId>(tree_.nodes.size() - 1);
  }
  // Another node in the place of this one.
  void replace(NodeId id, NodeId other) {
    const Span span = node(id).span;
    Node copy = node(other);
    copy.span = span;
    node(id) = std::move(copy);
    types_[id] = types_[other];
    folded_ = true;
  }
  void become(NodeId id, Node literal, Type::Kind type) {
    literal.span = node(id).span;
    node(id) = std::move(literal);
    types_[id] = {.kind = type};
    folded_ = true;
  }
  void become(NodeId id, bool value) {
    become(id, {.kind = K::boolean, .flag = value}, Type::Kind::boolean);
  }
  void become(NodeId id, std::int64_t value) {
    become(id, {.kind = K::integer, .integer = value}, Type::Kind::integer);
  }
  void become(NodeId id, double value) {
    become(id, {.kind = K::number, .number = value}, Type::Kind::number);
  }

  void look_up_literals(NodeId id) {
    if (!is_binary(id, "in")) return;
    const Node& right = node(child(id, 1));
    if (right.kind != K::array || right.children.empty()) return;
    bool integers = types_[child(id, 0)].kind == Type::Kind::integer, texts = true;
    for (const NodeId item : right.children) {
      integers = integers && node(item).kind == K::integer;
      texts = texts && node(item).kind == K::text;
    }
    if (integers) node(id).integer = static_cast<std::int64_t>(Lookup::integers);
    if (texts) node(id).integer = static_cast<std::int64_t>(Lookup::texts);
  }

  void fold(NodeId id) {
    switch (node(id).kind) {
      case K::unary:
        return fold_unary(id);
      case K::binary:
        return fold_binary(id);
      case K::array: {
        const Node& array = node(id);
        if (array.children.empty()) return;
        for (const NodeId item : array.children) {
          const K kind = node(item).kind;
          if (kind != K::integer && kind != K::number && kind != K::text && kind != K::boolean)
            return;
        }
        node(id).kind = K::constant;
        folded_ = true;
        return;
      }
      case K::builtin: {
        if (!is_builtin(id, "filter", 2) || !is_builtin(child(id, 0), "filter", 2)) return;
        const NodeId inner = child(id, 0);
        combine(id, "filter", child(inner, 0), child(inner, 1), "&&", child(id, 1));
        folded_ = true;
        return;
      }
      default:
        return;
    }
  }

  // `id` becomes name(collection, {a op b}).
  void combine(NodeId id, std::string name, NodeId collection, NodeId a, std::string op, NodeId b) {
    const Type boolean{.kind = Type::Kind::boolean};
    const Span span = node(id).span;
    const NodeId body = add({.kind = K::binary,
                             .span = span,
                             .text = std::move(op),
                             .children = {child(a, 0), child(b, 0)}},
                            boolean);
    const NodeId predicate = add({.kind = K::predicate, .span = span, .children = {body}}, boolean);
    node(id) = {.kind = K::builtin,
                .span = span,
                .text = std::move(name),
                .children = {collection, predicate}};
  }

  void fold_unary(NodeId id) {
    const Node operand = node(child(id, 0));
    const std::string& op = node(id).text;
    if (op == "-" || op == "+") {
      if (operand.kind == K::integer)
        become(id, op == "-" ? difference_of(0, operand.integer) : operand.integer);
      else if (operand.kind == K::number)
        become(id, op == "-" ? -operand.number : operand.number);
    } else if (operand.kind == K::boolean) {
      become(id, !operand.flag);
    }
  }

  void fold_binary(NodeId id) {
    const NodeId left_id = child(id, 0), right_id = child(id, 1);
    const Node &left = node(left_id), &right = node(right_id);
    const std::string& op = node(id).text;
    if (op == "and" || op == "&&" || op == "or" || op == "||") {
      const bool deciding = op == "or" || op == "||";  // true decides `or`, false decides `and`
      const bool left_known = left.kind == K::boolean, right_known = right.kind == K::boolean;
      if (left_known && left.flag != deciding) return replace(id, right_id);
      if (right_known && right.flag != deciding) return replace(id, left_id);
      if (left_known || right_known) return become(id, deciding);
      return;
    }
    if (op == "==") {
      if (left.kind != right.kind) return;
      if (left.kind == K::integer) return become(id, left.integer == right.integer);
      if (left.kind == K::text) return become(id, left.text == right.text);
      if (left.kind == K::boolean) return become(id, left.flag == right.flag);
      return;
    }
    if (op == "+" && left.kind == K::text && right.kind == K::text) {
      constexpr std::size_t longest = 1 << 20;
      if (left.text.size() + right.text.size() > longest) return;
      return become(id, {.kind = K::text, .text = left.text + right.text}, Type::Kind::text);
    }
    const bool integers = left.kind == K::integer && right.kind == K::integer;
    if (!integers && (left.kind != K::integer && left.kind != K::number)) return;
    if (!integers && (right.kind != K::integer && right.kind != K::number)) return;
    const std::int64_t a = left.integer, b = right.integer;
    const double x = left.kind == K::integer ? static_cast<double>(a) : left.number;
    const double y = right.kind == K::integer ? static_cast<double>(b) : right.number;
    if (op == "+") return integers ? become(id, sum_of(a, b)) : become(id, x + y);
    if (op == "-") return integers ? become(id, difference_of(a, b)) : become(id, x - y);
    if (op == "*") return integers ? become(id, product_of(a, b)) : become(id, x * y);
    if (op == "/") return become(id, x / y);
    if (op == "**" || op == "^") return become(id, std::pow(x, y));
    if (op == "%" && integers) {
      if (b == 0) {
        problem_ = Problem{Stage::check, "an integer cannot be divided by zero", node(id).span, {}};
        return;
      }
      return become(id, remainder_of(a, b));
    }
  }

  // The bounds of a range of literals.
  bool literal_range(NodeId id, std::int64_t& from, std::int64_t& to) {
    if (!is_binary(id, "..") || node(child(id, 0)).kind != K::integer ||
        node(child(id, 1)).kind != K::integer)
      return false;
    from = node(child(id, 0)).integer;
    to = node(child(id, 1)).integer;
    return true;
  }

  // `i in 1..3` of an integer is `i >= 1 and i <= 3`.
  void compare_with_range(NodeId id) {
    std::int64_t from = 0, to = 0;
    if (!is_binary(id, "in") || types_[child(id, 0)].kind != Type::Kind::integer ||
        !literal_range(child(id, 1), from, to))
      return;
    const NodeId left = child(id, 0), range = child(id, 1);
    const Type boolean{.kind = Type::Kind::boolean};
    const Span span = node(id).span;
    const NodeId least =
        add({.kind = K::binary, .span = span, .text = ">=", .children = {left, child(range, 0)}},
            boolean);
    const NodeId most =
        add({.kind = K::binary, .span = span, .text = "<=", .children = {left, child(range, 1)}},
            boolean);
    node(id) = {.kind = K::binary, .span = span, .text = "and", .children = {least, most}};
  }

  void make_range(NodeId id) {
    std::int64_t from = 0, to = 0;
    constexpr std::int64_t most = 1'000'000;
    if (!literal_range(id, from, to)) return;
    const std::int64_t size = sum_of(difference_of(to, from), 1);
    if (size <= most) node(id).integer = static_cast<std::int64_t>(Lookup::constant);
  }

  void count_filtered(NodeId id) {
    if (!is_builtin(id, "len", 1) || !is_builtin(child(id, 0), "filter", 2)) return;
    const NodeId filter = child(id, 0);
    node(id).text = "count";
    node(id).children = std::vector<NodeId>(node(filter).children);
  }

  void find_first(NodeId id) {
    const bool indexed = node(id).kind == K::member && !node(id).flag;
    const bool first = is_builtin(id, "first", 1), last = is_builtin(id, "last", 1);
    if (!indexed && !first && !last) return;
    const NodeId filter = child(id, 0);
    if (!is_builtin(filter, "filter", 2)) return;
    bool from_end = last;
    if (indexed) {
      const Node& property = node(child(id, 1));
      if (property.kind != K::integer || (property.integer != 0 && property.integer != -1)) return;
      from_end = property.integer == -1;
    }
    node(id) = {.kind = K::builtin,
                .flag = indexed,
                .span = node(id).span,
                .text = from_end ? "findLast" : "find",
                .children = std::vector<NodeId>(node(filter).children)};
  }

  bool same(NodeId a, NodeId b) {
    const Node &x = node(a), &y = node(b);
    if (x.kind != y.kind || x.flag != y.flag || x.text != y.text || x.integer != y.integer ||
        x.number != y.number || x.children.size() != y.children.size())
      return false;
    for (std::size_t i = 0; i < x.children.size(); ++i) {
      const bool missing = x.children[i] == no_node || y.children[i] == no_node;
      if (missing ? x.children[i] != y.children[i] : !same(x.children[i], y.children[i]))
        return false;
    }
    return true;
  }

  // all(x, a) && all(x, b) looks at x once.
  void join_predicates(NodeId id) {
    if (node(id).kind != K::binary) return;
    const std::string op = node(id).text;
    const bool conjunction = op == "and" || op == "&&";
    if (!conjunction && op != "or" && op != "||") return;
    const NodeId left = child(id, 0), right = child(id, 1);
    for (const std::string_view name : {"all", "any", "none"}) {
      if (!is_builtin(left, name, 2) || !is_builtin(right, name, 2)) continue;
      if ((name == "any") == conjunction || !same(child(left, 0), child(right, 0))) return;
      combine(id, std::string(name), child(left, 0), child(left, 1), name == "all" ? "&&" : "||",
              child(right, 1));
      return;
    }
  }

  // The sum of `[a, b, c]` is a + (b + c); that of a range is computed.
  void sum_without_list(NodeId id) {
    if (!is_builtin(id, "sum", 1)) return;
    std::int64_t from = 0, to = 0;
    const NodeId list = child(id, 0);
    if (literal_range(list, from, to) && to >= from) {
      const std::int64_t count = sum_of(difference_of(to, from), 1);
      return become(id, product_of(count, sum_of(from, to)) / 2);
    }
    if (node(list).kind != K::array || node(list).children.size() < 2) return;
    const std::vector<NodeId> items = node(list).children;
    NodeId total = items.back();
    for (std::size_t i = items.size() - 1; i-- > 0;)
      total = add(
          {.kind = K::binary, .span = node(id).span, .text = "+", .children = {items[i], total}},
          {});
    const Type type = types_[id];
    replace(id, total);
    types_[id] = type;
  }

  // count(x, p) > 0 is any(x, p), and count(x, p) > 5 stops at six.
  void stop_counting(NodeId id) {
    if (node(id).kind != K::binary || !is_builtin(child(id, 0), "count", 2)) return;
    const NodeId count = child(id, 0);
    const Node& right = node(child(id, 1));
    const std::string& op = node(id).text;
    if (right.kind != K::integer || right.integer < 0) return;
    const std::int64_t value = right.integer;
    if ((op == ">" && value == 0) || (op == ">=" && value == 1)) {
      node(id) = {.kind = K::builtin,
                  .span = node(id).span,
                  .text = "any",
                  .children = std::vector<NodeId>(node(count).children)};
      return;
    }
    const bool behind = op == ">" || op == "<=";
    if (!behind && op != "<" && op != ">=") return;
    const std::int64_t enough = behind ? sum_of(value, 1) : value;
    if (enough > 1) node(count).integer = enough;
  }

  void check_pattern(NodeId id) {
    if (!is_binary(id, "matches") || node(child(id, 1)).kind != K::text) return;
    const Pattern pattern(node(child(id, 1)).text);
    if (!pattern.error().empty())
      problem_ = Problem{Stage::check,
                         fmt::format("the pattern is wrong: {}", pattern.error()),
                         node(id).span,
                         {}};
  }

  Tree& tree_;
  std::vector<Type>& types_;
  const Engine engine_;
  std::vector<bool> visited_;
  bool folded_ = false;
  std::optional<Problem> problem_;
};

}  // namespace

std::optional<Problem> optimize(Tree& tree, std::vector<Type>& types, Engine engine) {
  return Optimizer(tree, types, engine).run();
}

}  // namespace backout::expr
