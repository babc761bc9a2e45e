#include "expr/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "expr/number.h"
#include "expr/pattern.h"
#include "expr/runner.h"

namespace backout::expr {
namespace {

constexpr std::uint64_t engine_memory = 1'000'000;  // elements, as in the engine

}  // namespace

tl::expected<Value, Problem> run(const Program& program, const Value& result) {
  Runner runner(program, result);
  Value value = runner.eval(program.tree.root);
  if (runner.failed()) return tl::unexpected(std::move(*runner.problem()));
  return value;
}

Value Runner::fail(std::string message, Stage stage) {
  if (!problem_) problem_ = Problem{stage, std::move(message), program_.tree[current_].span, {}};
  return {};
}

bool Runner::take_memory(std::uint64_t elements) {
  memory_ += std::min(elements, engine_memory);
  if (memory_ >= engine_memory)
    fail(fmt::format("the condition makes lists of more than {} elements", engine_memory - 1));
  return !failed();
}

bool Runner::take_steps(std::uint64_t steps) {
  steps_ += steps;
  if (steps_ > most_steps)
    fail(fmt::format("the condition takes more than {} steps", most_steps), Stage::limit);
  return !failed();
}

bool Runner::take_bytes(std::uint64_t bytes) {
  bytes_ += std::min<std::uint64_t>(bytes, most_text_bytes + 1);
  if (bytes_ > most_text_bytes)
    fail(fmt::format("the condition makes texts of more than {} bytes", most_text_bytes),
         Stage::limit);
  return !failed();
}

Value Runner::checked(Value value) {
  if (value.depth() > deepest_value)
    return fail(fmt::format("values nest deeper than {} levels", deepest_value), Stage::limit);
  return value;
}

bool Runner::equals(const Value& a, const Value& b) {
  const bool answer = equal(a, b, engine(), steps_);
  take_steps(0);
  return answer;
}

bool Runner::is_less(const Value& a, const Value& b, std::string_view op) {
  take_steps(1);
  const auto answer = less(a, b, engine());
  if (!answer) fail(fmt::format("`{}` cannot compare {} and {}", op, describe(a), describe(b)));
  return answer.value_or(false);
}

std::int64_t Runner::to_integer(const Value& value) {
  if (value.is_integer()) return value.integer();
  if (value.kind == Kind::number) return truncated(value.number());
  fail(fmt::format("{} is no integer", describe(value)));
  return 0;
}

Value Runner::eval(NodeId id) {
  if (failed()) return {};
  current_ = id;
  if (!take_steps(1)) return {};
  Value value = eval_kind(id);
  current_ = id;
  return value;
}

Value Runner::eval_kind(NodeId id) {
  const Node& node = program_.tree[id];
  switch (node.kind) {
    case Node::Kind::nil:
      return {};
    case Node::Kind::boolean:
      return boolean(node.flag);
    case Node::Kind::integer:
      return integer(node.integer);
    case Node::Kind::number:
      return number(node.number);
    case Node::Kind::text:
      return text(node.text);
    case Node::Kind::bytes: {
      std::vector<Value> items;
      for (const char c : node.text)
        items.push_back(integer(static_cast<unsigned char>(c), Kind::byte));
      return list(std::move(items), Elements::byte);
    }
    case Node::Kind::name:
      return name(node);
    case Node::Kind::unary:
      return unary(node);
    case Node::Kind::binary:
      return binary(id);
    case Node::Kind::member:
      return member(id);
    case Node::Kind::slice:
      return slice(node);
    case Node::Kind::call:
      return call(id);
    case Node::Kind::builtin:
      return builtin(id);
    case Node::Kind::predicate:
      return eval(node.children[0]);
    case Node::Kind::chain: {
      Value value = eval(node.children[0]);
      if (chain_broken_) value = {};
      chain_broken_ = false;
      return value;
    }
    case Node::Kind::pointer:
      if (node.text == "index") return integer(static_cast<std::int64_t>(scopes_.back().index));
      if (node.text == "acc") return scopes_.back().accumulator;
      return element();
    case Node::Kind::let:
      return let(node);
    case Node::Kind::sequence: {
      Value last;
      for (const NodeId part : node.children) last = eval(part);
      return last;
    }
    case Node::Kind::conditional: {
      const Value condition = eval(node.children[0]);
      if (failed()) return {};
      if (condition.kind != Kind::boolean)
        return fail(fmt::format("{} cannot decide, it is no boolean", describe(condition)));
      return eval(node.children[condition.boolean() ? 1 : 2]);
    }
    case Node::Kind::array:
    case Node::Kind::constant:
      return array(node);
    case Node::Kind::map:
      return map(node);
    case Node::Kind::pair:
      return {};
  }
  return {};
}

Value Runner::environment(std::string_view name) const {
  if (name == "result") return result_;
  if (name == "asInt") return function(Function::as_int);
  if (name == "asFloat") return function(Function::as_float);
  if (name == "isNaN") return function(Function::is_nan);
  if (name == "isInf") return function(Function::is_inf);
  if (name == "isNil") return function(Function::is_nil);
  if (name == "default") return function(Function::default_);
  return {};  // a built-in function that is not called is nil
}

Value Runner::name(const Node& node) {
  for (auto at = variables_.rbegin(); at != variables_.rend(); ++at)
    if (at->first == node.text) return at->second;
  if (node.text != "$env") return environment(node.text);
  constexpr std::string_view names[] = {"asFloat", "asInt", "default", "isInf",
                                        "isNaN",   "isNil", "result"};
  std::vector<Entry> entries;
  for (const std::string_view known : names)
    entries.push_back({text(std::string(known)), environment(known)});
  return object(std::move(entries));
}

Value Runner::unary(const Node& node) {
  Value operand = followed(eval(node.children[0]));
  if (failed()) return {};
  if (node.text == "!" || node.text == "not") {
    if (operand.kind == Kind::boolean) return boolean(!operand.boolean());
    return fail(fmt::format("`{}` needs a boolean, not {}", node.text, describe(operand)));
  }
  if (node.text == "+") return operand;
  if (operand.kind == Kind::number) return number(-operand.number());
  if (operand.kind == Kind::byte) return integer((256 - operand.integer()) % 256, Kind::byte);
  if (operand.is_integer()) return integer(difference_of(0, operand.integer()), operand.kind);
  return fail(fmt::format("`-` needs a number, not {}", describe(operand)));
}

Value Runner::logical(const Node& node) {
  const bool deciding = node.text == "or" || node.text == "||";
  Value left = followed(eval(node.children[0]));
  if (failed()) return {};
  if (left.kind != Kind::boolean)
    return fail(fmt::format("`{}` needs a boolean on its left, not {}", node.text, describe(left)));
  if (left.boolean() == deciding) return left;
  return followed(eval(node.children[1]));  // whatever it is
}

Value Runner::binary(NodeId id) {
  const Node& node = program_.tree[id];
  const std::string& op = node.text;
  if (op == "and" || op == "&&" || op == "or" || op == "||") return logical(node);
  Value left = followed(eval(node.children[0]));
  if (failed()) return {};
  if (op == "??") return left.is_nil() ? followed(eval(node.children[1])) : left;
  // Literal lists are not made when `in` looks them up.
  if (op == "in" && node.integer != static_cast<std::int64_t>(Lookup::plain))
    return contained(node, left, {});
  const Value right = followed(eval(node.children[1]));
  if (failed()) return {};
  current_ = id;
  if (op == "==" || op == "!=" || op == "<" || op == ">" || op == "<=" || op == ">=")
    return compare(id, left, right);
  if (op == "in") return contained(node, left, right);
  if (op == "matches" || op == "contains" || op == "startsWith" || op == "endsWith")
    return text_operator(node, left, right);
  if (op == "..") return range(node, left, right);
  if (left.kind == Kind::text && right.kind == Kind::text &&
      !take_bytes(left.text().size() + right.text().size()))
    return {};
  if (auto value = arithmetic(op == "**" ? '^' : op[0], left, right, engine())) return *value;
  if (op == "%" && right.is_integer() && right.integer() == 0)
    return fail("an integer cannot be divided by zero");
  return fail(
      fmt::format("`{}` cannot compute with {} and {}", op, describe(left), describe(right)));
}

Value Runner::compare(NodeId id, const Value& left, const Value& right) {
  const Node& node = program_.tree[id];
  const std::string& op = node.text;
  if (op == "==" || op == "!=") {
    // Both known to be int or string: the engine does not look any more, and a nil is an error.
    const Type::Kind type = program_.types[node.children[0]].kind;
    const bool sure = type == program_.types[node.children[1]].kind && (op == "==" || is_modern());
    const Kind wanted = type == Type::Kind::integer ? Kind::integer : Kind::text;
    if (sure && (type == Type::Kind::integer || type == Type::Kind::text) &&
        (left.kind != wanted || right.kind != wanted))
      return fail(
          fmt::format("`{}` cannot compare {} and {} here", op, describe(left), describe(right)));
    return boolean(equals(left, right) == (op == "=="));
  }
  // NaN is neither less nor not less.
  const bool numbers = left.is_number() && right.is_number();
  if (numbers && (left.as_number() != left.as_number() || right.as_number() != right.as_number()))
    return boolean(false);
  if (op == "<") return boolean(is_less(left, right, op));
  if (op == ">") return boolean(is_less(right, left, op));
  if (op == "<=") return boolean(!is_less(right, left, op));
  return boolean(!is_less(left, right, op));
}

Value Runner::contained(const Node& node, const Value& left, const Value& right) {
  const auto lookup = static_cast<Lookup>(node.integer);
  if (lookup == Lookup::integers || lookup == Lookup::texts) {
    const bool texts = lookup == Lookup::texts;
    if (left.kind != Kind::nil && left.kind != (texts ? Kind::text : Kind::integer))
      return fail(fmt::format("`in` a list of {} cannot look for {}", texts ? "texts" : "integers",
                              describe(left)));
    for (const NodeId id : program_.tree[node.children[1]].children) {
      const Node& literal = program_.tree[id];
      const bool same = texts ? literal.text == (left.kind == Kind::nil ? "" : left.text())
                              : literal.integer == (left.kind == Kind::nil ? 0 : left.integer());
      if (same) return boolean(true);
    }
    return boolean(false);
  }
  if (right.kind == Kind::nil) return boolean(false);
  if (right.kind == Kind::list) {
    for (const Value& item : right.list().items) {
      if (equals(item, left)) return boolean(true);
      if (failed()) return {};
    }
    return boolean(false);
  }
  if (right.kind == Kind::object) {
    const Object& content = right.object();
    if (content.shape == Shape::any || content.shape == Shape::groups) {
      for (const Entry& entry : content.entries) {
        std::uint64_t steps = 0;
        if (entry.key.kind == left.kind && equal(entry.key, left, Engine::expr_1_15, steps))
          return boolean(true);
      }
      return boolean(false);
    }
    if (left.kind == Kind::nil && !is_struct(content.shape))
      return boolean(content.find("") != nullptr);
    if (left.kind != Kind::text)
      return fail(fmt::format("{} cannot be a key of an object", describe(left)));
    return boolean(content.find(left.text()) != nullptr);
  }
  return fail(fmt::format("`in` needs a list or an object on the right, not {}", describe(right)));
}

Value Runner::text_operator(const Node& node, const Value& left, const Value& right) {
  const std::string& op = node.text;
  if (is_modern() && (left.is_nil() || right.is_nil())) return boolean(false);
  std::string bytes;
  const bool from_bytes = op == "matches" && is_modern() && left.kind == Kind::list &&
                          left.list().elements == Elements::byte;
  if (from_bytes)
    for (const Value& item : left.list().items) bytes += static_cast<char>(item.integer());
  if ((left.kind != Kind::text && !from_bytes) || right.kind != Kind::text)
    return fail(
        fmt::format("`{}` needs texts, not {} and {}", op, describe(left), describe(right)));
  const std::string& whole = from_bytes ? bytes : left.text();
  const std::string& part = right.text();
  if (!take_steps(1 + (whole.size() + part.size()) / 64)) return {};
  if (op == "contains") return boolean(whole.find(part) != std::string::npos);
  if (op == "startsWith") return boolean(whole.starts_with(part));
  if (op == "endsWith") return boolean(whole.ends_with(part));
  if (!take_steps(10 + part.size())) return {};  // compiling a pattern is work
  const Pattern pattern(part);
  const std::string error = pattern.error();
  if (!error.empty()) return fail(fmt::format("the pattern is wrong: {}", error));
  return boolean(pattern.matches(whole));
}

Value Runner::range(const Node& node, const Value& left, const Value& right) {
  const std::int64_t from = to_integer(left), to = to_integer(right);
  if (failed()) return {};
  const std::int64_t size = std::max<std::int64_t>(sum_of(difference_of(to, from), 1), 0);
  const bool made_before = static_cast<Lookup>(node.integer) == Lookup::constant;
  if (!made_before && !take_memory(static_cast<std::uint64_t>(size))) return {};
  if (!take_steps(static_cast<std::uint64_t>(size) / 16)) return {};
  std::vector<Value> items;
  items.reserve(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i) items.push_back(integer(from + i));
  return list(std::move(items), Elements::integer);
}

Value Runner::fetch(const Value& from, const Value& index) {
  switch (from.kind) {
    case Kind::list: {
      const std::vector<Value>& items = from.list().items;
      const std::int64_t wanted = to_integer(index);
      if (failed()) return {};
      const auto size = static_cast<std::int64_t>(items.size());
      const std::int64_t at = wanted < 0 ? wanted + size : wanted;
      if (at < 0 || at >= size)
        return fail(fmt::format("there is no element {}: the list {}", wanted,
                                size == 0   ? std::string("is empty")
                                : size == 1 ? std::string("has 1 element")
                                            : fmt::format("has {} elements", size)));
      return items[static_cast<std::size_t>(at)];
    }
    case Kind::text:
    case Kind::status: {
      const std::int64_t wanted = to_integer(index);
      if (failed()) return {};
      const auto size = static_cast<std::int64_t>(from.text().size());
      const std::int64_t at = wanted < 0 ? wanted + size : wanted;
      if (at < 0 || at >= size) return fail(fmt::format("the text has no byte {}", wanted));
      return integer(static_cast<unsigned char>(from.text()[static_cast<std::size_t>(at)]),
                     Kind::byte);
    }
    case Kind::object: {
      const Object& content = from.object();
      const bool any_key = content.shape == Shape::any || content.shape == Shape::groups;
      const Value* found = nullptr;
      if (any_key) {
        for (const Entry& entry : content.entries) {
          std::uint64_t steps = 0;
          if (entry.key.kind == index.kind && equal(entry.key, index, Engine::expr_1_15, steps))
            found = &entry.value;
        }
      } else if (index.kind == Kind::text) {
        found = content.find(index.text());
      } else if (index.kind == Kind::nil && !is_struct(content.shape)) {
        found = content.find("");
      } else {
        return fail(fmt::format("{} cannot be the key of an object", describe(index)));
      }
      if (found) return *found;
      if (is_struct(content.shape)) return fail("there is no such field");
      if (content.shape != Shape::groups) return {};
      return {Kind::list, std::make_shared<const List>(List{.nil = true})};
    }
    default:
      return fail(index.kind == Kind::text
                      ? fmt::format("{} has no field `{}`", describe(from), index.text())
                      : fmt::format("{} has no elements", describe(from)));
  }
}

Value Runner::member(NodeId id) {
  const Node& node = program_.tree[id];
  Value base = eval(node.children[0]);
  if (failed() || chain_broken_) return base;
  if (node.flag && base.is_nil()) {
    chain_broken_ = true;
    return base;
  }
  const Value index = followed(eval(node.children[1]));
  if (failed()) return {};
  current_ = id;
  return fetch(base, index);
}

Value Runner::slice(const Node& node) {
  Value base = eval(node.children[0]);
  if (failed() || chain_broken_) return base;
  const bool is_text = base.kind == Kind::text || base.kind == Kind::status;
  if (base.kind != Kind::list && !is_text)
    return fail(fmt::format("{} cannot be cut", describe(base)));
  const auto size =
      static_cast<std::int64_t>(is_text ? base.text().size() : base.list().items.size());
  const auto bound = [&](NodeId id, std::int64_t otherwise) {
    if (id == no_node) return otherwise;
    const std::int64_t wanted = to_integer(followed(eval(id)));
    return std::max<std::int64_t>(wanted < 0 ? wanted + size : wanted, 0);
  };
  const std::int64_t to = std::min(bound(node.children[2], size), size);
  const std::int64_t from = std::min(bound(node.children[1], 0), to);
  if (failed()) return {};
  const auto first = static_cast<std::size_t>(from), length = static_cast<std::size_t>(to - from);
  if (is_text) {
    if (!take_bytes(length)) return {};
    return text(base.text().substr(first, length), base.kind);
  }
  const std::vector<Value>& items = base.list().items;
  if (!take_steps(length / 16)) return {};
  return list({items.begin() + from, items.begin() + to}, base.list().elements);
}

Value Runner::let(const Node& node) {
  Value value = eval(node.children[0]);
  if (failed()) return {};
  variables_.emplace_back(node.text, std::move(value));
  Value body = eval(node.children[1]);
  variables_.pop_back();
  return body;
}

Value Runner::array(const Node& node) {
  std::vector<Value> items;
  items.reserve(node.children.size());
  for (const NodeId child : node.children) {
    items.push_back(eval(child));
    if (failed()) return {};
  }
  if (node.kind == Node::Kind::array && !take_memory(items.size())) return {};
  return checked(list(std::move(items)));
}

Value Runner::map(const Node& node) {
  std::vector<Entry> entries;
  for (const NodeId id : node.children) {
    const Node& pair = program_.tree[id];
    Value key = eval(pair.children[0]);
    Value value = eval(pair.children[1]);
    if (failed()) return {};
    if (key.kind != Kind::text)
      return fail(fmt::format("a key must be a text, not {}", describe(key)));
    entries.push_back({std::move(key), std::move(value)});
  }
  if (!take_memory(entries.size())) return {};
  // Of equal keys the engine keeps the first.
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.key.text() < b.key.text(); });
  entries.erase(
      std::unique(entries.begin(), entries.end(),
                  [](const Entry& a, const Entry& b) { return a.key.text() == b.key.text(); }),
      entries.end());
  return checked(object(std::move(entries)));
}

}  // namespace backout::expr
