#include "expr/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "expr/builtin.h"
#include "expr/pattern.h"
#include "expr/signature.h"

namespace backout::expr {
namespace {

using K = Type::Kind;

constexpr std::pair<std::string_view, Function> controller_functions[] = {
    {"asInt", Function::as_int}, {"asFloat", Function::as_float}, {"isNaN", Function::is_nan},
    {"isInf", Function::is_inf}, {"isNil", Function::is_nil},     {"default", Function::default_}};

constexpr Type of(K kind) { return {.kind = kind}; }

class Checker {
 public:
  Checker(Tree& tree, const Type& result, Engine engine, std::vector<Type>& types,
          std::deque<Type>& pool)
      : tree_(tree), result_(result), engine_(engine), types_(types), pool_(pool) {
    types_.assign(tree.nodes.size(), Type{});
  }

  std::optional<Problem> run() {
    visit(tree_.root);
    return std::move(problem_);
  }

 private:
  // The first problem counts; after it the types do not matter any more.
  Type fail(NodeId id, std::string message) {
    if (!problem_) problem_ = Problem{Stage::check, std::move(message), tree_[id].span, {}};
    return {};
  }

  Type visit(NodeId id) {
    const Type type = problem_ ? Type{} : visit_kind(id);
    types_[id] = type;
    return type;
  }

  Type visit_kind(NodeId id) {
    const Node& node = tree_[id];
    const auto child = [&](std::size_t i) { return node.children[i]; };
    switch (node.kind) {
      case Node::Kind::nil:
        return of(K::nil);
      case Node::Kind::boolean:
        return of(K::boolean);
      case Node::Kind::integer:
        return of(K::integer);
      case Node::Kind::number:
        return of(K::number);
      case Node::Kind::text:
        return of(K::text);
      case Node::Kind::bytes:
        return {.kind = K::list, .element = keep(of(K::byte))};
      case Node::Kind::constant:
        return {.kind = K::list};
      case Node::Kind::name:
        return name(id);
      case Node::Kind::unary:
        return unary(id);
      case Node::Kind::binary:
        return binary(id);
      case Node::Kind::member:
        return member(id);
      case Node::Kind::slice:
        return slice(id);
      case Node::Kind::call:
        return call(id);
      case Node::Kind::builtin:
        return builtin(id);
      case Node::Kind::predicate:
      case Node::Kind::chain:
        return visit(child(0));
      case Node::Kind::pointer:
        return pointer(id);
      case Node::Kind::let:
        return let(id);
      case Node::Kind::sequence: {
        Type last;
        for (const NodeId part : node.children) last = visit(part);
        return last;
      }
      case Node::Kind::conditional:
        return conditional(id);
      case Node::Kind::array:
        return array(id);
      case Node::Kind::map:
      case Node::Kind::pair:
        for (const NodeId part : node.children) visit(part);
        return {.kind = K::object};
    }
    return {};
  }

  const Type* keep(const Type& type) { return &pool_.emplace_back(type); }
  [[nodiscard]] bool is_modern() const { return modern(engine_); }
  // What an operator sees: pointers to texts are followed.
  static Type followed(Type type) {
    if (type.kind == K::text_pointer) type.kind = K::text;
    return type;
  }
  // What the elements of a list are. 1.15 knows more of `[1, 2]` only for `in`.
  [[nodiscard]] Type items(const Type& type) const {
    return type.loose && !is_modern() ? Type{} : element_of(type);
  }
  static bool is_any(const Type& type) { return type.kind == K::any; }
  static bool is_nil(const Type& type) { return type.kind == K::nil; }
  [[nodiscard]] bool numeric(const Type& type) const { return is_number(type, engine_); }

  std::optional<Type> environment(std::string_view name) const {
    if (name == "result") return result_;
    for (const auto& [known, function] : controller_functions)
      if (known == name) return Type{.kind = K::function, .function = function};
    return std::nullopt;
  }

  Type unknown_name(NodeId id, std::string_view name) {
    std::vector<std::string_view> names = known_names(engine_);
    for (const auto& [variable, type] : variables_) names.push_back(variable);
    fail(id, fmt::format("unknown name `{}`", name));
    if (problem_->nearest.empty()) problem_->nearest = nearest_name(name, names);
    return {};
  }

  Type name(NodeId id) {
    const std::string& name = tree_[id].text;
    for (auto at = variables_.rbegin(); at != variables_.rend(); ++at)
      if (at->first == name) return at->second;
    if (name == "$env") return is_modern() ? Type{} : Type{.kind = K::object};
    if (const auto type = environment(name)) return *type;
    if (find_builtin(name, engine_)) return of(K::builtin);
    return unknown_name(id, name);
  }

  Type unary(NodeId id) {
    const Node& node = tree_[id];
    const Type operand = followed(visit(node.children[0]));
    const bool logical = node.text == "!" || node.text == "not";
    if (logical && (operand.kind == K::boolean || is_any(operand))) return of(K::boolean);
    if (!logical && (numeric(operand) || is_any(operand))) return operand;
    return fail(id, fmt::format("`{}` cannot be applied to {}", node.text, describe(operand)));
  }

  // Both unknown, or one unknown and the other one of what `fits`.
  template <class Fits>
  static bool maybe(const Type& left, const Type& right, Fits fits) {
    if (is_any(left)) return is_any(right) || fits(right);
    return is_any(right) && fits(left);
  }

  [[nodiscard]] bool comparable(const Type& left, const Type& right) const {
    if (is_nil(left) || is_nil(right) || is_any(left) || is_any(right)) return true;
    if (numeric(left) && numeric(right)) return true;
    if (!is_modern()) return same_go_kind(left, right);
    return (is_list(left) && is_list(right)) || assignable(left, right);
  }

  [[nodiscard]] Type combined(const Type& left, const Type& right) const {
    if (!is_modern() && same_go_kind(left, right)) return left;
    return of(left.kind == K::number || right.kind == K::number ? K::number : K::integer);
  }

  Type binary(NodeId id) {
    const Node& node = tree_[id];
    const NodeId left_id = node.children[0], right_id = node.children[1];
    const Type left = followed(visit(left_id)), right = followed(visit(right_id));
    if (problem_) return {};
    const std::string& op = node.text;
    const Type boolean_type = of(K::boolean);
    const bool numbers = numeric(left) && numeric(right);
    const bool texts = is_text(left) && is_text(right);
    const auto are = [&](K a, K b) { return left.kind == a && right.kind == b; };
    const auto number_fits = [&](const Type& type) { return numeric(type); };
    const auto text_fits = [](const Type& type) { return is_text(type); };
    const auto timed = [&](const Type& type) {  // durations count in 1.17, as numbers in 1.15
      return type.kind == K::time || (is_modern() && type.kind == K::duration);
    };

    if (op == "==" || op == "!=") {
      if (comparable(left, right)) return boolean_type;
      return mismatch(id, "compare", left, right);
    }
    if (op == "and" || op == "&&" || op == "or" || op == "||") {
      const auto fits = [](const Type& type) { return type.kind == K::boolean; };
      if ((fits(left) && fits(right)) || maybe(left, right, fits)) return boolean_type;
      const Type& wrong = fits(left) || is_any(left) ? right : left;
      return fail(id,
                  fmt::format("`{}` needs booleans on both sides, not {}", op, describe(wrong)));
    }
    if (op == "<" || op == ">" || op == "<=" || op == ">=") {
      const auto fits = [&](const Type& type) {
        return numeric(type) || is_text(type) || timed(type);
      };
      if (numbers || texts || are(K::time, K::time) ||
          (is_modern() && are(K::duration, K::duration)) || maybe(left, right, fits))
        return boolean_type;
      return mismatch(id, "compare", left, right);
    }
    if (op == "+" || op == "-" || op == "*") return arithmetic(id, left, right);
    if (op == "/" || op == "**" || op == "^") {
      if (numbers || maybe(left, right, number_fits)) return of(K::number);
      return mismatch(id, "compute with", left, right);
    }
    if (op == "%") {
      const auto fits = [&](const Type& type) { return is_integer(type, engine_); };
      if (fits(left) && fits(right)) return is_modern() ? of(K::integer) : combined(left, right);
      if (maybe(left, right, fits)) return is_modern() ? of(K::integer) : Type{};
      return fail(
          id, fmt::format("`%` needs integers, not {} and {}", describe(left), describe(right)));
    }
    if (op == "in") return contained(id, left, right);
    if (op == "matches") {
      if (tree_[right_id].kind == Node::Kind::text) {
        const Pattern pattern(tree_[right_id].text);
        if (!pattern.error().empty())
          return fail(right_id, fmt::format("the pattern is wrong: {}", pattern.error()));
      }
      const bool bytes = is_modern() && left.kind == K::list && left.element &&
                         left.element->kind == K::byte && is_text(right);
      if (texts || bytes || maybe(left, right, text_fits)) return boolean_type;
      return mismatch(id, "be used on", left, right);
    }
    if (op == "contains" || op == "startsWith" || op == "endsWith") {
      if (texts || maybe(left, right, text_fits)) return boolean_type;
      return mismatch(id, "be used on", left, right);
    }
    if (op == "..") {
      const auto fits = [&](const Type& type) { return is_integer(type, engine_); };
      if ((fits(left) && fits(right)) || maybe(left, right, fits))
        return {.kind = K::list, .loose = is_modern(), .element = keep(of(K::integer))};
      return fail(
          id, fmt::format("`..` needs integers, not {} and {}", describe(left), describe(right)));
    }
    // ??
    if (is_nil(left)) return right;
    if (is_nil(right) || assignable(right, left)) return left;
    return {};
  }

  Type mismatch(NodeId id, std::string_view verb, const Type& left, const Type& right) {
    return fail(id, fmt::format("`{}` cannot {} {} and {}", tree_[id].text, verb, describe(left),
                                describe(right)));
  }

  Type arithmetic(NodeId id, const Type& left, const Type& right) {
    const char op = tree_[id].text[0];
    const auto are = [&](K a, K b) { return left.kind == a && right.kind == b; };
    if (numeric(left) && numeric(right)) return combined(left, right);
    if (op == '+' && is_text(left) && is_text(right)) return of(K::text);
    if (op == '-' && are(K::time, K::time)) return of(K::duration);
    if (op != '*' && are(K::time, K::duration)) return of(K::time);
    if (op == '+' && are(K::duration, K::time)) return of(K::time);
    if (is_modern()) {
      if (are(K::duration, K::duration)) return of(K::duration);
      if (op == '*' && ((left.kind == K::duration && numeric(right)) ||
                        (right.kind == K::duration && numeric(left))))
        return of(K::duration);
    }
    const auto fits = [&](const Type& type) {
      if (numeric(type)) return true;
      if (type.kind == K::duration) return is_modern() || op == '+';
      return (type.kind == K::time && op != '*') || (is_text(type) && op == '+');
    };
    if (maybe(left, right, fits)) return {};
    return mismatch(id, "compute with", left, right);
  }

  Type contained(NodeId id, const Type& left, const Type& right) {
    const Type boolean_type = of(K::boolean);
    if (right.kind == K::object && is_struct(right.shape)) {
      if (is_text(left) || is_any(left)) return boolean_type;
    } else if (right.kind == K::object) {
      const bool text_keys = right.shape == Shape::json || right.shape == Shape::row;
      if (is_any(left) || !text_keys || left.kind == K::text || (is_nil(left) && !is_modern()))
        return boolean_type;
      return fail(id, fmt::format("{} cannot be a key of an object", describe(left)));
    } else if (is_list(right)) {
      const Type element = element_of(right);
      if (comparable(left, element)) return boolean_type;
      return fail(id, fmt::format("{} cannot be in a list of {}", describe(left),
                                  describe(element).substr(describe(element).find(' ') + 1) + "s"));
    } else if (is_any(right) || (is_any(left) && is_text(right))) {
      return boolean_type;
    }
    return fail(
        id, fmt::format("`in` needs a list or an object on the right, not {}", describe(right)));
  }

  Type member(NodeId id) {
    const Node& node = tree_[id];
    const NodeId base_id = node.children[0], property_id = node.children[1];
    const Node& property = tree_[property_id];
    const bool literal = property.kind == Node::Kind::text;
    if (tree_[base_id].kind == Node::Kind::name && tree_[base_id].text == "$env" &&
        !is_variable("$env")) {
      if (!is_modern()) {
        visit(base_id);
        visit(property_id);
      }
      if (!literal) return {};
      if (const auto type = environment(property.text)) return *type;
      if (is_modern() && !node.flag) return unknown_name(property_id, property.text);
      return {};
    }
    const Type base = visit(base_id);
    const Type index = visit(property_id);
    if (problem_ || is_any(base)) return {};
    if (is_nil(base))
      return fail(id, literal ? fmt::format("nil has no field `{}`", property.text)
                              : std::string("nil has no elements"));
    if (literal) {
      if (const Method* method = find_method(base.kind, property.text))
        return {.kind = K::method, .element = keep(of(method->result))};
      if (base.kind == K::status && property.text == "Values")
        return {.kind = K::method, .element = nullptr};
    }
    if (is_list(base)) {
      if (is_integer(followed(index), engine_) || is_any(index)) return items(base);
      return fail(property_id,
                  literal ? fmt::format("a list has no field `{}`; its elements are "
                                        "reached by their number, as in `[0]`",
                                        property.text)
                          : fmt::format("{} cannot be the number of an element", describe(index)));
    }
    if (base.kind == K::object && is_struct(base.shape)) {
      if (!literal) return fail(property_id, "a field must be named by a text");
      const Type field = field_type(base.shape, property.text);
      if (!is_nil(field)) return field;
      fail(property_id, fmt::format("a CloudWatch result has no field `{}`", property.text));
      constexpr std::string_view fields[] = {"Id",     "Label",    "StatusCode",
                                             "Values", "Messages", "Timestamps"};
      problem_->nearest = nearest_name(property.text, fields);
      return {};
    }
    if (base.kind == K::object) {
      const bool text_keys = base.shape == Shape::json || base.shape == Shape::row;
      if (!text_keys || index.kind == K::text || is_any(index) ||
          (index.kind == K::text_pointer && is_modern()) || (is_nil(index) && !is_modern()))
        return member_type(base.shape);
      return fail(property_id, fmt::format("{} cannot be the key of an object", describe(index)));
    }
    if (literal)
      return fail(id, fmt::format("{} has no field `{}`", describe(base), property.text));
    return fail(id, fmt::format("{} has no elements", describe(base)));
  }

  [[nodiscard]] bool is_variable(std::string_view name) const {
    return std::any_of(variables_.begin(), variables_.end(),
                       [&](const auto& variable) { return variable.first == name; });
  }

  Type slice(NodeId id) {
    const std::vector<NodeId> children = tree_[id].children;
    const Type base = visit(children[0]);
    // 1.17 does not look at the bounds then.
    if (is_any(base) && is_modern()) return {};
    if (!is_any(base) && !is_list(base) && !is_text(base))
      return fail(id, fmt::format("{} cannot be cut", describe(base)));
    for (const NodeId bound : {children[1], children[2]}) {
      if (bound == no_node) continue;
      const Type type = followed(visit(bound));
      if (!is_integer(type, engine_) && !is_any(type))
        return fail(bound, fmt::format("{} cannot be a bound of a cut", describe(type)));
    }
    return base;
  }

  Type call(NodeId id) {
    const std::vector<NodeId> children = tree_[id].children;
    const NodeId callee_id = children[0];
    const Node& callee = tree_[callee_id];
    const std::span<const NodeId> arguments = std::span(children).subspan(1);
    if (callee.kind == Node::Kind::name && callee.text == "$env")
      return fail(id, "`$env` is no function");
    const Type callee_type = visit(callee_id);
    if (problem_) return {};
    const std::string name =
        callee.kind == Node::Kind::name ? callee.text
        : callee.kind == Node::Kind::member && tree_[callee.children[1]].kind == Node::Kind::text
            ? tree_[callee.children[1]].text
            : "the function";
    switch (callee_type.kind) {
      case K::any:
        return {};
      case K::function:
        return call_controller(id, name, callee_type.function, arguments);
      case K::builtin: {  // by way of a variable
        std::vector<Type> types;
        for (const NodeId argument : arguments) types.push_back(visit(argument));
        return {};
      }
      case K::method: {
        const Type receiver =
            callee.kind == Node::Kind::member ? types_[callee.children[0]] : Type{};
        const Method* const method = find_method(receiver.kind, name);
        check_arguments(id, name, method ? method->parameters : "", arguments);
        return element_of(callee_type);
      }
      case K::nil:
        return fail(id, fmt::format("`{}` is nil, which cannot be called", name));
      default:
        return fail(id,
                    fmt::format("`{}` is {}, which cannot be called", name, describe(callee_type)));
    }
  }

  Type call_controller(NodeId id, const std::string& name, Function function,
                       std::span<const NodeId> arguments) {
    const bool of_number = function == Function::is_nan || function == Function::is_inf;
    check_arguments(id, name,
                    of_number                        ? "f"
                    : function == Function::default_ ? "aa"
                                                     : "a",
                    arguments);
    switch (function) {
      case Function::as_int:
        return of(K::integer64);
      case Function::as_float:
        return of(K::number);
      case Function::default_:
        return {};
      default:
        return of(K::boolean);
    }
  }

  void check_arguments(NodeId id, const std::string& name, std::string_view parameters,
                       std::span<const NodeId> arguments) {
    if (arguments.size() != parameters.size()) {
      fail(id, fmt::format("`{}` is given {} arguments: {} instead of {}", name,
                           arguments.size() > parameters.size() ? "too many" : "not enough",
                           arguments.size(), parameters.size()));
      return;
    }
    for (std::size_t i = 0; i < arguments.size() && !problem_; ++i) {
      const Type type = visit(arguments[i]);
      if (!problem_ && !takes(parameters[i], type, engine_))
        fail(arguments[i], fmt::format("`{}` needs {}, not {}", name,
                                       parameter_words(parameters[i]), describe(type)));
      if (parameters[i] == 'f' && is_integer(type, engine_)) make_numbers(arguments[i]);
    }
  }

  // Integer literals of a sum or product that is given to a function of numbers.
  void make_numbers(NodeId id) {
    Node& node = tree_.nodes[id];
    if (node.kind == Node::Kind::integer) {
      node.kind = Node::Kind::number;
      node.number = static_cast<double>(node.integer);
      types_[id] = of(K::number);
    } else if (node.kind == Node::Kind::unary ||
               (node.kind == Node::Kind::binary &&
                (node.text == "+" || node.text == "-" || node.text == "*"))) {
      for (const NodeId child : std::vector<NodeId>(node.children)) make_numbers(child);
    }
  }

  struct Scope {
    Type collection;
    bool has_index, has_accumulator;
  };

  Type builtin(NodeId id) {
    const std::string name = tree_[id].text;
    const std::vector<NodeId> arguments = tree_[id].children;
    const Builtin* const row = find_builtin(name, engine_);
    if (!row) return fail(id, fmt::format("unknown function `{}`", name));
    if (name == "get") return get(id, arguments);
    if (form_of(*row, engine_).empty()) {
      std::vector<Type> types;
      for (const NodeId argument : arguments) types.push_back(visit(argument));
      if (problem_) return {};
      auto type = call_type(name, types, engine_);
      return type ? *type : fail(id, std::move(type).error());
    }

    const Type collection = visit(arguments[0]);
    if (problem_) return {};
    if (!is_list(collection) && !is_any(collection))
      return fail(arguments[0],
                  fmt::format("`{}` needs a list, not {}", name, describe(collection)));
    if (arguments.size() == 1) {  // count and sum of 1.17
      if (name == "count") return of(K::integer);
      return items(collection);
    }
    scopes_.push_back({collection, name == "map" || name == "reduce", name == "reduce"});
    const Type body = visit(arguments[1]);
    scopes_.pop_back();
    if (problem_) return {};
    if (is_nil(body)) return fail(arguments[1], fmt::format("the predicate of `{}` is nil", name));
    if (arguments.size() == 3) {
      const Type third = visit(arguments[2]);
      if (name == "sortBy" && !is_text(third) && !is_any(third))
        return fail(arguments[2], "the order must be \"asc\" or \"desc\"");
    }
    if (name == "map") return {.kind = K::list, .loose = is_modern(), .element = keep(body)};
    if (name == "sum" || name == "reduce") return body;
    if (name == "groupBy") return {.kind = K::object, .shape = Shape::groups};
    if (name == "sortBy") return collection;
    if (body.kind != K::boolean && !is_any(body))
      return fail(arguments[1], fmt::format("the predicate of `{}` must be a boolean, not {}", name,
                                            describe(body)));
    if (name == "filter") {
      if (is_any(collection)) return {.kind = K::list};
      return {.kind = K::list, .loose = is_modern(), .element = keep(items(collection))};
    }
    if (name == "find" || name == "findLast") return items(collection);
    if (name == "count" || name == "findIndex" || name == "findLastIndex") return of(K::integer);
    return of(K::boolean);
  }

  Type get(NodeId id, const std::vector<NodeId>& arguments) {
    if (arguments.size() != 2) return fail(id, "`get` needs 2 arguments");
    const Node& from = tree_[arguments[0]];
    const Node& property = tree_[arguments[1]];
    if (from.kind == Node::Kind::name && from.text == "$env") {
      if (property.kind != Node::Kind::text) return {};
      return environment(property.text).value_or(Type{});
    }
    const Type base = visit(arguments[0]);
    if (is_any(base) && !is_modern()) return {};  // 1.15 does not look at the rest then
    const Type index = followed(visit(arguments[1]));
    if (problem_ || is_any(base)) return {};
    if (is_list(base)) {
      if (is_integer(index, engine_) || is_any(index)) return items(base);
      return fail(arguments[1],
                  fmt::format("{} cannot be the number of an element", describe(index)));
    }
    if (base.kind == K::object && !is_struct(base.shape)) {
      const bool text_keys = base.shape == Shape::json || base.shape == Shape::row;
      const bool any_key = !text_keys && (is_modern() || !is_nil(index));
      if (any_key || index.kind == K::text || is_any(index)) return member_type(base.shape);
      return fail(arguments[1], fmt::format("{} cannot be the key of an object", describe(index)));
    }
    return fail(arguments[0],
                fmt::format("`get` needs a list or an object, not {}", describe(base)));
  }

  Type pointer(NodeId id) {
    const std::string& name = tree_[id].text;
    const Scope& scope = scopes_.back();
    if (name.empty()) return items(scope.collection);
    if (name == "index" && scope.has_index) return of(K::integer);
    if (name == "acc" && scope.has_accumulator) return {};
    return fail(id, fmt::format("`#{}` has no meaning here", name));
  }

  Type let(NodeId id) {
    const Node& node = tree_[id];
    const NodeId value = node.children[0], body = node.children[1];
    const std::string& name = node.text;
    if (environment(name) || find_builtin(name, engine_) || is_variable(name))
      return fail(id, fmt::format("`{}` is taken, a variable needs another name", name));
    const Type type = visit(value);
    variables_.emplace_back(name, type);
    const Type result = visit(body);
    variables_.pop_back();
    return result;
  }

  Type conditional(NodeId id) {
    const std::vector<NodeId> children = tree_[id].children;
    const Type condition = followed(visit(children[0]));
    if (problem_) return {};
    if (condition.kind != K::boolean && !is_any(condition))
      return fail(children[0],
                  fmt::format("{} cannot decide, it is no boolean", describe(condition)));
    const Type then = visit(children[1]), otherwise = visit(children[2]);
    if (is_nil(then)) return otherwise;
    if (is_nil(otherwise)) return then;
    if (is_any(then) || !assignable(then, otherwise)) return {};
    if (is_modern() && is_list(then) && is_list(otherwise)) {
      const Type a = element_of(then), b = element_of(otherwise);
      if (is_any(a) != is_any(b) || !assignable(a, b) || !assignable(b, a))
        return {.kind = K::list};
    }
    return then;
  }

  Type array(NodeId id) {
    const std::vector<NodeId> children = tree_[id].children;
    std::optional<Type> same;
    bool alike = true;
    for (const NodeId child : children) {
      const Type type = visit(child);
      if (same && !(is_modern() ? same->kind == type.kind || same_go_kind(*same, type)
                                : !is_nil(type) && !is_nil(*same) && same_go_kind(*same, type)))
        alike = false;
      same = type;
    }
    // Go's type is []any in any case; what the elements are matters for `in`.
    if (!same || !alike || is_any(*same) || is_nil(*same)) return {.kind = K::list};
    return {.kind = K::list, .loose = true, .element = keep(*same)};
  }

  Tree& tree_;
  const Type result_;
  const Engine engine_;
  std::vector<Type>& types_;
  std::deque<Type>& pool_;
  std::vector<std::pair<std::string, Type>> variables_;
  std::vector<Scope> scopes_;
  std::optional<Problem> problem_;
};

}  // namespace

std::optional<Problem> check(Tree& tree, const Type& result, Engine engine,
                             std::vector<Type>& types, std::deque<Type>& pool) {
  return Checker(tree, result, engine, types, pool).run();
}

}  // namespace backout::expr
